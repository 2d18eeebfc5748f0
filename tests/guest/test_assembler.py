"""The assembler: errors with their place, limits, symbols, lines, layout. (Its bytes: test_gnu.)"""

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.guest import SourceLine, assemble, load
from harness.guest.asm import AssemblyError


def report(source: str) -> str:
    with pytest.raises(AssemblyError) as caught:
        assemble(source, name="t.S")
    return str(caught.value)


MISTAKES = [
    ("mov x0, x1, x2", "`mov x0, x1, x2': wrong operands, or a number out of range"),
    ("add x0, x0, #0x1001", "`add x0, x0, #0x1001': wrong operands, or a number out of range"),
    ("mrs x0, foo_el1", "`mrs x0, foo_el1': Keystone does not know these operands; write a newer name as a generic"),
    ("frob x0", "unknown instruction `frob' (if it is a newer one, give its word with .inst)"),
    ("mov x0, nowhere", "undefined symbol `nowhere'"),
    ("s: add x0, x0, #s", "an address cannot be an immediate"),
    ("b nowhere", "undefined symbol `nowhere'"),
    ("b 1f", "undefined label `1f'"),
    ("b 1b", "there is no label `1:' before this for `1b'"),
    ("b x0", "b goes to a label, not to a register (br and blr do)"),
    ("cbz x0", "cbz needs a target"),
    ("ldr sp, =1", "ldr sp cannot load a literal"),
    ("add x0, , #1", "an operand of add is missing"),
    ("add x0, x0, :hi:sym", "unknown relocation :hi: "),
    ("add x0, x0, #:abs_g0:sym", ":abs_g0: goes with movz, movk and movn, not with add"),
    ("ldr x0, [x1, :lo12:.Lodd]\n.byte 1\n.Lodd:", "the symbol is not aligned to the size of the access"),
    ("adr x0, :lo12:sym", ":lo12: does not go with adr"),
    ("a: nop\na: nop", "symbol `a' is already defined at t.S:1"),
    (".equiv N, 1\n.equiv N, 2", "symbol `N' is already defined at t.S:1"),
    ("a = b\nb = a", "is defined by itself"),
    (".word 1 +", "an operand is missing in `1 +'"),
    (".word (1", "a `)' is missing in `(1'"),
    (".word 1 2", "`2' is left over after an expression"),
    (".word 1/0", "division by zero"),
    (".word 09", "`09' is not a number"),
    (".quad 0x10000000000000000", "does not fit in 64 bits"),
    (".byte a\n.space 300\na:", "does not fit in 1 byte"),
    (".if a\n.endif\na:", "symbol `a' has no value yet, and is needed here"),
    (".if .\n.endif", "`.' is an address, where a number is needed"),
    (".if 1", "this conditional has no .endif"),
    (".endif", ".endif without .if"),
    (".if 0\n.else\n.else\n.endif", ".else after .else"),
    (".macro m", "this .macro has no .endm"),
    (".macro m a\n.endm\nm 1, 2", "macro m takes at most 1 arguments"),
    (".macro m a:req\n.endm\nm", "macro m needs a value for its parameter `a'"),
    (".macro m a, a\n.endm", "macro m has two parameters named a"),
    (".macro m\n.endm\n.macro m\n.endm", "macro m is already defined"),
    (".endm", "`.endm' has no matching beginning"),
    (".rept 2\nnop", "this .rept has no .endr"),
    (".rept -1\n.endr", ".rept -1: a count cannot be negative"),
    (".purgem m", "there is no macro `m' to purge"),
    (".exitm", ".exitm outside of a macro"),
    (".org 8\n.org 4", ".org goes backwards, from 0x8 to 0x4"),
    (".align 40", "an alignment to 2**40 bytes: at most 2**31"),
    (".balign 3", "an alignment of 3 bytes is not a power of two up to 2**31"),
    (".bss\n.word 1", ".bss has no contents in the image: only zeros can go there"),
    (".bss\nnop", ".bss has no contents in the image: no instruction can go there"),
    (".popsection", ".popsection without .pushsection"),
    ('.section .x,"aq"', "unknown section flag `q'"),
    (".asciz foo", "expected a quoted string at `foo'"),
    ('.ascii "\\q"', "unknown escape `\\q' in a string"),
    ('.incbin "none"', "file `none' is neither beside t.S nor in the include path"),
    ('.include "none"', "file `none' is neither beside t.S nor in the include path"),
    (".frobnicate", "unknown directive `.frobnicate'"),
    ("1:: nop", "`1:: nop' is neither a label, an instruction nor a directive"),
    (".set 1x, 2", "`1x' cannot be the name of a symbol"),
    ("udf #0x10000", "udf takes a number up to 65535, not 65536"),
    ("bti x", "`x' is not an operand of bti"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "message"), MISTAKES, ids=[source.splitlines()[0] for source, _ in MISTAKES])
