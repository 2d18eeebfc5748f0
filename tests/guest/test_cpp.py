"""The C preprocessor: what it expands, includes and refuses, and that every line keeps its origin."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.guest import assemble, load
from harness.guest.asm import AssemblyError
from harness.guest.asm.cpp import Preprocessor
from harness.guest.asm.source import Sources

MACROS = """\
#define ONE 1
#define ADD(a, b) ((a) + (b))
#define TWICE(x) ADD(x, x)
#define JOIN(a, b) a ## b
#define JOIN_EXPANDED(a, b) JOIN(a, b)
#define TEXT(x) #x
#define TEXT_EXPANDED(x) TEXT(x)
#define NUMBERS(first, ...) .word first, ## __VA_ARGS__
#define NAMED(rest...) .word rest
#define SELF SELF + ONE
#define EMPTY
#define LATE ADD
#define NOTHING() 7
#define f(x) x g
#define g(x) f(x) + x
.word ONE, ADD(1, 2), TWICE(ADD(1, ONE)), LATE(3, 4), ADD, NOTHING()
JOIN(mo, v) JOIN(x, 1), JOIN_EXPANDED(x, ONE)
.ascii TEXT(a "b" 'c'), TEXT_EXPANDED(ONE), TEXT( ONE  +  2 )
NUMBERS(1)
NUMBERS(1, 2, 3)
NAMED(4, 5)
.word SELF
.word EMPTY ADD(EMPTY 1, 2)
.word ADD(
    (1, 2),
    3) + 4
