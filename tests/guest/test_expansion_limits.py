"""Sources that expand without an end: one line that names the chain, after bounded work and not by the clock."""

from pathlib import Path

import pytest

from harness.guest import assemble, load
from harness.guest.asm import AssemblyError

ENDLESS = "includes, macros or repetitions never stop expanding"


def complaint(path: Path) -> str:
    with pytest.raises(AssemblyError) as refused:
        load(path)
    message = str(refused.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("directive", ["#include", ".include"])
def test_files_that_include_the_one_before_twice_end_with_the_chain(directive: str, tmp_path: Path) -> None:
    (tmp_path / "f0.h").write_text("nop\n")
    for number in range(1, 31):
        (tmp_path / f"f{number}.h").write_text(f'{directive} "f{number - 1}.h"\n' * 2)
    (tmp_path / "bomb.S").write_text(f'{directive} "f30.h"\n')
    message = complaint(tmp_path / "bomb.S")
    assert f": {ENDLESS} (from {tmp_path}/f" in message
    assert " more ... from " in message
    assert message.endswith(f"from {tmp_path}/f30.h:1 from {tmp_path}/bomb.S:1)")


DOUBLING = "".join(f".macro m{n}\nm{n - 1}\nm{n - 1}\n.endm\n" for n in range(1, 40)) + ".macro m0\nnop\n.endm\nm39\n"
BOMBS = {
    "endless repetition": (".rept 1 << 60\nnop\n.endr\n", ENDLESS),
    "repetitions of repetitions": (".rept 1000\n" * 6 + "nop\n" + ".endr\n" * 6, ENDLESS),
    "a large body that is never used": (
        ".rept 1000000\n.rept 0\n" + "nop\n" * 10_000 + ".endr\n.endr\n",
        ENDLESS,
    ),
    "long statements": ('.rept 1 << 60\n.ascii "' + "x" * 60_000 + '"\n.endr\n', ENDLESS),
    "doubling macros": (DOUBLING, ENDLESS),
    "repeated reservations": (".rept 1000000\n.space 0x0fffffff\n.endr\n", "an image has at most 0x10000000"),
    "repeated alignments": (".rept 1000000\n.byte 1\n.p2align 20\n.endr\n", "an image has at most 0x10000000"),
    "statements of C macros": (
        "#define a0 nop\n" + "".join(f"#define a{n} a{n - 1};a{n - 1}\n" for n in range(1, 13)) + "a12\n" * 10_000,
        "never stop expanding",
    ),
    "a call of a C macro that is not closed": ("#define f(x) x\nf(\n" + "x\n" * 20_000, "never stop expanding"),
}


@pytest.mark.parametrize(("source", "message"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_ends_with_one_line(source: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "bomb.S").write_text(source)
    assert message in complaint(tmp_path / "bomb.S")


def test_a_repetition_that_never_ends_is_found_where_it_was_written() -> None:
    with pytest.raises(AssemblyError) as refused:
        assemble("nop\n.irp a, 1, 2\n.rept 1 << 60\nnop\n.endr\n.endr\n", name="t.S")
    assert str(refused.value) == f"t.S:4: {ENDLESS} (from t.S:3 from t.S:2)"


def test_a_large_source_is_no_bomb() -> None:
    macro = ".macro inc a, b\nadd x\\a, x\\b, #1\nnop\n.endm\n"
    body = "".join(f"l{n}: inc {n % 28}, {(n + 1) % 28}\n" for n in range(20_000))
    assert len(assemble(macro + body).flat()) == 2 * 4 * 20_000


def test_a_large_file_gives_a_small_piece_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as file:
        file.truncate(1 << 40)
        file.seek(1 << 39)
        file.write(b"here")
    (tmp_path / "a.S").write_text('.incbin "big", 1 << 39, 4\n')
    guest = load(tmp_path / "a.S")
    assert guest.flat() == b"here"
    assert guest.included == (tmp_path / "big",)
    (tmp_path / "b.S").write_text('.incbin "big"\n')
    with pytest.raises(AssemblyError, match=r"b\.S:1: 0x10000000000 bytes of .*big: a section has at most"):
        load(tmp_path / "b.S")