def test_a_mistake_is_reported_at_its_line_with_its_text(source: str, message: str) -> None:
    text = report(source)
    place, _, rest = text.partition(": ")
    assert message in text
    assert place.startswith("t.S:")
    assert source.splitlines()[int(place.removeprefix("t.S:")) - 1] == rest.splitlines()[1].strip()


def test_every_mistake_is_reported_not_only_the_first() -> None:
    lines = [line for line in report("frob\nnop\nb nowhere\n.word 1 +\nmov x0\n").splitlines() if line[0] != " "]
    assert [line.split(":")[1] for line in lines] == ["1", "3", "4", "5"]


def test_no_more_than_twenty_mistakes_are_reported() -> None:
    assert len(report("frob\n" * 1000 + ".foo\n" * 1000).splitlines()) == 2 * 20
    assert len(report("".join(f"frob{n}\n" for n in range(1000))).splitlines()) == 2 * 20


def test_a_mistake_in_a_macro_tells_each_expansion() -> None:
    source = ".macro inner r\n  frob \\r\n.endm\n.macro outer\n  inner x0\n.endm\nnop\nouter\n"
    assert report(source).splitlines() == [
        "t.S:2: unknown instruction `frob' (if it is a newer one, give its word with .inst)",
        "    frob \\r",
        "  in expansion of macro inner at t.S:5",
        "  in expansion of macro outer at t.S:8",
    ]


def test_a_mistake_in_a_c_macro_is_at_the_line_that_used_it() -> None:
    assert report("#define BAD(x) frob x\n\nBAD(\n 1)\n").splitlines()[0].startswith("t.S:3: ")