f(2)(9)
.ascii "ONE // ONE" // ONE
.Lone: .word ONE_, _ONE, 1ONE, ONE1 /* ONE
ONE */ + ONE
"""


def statements(text: str, **defines: str) -> list[str]:
    sources = Sources()
    result = [s.text for s in Preprocessor(sources, [], defines).run(text, "test.S")]
    sources.check()
    return result


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_macros_expand_as_gcc_expands_them(tool: Callable[..., str]) -> None:
    gcc = tool("aarch64-linux-gnu-gcc", package="gcc-aarch64-linux-gnu")
    done = subprocess.run(
        [gcc, "-E", "-P", "-x", "assembler-with-cpp", "-"], input=MACROS, capture_output=True, text=True, check=True
    )
    assert squeezed(" ".join(statements(MACROS))) == squeezed(done.stdout)


CONDITIONS = [
    "1", "0", "A == 3", "A > 2 && B", "defined A", "defined(A) && !defined(Z)", "Z", "A + 1 == 4 ? 1 : 0",
    "1 || 1 / 0", "0 && 1 % 0", "-1 < 0", "7 / -2 == -3", "-7 % 3 == -1", "1 << 4 == 16", "(1 | 6) == 7 ^ 0",
    "~0 == -1", "0x10 == 020", "'a' == 97", "A * 2 - 6", "1 ? 0 : 2 / 0", "0 ? 1 / 0 : 3", "10UL > 9L", "!A",
    "F(1)", "A & 1 == 1", "defined B || 0",
]  # fmt: skip


def test_conditions_hold_as_in_gcc(tool: Callable[..., str]) -> None:
    gcc = tool("aarch64-linux-gnu-gcc", package="gcc-aarch64-linux-gnu")
    tests = "".join(f"#if {c}\n.word {i}\n#else\n.word -{i}\n#endif\n" for i, c in enumerate(CONDITIONS))
    source = "#define A 3\n#define B 1\n#define F(x) (x) == 1\n" + tests
    done = subprocess.run(
        [gcc, "-E", "-P", "-x", "assembler-with-cpp", "-"], input=source, capture_output=True, text=True, check=True
    )
    assert squeezed(" ".join(statements(source))) == squeezed(done.stdout)


def test_elif_takes_the_first_branch_that_holds() -> None:
    source = "#if X == 1\na\n#elif X == 2\nb\n#elif X >= 2\nc\n#else\nd\n#endif"
    assert [statements(source, X=x) for x in "1234"] == [["a"], ["b"], ["c"], ["c"]]
    assert statements(source) == ["d"]


def test_nothing_inside_a_false_branch_is_looked_at() -> None:
    assert statements('#if 0\n#error no\n#include "none"\n#if 1/0\n#endif\nFOO(\n#endif\nok') == ["ok"]


def test_undef_and_predefined_names() -> None:
    assert statements("#define A 1\n#undef A\nA __ASSEMBLER__ __aarch64__") == ["A 1 1"]
    assert statements("\n__LINE__ __FILE__ __COUNTER__ __COUNTER__") == ['2 "test.S" 0 1']


def test_lines_that_begin_with_a_hash_are_comments_unless_directives() -> None:
    assert statements("# it's a comment\n#\n# 3 things\nnop") == ["nop"]


def test_an_include_is_found_beside_its_file_then_in_the_path_then_in_the_library(tmp_path: Path) -> None:
    for directory, value in (("a", 1), ("b", 2)):
        (tmp_path / directory).mkdir()
        (tmp_path / directory / "v.h").write_text(f"#define V {value}\n")
    (tmp_path / "a" / "main.S").write_text('#include "lib/abi.h"\n#include "v.h"\n.word V, HYPERVISOR_sched_op')
    (tmp_path / "other.S").write_text("#include <v.h>\n.word V")
    assert load(tmp_path / "a" / "main.S", include=[tmp_path / "b"]).flat() == bytes([1, 0, 0, 0, 29, 0, 0, 0])
    assert load(tmp_path / "other.S", include=[tmp_path / "b"]).flat() == bytes([2, 0, 0, 0])


def test_pragma_once_includes_once(tmp_path: Path) -> None:
    (tmp_path / "h").write_text("#pragma once\n.byte 1\n")
    (tmp_path / "m.S").write_text('#include "h"\n#include "h"\n')
    assert load(tmp_path / "m.S").flat() == b"\1"


def test_definitions_from_outside_have_their_values() -> None:
    assert assemble(".byte N", defines={"N": "(2 + 3)"}).flat() == b"\5"


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("\n#error not like this", 2, "#error not like this"),
        ("#if 1\nnop", 1, "this #if has no #endif"),
        ("nop\n#endif", 2, "#endif without #if"),
        ("#else", 1, "#else without #if"),
        ("#if 0\n#else\n#else\n#endif", 3, "#else after #else"),
        ("#if 1 +\n#endif", 1, "an operand is missing in the expression of #if"),
        ("#if 1/0\n#endif", 1, "division by zero in #if"),
        ("#if (1\n#endif", 1, "a `)' is missing in the expression of #if"),
        ("#if 1 2\n#endif", 1, "`2' is left over in the expression of #if"),
        ("#if\n#endif", 1, "#if without an expression"),
        ("#ifdef\n#endif", 1, "#ifdef needs the name of a macro"),
        ("#define", 1, "#define needs a name"),
        ("#define f(a", 1, "the parameters of f are not closed"),
        ("#define f(1) 1", 1, "`1' cannot be a parameter of f"),
        ("#define f(a,b) a\n f(1)", 2, "f takes 2 arguments, not 1"),
        ("#define f(a) a\nnop\nf(1,2)", 3, "f takes 1 arguments, not 2"),
        ("#define f(a) a\nf(1", 2, "the call of a macro is not closed"),
        ('#include "nowhere.h"', 1, "file `nowhere.h' is neither beside guest.S nor in the include path"),
        ("#include nowhere", 1, "#include needs a file in quotes or angle brackets"),
    ],
)
def test_a_mistake_is_reported_at_its_line(source: str, line: int, message: str) -> None:
    with pytest.raises(AssemblyError) as caught:
        assemble(source)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.place.line, diagnostic.message) == (line, message)


def test_a_file_that_includes_itself_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loop.S").write_text('#include "loop.S"\n#include "loop.S"\n')
    with pytest.raises(AssemblyError, match="#include is nested more than 100 deep"):
        load(tmp_path / "loop.S")


def test_macros_that_grow_without_end_are_an_error() -> None:
    bomb = "".join(f"#define A{n} A{n + 1} A{n + 1}\n" for n in range(64)) + "A0\n"
    with pytest.raises(AssemblyError, match="C macros never stop expanding"):
        assemble(bomb)


def test_an_error_in_an_included_file_tells_who_included_it(tmp_path: Path) -> None:
    (tmp_path / "bad.h").write_text("nop\nfrobnicate\n")
    main = tmp_path / "main.S"
    main.write_text('nop\n#include "bad.h"\n')
    with pytest.raises(AssemblyError) as caught:
        load(main)
    assert str(caught.value).splitlines() == [
        f"{tmp_path}/bad.h:2: unknown instruction `frobnicate' (if it is a newer one, give its word with .inst)",
        "    frobnicate",
        f"  in the file included at {main}:2",
    ]