BOMBS = {
    "endless macro": ".macro m\nm\n.endm\nm\n",
    "doubling macro": ".macro m\nm\nm\n.endm\nm\n",
    "growing argument": ".macro m a\nm \\a\\a\n.endm\nm xx\n",
    "endless repetition": ".rept 1 << 62\n.set a, 1\n.endr\n",
    "repetitions of repetitions": ".rept 100000\n.rept 100000\n.set a, 1\n.endr\n.endr\n",
    "huge space": ".space 1 << 40\n",
    "many huge spaces": "\n".join(f'.section .s{n},"a"\n.space 200 << 20' for n in range(20)),
    "huge org": ".org 1 << 50\n",
    "huge fill": ".fill 1 << 30, 8, 1\n",
    "huge fill of zeros": ".fill 1 << 60, 8\n",
    "huge bss": ".bss\n.space 1 << 60\n",
    "huge alignment": ".byte 1\n.align 31\n",
    "endless octal": ".word " + "(" * 5000 + "1" + ")" * 5000,
    "endless minus": ".word " + "-" * 5000 + "1",
    "a chain of symbols": "".join(f"a{n} = a{n + 1} + a{n + 1}\n" for n in range(3000)) + "a3000 = b\n.quad a0\n",
    "high base": "LINK_BASE = 0xfffffffffffffff0\n.space 0x100\n",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_source_that_would_eat_the_machine_is_an_error(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.guest.asm.source.MAX_WORK", 400_000)
    assert report(bomb)


def test_a_short_chain_of_doublings_is_computed() -> None:
    source = "".join(f"a{n} = a{n + 1} + a{n + 1}\n" for n in range(40)) + "a40 = b\nb = 1\n.quad a0\n"
    assert assemble(source).flat() == (1 << 40).to_bytes(8, "little")
    source = ".set a, b\n" + ".set a, a + a\n" * 40 + "b = 1\n.quad a\n"
    assert assemble(source).flat() == (1 << 40).to_bytes(8, "little")


def test_an_include_loop_is_an_error(tmp_path: Path) -> None:
    loop = tmp_path / "loop.s"
    loop.write_text('.include "loop.s"\n')
    with pytest.raises(AssemblyError, match="nested more than 200 deep"):
        load(loop)


def test_symbols_have_their_link_addresses() -> None:
    guest = assemble("LINK_BASE = 0x1000\n.global f\nf: nop\ng: nop\nN = 7\n.bss\nb: .space 4\n")
    assert guest.symbols == {"LINK_BASE": 0x1000, "f": 0x1000, "g": 0x1004, "N": 7, "b": 0x1010}
    assert guest.base == guest.entry == 0x1000
    assert [guest.nearest(a) for a in (0xFFF, 0x1000, 0x1004, 0x1007, 0x1012)] == [None, "f", "g", "g+0x3", "b+0x2"]


def test_the_link_address_may_be_given() -> None:
    assert assemble("s: .quad s", base=0x40080000).flat() == (0x40080000).to_bytes(8, "little")


def test_lines_lead_from_addresses_to_sources() -> None:
    guest = assemble(
        '.macro two\n  nop\n  isb\n.endm\n  mov x0, #1\n  two\n  ldr x1, =99\n  .asciz "abc"\n', name="t.S"
    )
    lines = {a: line and line.line for a in (0, 4, 8, 12, 16, 19, 24) for line in [guest.line_at(a)]}
    assert lines == {0: 5, 4: 2, 8: 3, 12: 7, 16: 8, 19: 8, 24: 7}
    assert guest.line_at(0) == SourceLine("t.S", 5, "mov x0, #1")
    assert guest.line_at(20) is None  # padding of the literal pool
    assert guest.line_at(1000) is None


def test_sections_lie_code_first_then_constants_then_data_then_bss() -> None:
    guest = assemble(
        '.bss\n.space 1\n.data\n.byte 1\n.section .rodata\n.byte 2\n.text\nnop\n.section .head.text,"ax"\nret'
    )
    assert [s.name for s in guest.segments] == [".head.text", ".text", ".rodata", ".data", ".bss"]
    assert [s.address for s in guest.segments] == [0, 4, 8, 9, 16]
    assert [(s.writable, s.executable) for s in guest.segments[1:4]] == [(False, True), (False, False), (True, False)]
    assert len(guest.flat()) == 10
    assert guest.image_size == 17


def test_a_section_that_is_not_allocated_is_left_out() -> None:
    assert assemble('nop\n.section .comment,"",%progbits\n.asciz "hello"').flat() == bytes.fromhex("1f2003d5")


def test_an_image_header_makes_an_image() -> None:
    source = 'b .\n.word 0\n.quad 0x80000, 0x10000, 0xa, 0, 0, 0\n.ascii "ARM\\x64"\n.word 0\nnop'
    guest = assemble(source)
    assert (guest.kind, guest.text_offset, guest.image_size) == ("image", 0x80000, 0x10000)
    assert assemble("nop").kind == "flat"


def test_windows_line_ends_and_a_missing_last_one_change_nothing() -> None:
    assert assemble("#define A 1\r\nmov x0, #A\r\n1: b 1b").flat() == assemble("mov x0, #1\n1: b 1b\n").flat()


def test_an_empty_source_is_an_error() -> None:
    with pytest.raises(InputError, match="it contains no code or data"):
        assemble("// nothing\n")


def test_lower_case_s_is_not_preprocessed(tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text("#define A 1\n.byte A\nA = 2\n")
    assert load(tmp_path / "a.s").flat() == b"\2"
    (tmp_path / "a.S").write_text("#define A 1\n.byte A\n")
    assert load(tmp_path / "a.S").flat() == b"\1"


def test_files_are_included_as_source_and_as_bytes(tmp_path: Path) -> None:
    (tmp_path / "i.s").write_text(".byte 1 // one\n")
    (tmp_path / "b.bin").write_bytes(bytes(range(10)))
    (tmp_path / "m.s").write_text('.include "i.s"\n.incbin "b.bin"\n.incbin "b.bin", 8\n.incbin "b.bin", 2, 3\n')
    assert load(tmp_path / "m.s").flat() == bytes([1, *range(10), 8, 9, 2, 3, 4])
    (tmp_path / "m.s").write_text('.incbin "b.bin", 8, 3\n')
    with pytest.raises(AssemblyError, match="has only 10 bytes, fewer than requested"):
        load(tmp_path / "m.s")
