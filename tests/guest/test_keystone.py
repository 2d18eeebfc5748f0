"""One test for each way in which Keystone kills its process, hangs, or returns wrong code, named after it."""

import re

import pytest

from harness.guest import assemble
from harness.guest.asm import AssemblyError
from harness.guest.asm.encoder import Encoder, Unencodable

NOP = "1f2003d5"


def words(source: str) -> list[str]:
    data = assemble(source).flat()
    return [data[i : i + 4][::-1].hex() for i in range(0, len(data), 4)]


def errors(source: str) -> list[tuple[int, str]]:
    with pytest.raises(AssemblyError) as caught:
        assemble(source)
    return [(diagnostic.place.line, diagnostic.message) for diagnostic in caught.value.diagnostics]


# What ends the process.


def test_text_directive_in_the_middle_switches_sections() -> None:
    assert words("nop\n.data\n.word 7\n.text\nret") == ["d503201f", "d65f03c0", "00000007"]


def test_lo12_of_a_far_symbol_is_its_low_twelve_bits() -> None:
    assert words("add x0, x0, :lo12:far\n.bss\n.space 0x2fe0\nfar: .space 1") == ["913fc000"]


def test_abs_groups_of_a_symbol_are_its_sixteen_bit_parts() -> None:
    source = "LINK_BASE = 0x1234567800000000\nmovz x0, #:abs_g3:s\nmovk x0, #:abs_g2_nc:s\ns:\n"
    assert words(source) == ["d2e24680", "f2cacf00"]


def test_an_abs_group_that_overflows_is_an_error() -> None:
    assert errors("LINK_BASE = 0x100000000\nmovz x0, #:abs_g1:s\ns:\n") == [(2, "0x100000004 does not fit :abs_g1:")]


@pytest.mark.parametrize(
    ("instruction", "reach"),
    [
        ("tbz x0, #1, far", 1 << 15),
        ("tbnz w0, #1, far", 1 << 15),
        ("cbz x0, far", 1 << 20),
        ("cbnz x0, far", 1 << 20),
        ("b.eq far", 1 << 20),
        ("ldr x0, far", 1 << 20),
        ("ldrsw x0, far", 1 << 20),
        ("prfm pldl1keep, far", 1 << 20),
        ("adr x0, far", 1 << 20),
        ("b far", 1 << 27),
        ("bl far", 1 << 27),
    ],
)
def test_a_branch_or_literal_out_of_range_is_an_error_at_its_line(instruction: str, reach: int) -> None:
    forward = "nop\n{}\n.space {}\nfar: nop\n"
    assemble(forward.format(instruction, reach - 8))  # the last one that is reached
    assert errors(forward.format(instruction, reach - 4)) == [(2, _away(reach, instruction))]
    backward = "far: .space {}\n{}\n"
    assemble(backward.format(reach, instruction))
    assert errors(backward.format(reach + 4, instruction))[0][0] == 2


def _away(distance: int, instruction: str) -> str:
    reach = {1 << 15: "32 KiB", 1 << 20: "1 MiB", 1 << 27: "128 MiB"}[distance]
    what = {"t": "a test-bit branch", "c": "a conditional branch", "l": "a literal load", "p": "a literal load"}
    first = instruction[0]
    who = "a conditional branch" if instruction[:2] == "b." else what.get(first, "a branch")
    who = "adr" if instruction.startswith("adr ") else who
    return f"the target is {distance:+#x} bytes away: {who} reaches {reach}"


def test_a_branch_to_an_unaligned_label_is_an_error() -> None:
    assert errors("b s\n.byte 1\ns: .byte 2") == [(1, "the target 0x5 is not a multiple of 4 bytes away")]


def test_rept_with_a_counter_does_not_hang() -> None:
    assert words(".rept 3\n.word \\+\n.endr") == ["00000000", "00000001", "00000002"]


# What assembles to nothing and says that all is well.


@pytest.mark.parametrize("operation", ["tlbi vmalle1os", "tlbi nonsense", "dc cvadp, x0", "ic foo", "at s1e1rp, x0"])
def test_an_unknown_system_operation_is_an_error_that_names_the_way_out(operation: str) -> None:
    ((line, message),) = errors(f"nop\n{operation}\nnop")
    assert line == 2
    assert f"`{operation}'" in message
    assert "sys #<op1>" in message


def test_section_and_pushsection_are_honoured() -> None:
    assert words('.section .rodata\n.word 2\n.text\n.word 1\n.pushsection .data, "aw"\n.word 3\n.popsection') == [
        "00000001",
        "00000002",
        "00000003",
    ]


def test_req_names_a_register() -> None:
    assert words("p .req x3\nmov x0, p") == words("mov x0, x3")


def test_the_macro_counter_makes_labels_unique() -> None:
    assert words(".macro m\nl\\@: b l\\@\n.endm\nm\nm") == ["14000000", "14000000"]


def test_file_directives_and_comments_leave_the_code_alone() -> None:
    assert words('.file "a.c"\n# nop\nnop // nop\n/* nop */ nop') == ["d503201f"] * 2


def test_junk_after_an_instruction_is_an_error() -> None:
    assert errors("nop\nadd x0, x0, #1 # one")[0][0] == 2


# What is encoded wrong.


def test_adrp_is_the_distance_in_pages() -> None:
    source = "LINK_BASE = 0x40000000\n.space 0x1000\nadrp x0, far\n.data\n.space 0x3000\nfar: .word 0"
    assert words(source)[0x400] == "f0000000"  # from page 1 to page 4


def test_adrp_does_not_depend_on_what_is_before_it() -> None:
    different = "".join(f"mov x{n % 29}, #{n}\n" for n in range(3000))
    assert words(f"{different}.org 0x10000\nadrp x3, .\nadr x4, .")[-2:] == ["90000003", "10000004"]


def test_a_literal_stays_a_literal_and_is_shared() -> None:
    assert words("ldr x0, =1\nldr x1, =1\nnop") == ["58000080", "58000061", "d503201f", "00000000", "00000001", "0" * 8]


def test_inst_keeps_its_value() -> None:
    assert words(".inst 0xd503205f\nnop") == ["d503205f", "d503201f"]


def test_a_value_that_does_not_fit_is_an_error() -> None:
    assert errors(".hword 0x12345") == [(1, "the value 0x12345 does not fit in 2 bytes")]


def test_a_negative_shift_keeps_its_place() -> None:
    assert words(".word (-5>>1)&0xff\n.word 7") == ["000000fd", "00000007"]


@pytest.mark.parametrize("directive", ['.error "no good"', ".err"])
def test_error_directives_are_errors(directive: str) -> None:
    ((line, message),) = errors(f"nop\n{directive}")
    assert (line, message) == (2, "no good" if "good" in directive else ".err encountered")


def test_labels_of_a_second_section_have_their_address() -> None:
    assert words(".text\n.quad a\n.data\n.word 0\na: .word 1")[0] == "0000000c"


def test_operators_have_gnu_precedence() -> None:
    assert words(".word 2+3<<1, 6&3+1, 1==1") == ["00000008", "00000003", "ffffffff"]


# What is refused although guests need it.


def test_numeric_labels_mean_the_nearest_in_their_direction() -> None:
    assert words("1: b 1f\n1: b 1b\nb 1f\n1:") == ["14000001", "14000000", "14000001"]


def test_org_moves_forward_in_the_section() -> None:
    assert words("nop\n.org 8\nret") == ["d503201f", "00000000", "d65f03c0"]


def test_a_label_difference_and_a_forward_constant_are_immediates() -> None:
    assert words("mov x0, #e-s\nmov x1, #N\ns: nop\ne:\nN = 9") == ["d2800080", "d2800121", "d503201f"]


def test_symbol_types_and_weak_symbols_are_kept() -> None:
    guest = assemble(".weak w\n.type f, %function\n.global f\nf: ret\n.size f, . - f\n.quad w\n.arch armv8-a")
    info = guest.symbol_info["f"]
    assert (info.kind, info.size, info.binding) == ("function", 4, "global")
    assert guest.flat()[4:] == bytes(8)


def test_hexadecimal_escapes_and_text_that_is_not_ascii_are_bytes() -> None:
    assert assemble('.ascii "\\x41ü"').flat() == b"A\xc3\xbc"


@pytest.mark.parametrize(
    ("instruction", "extension"),
    [
        ("ldadd x0, x1, [x2]", "LSE atomics"),
        ("casal w0, w1, [x2]", "LSE atomics"),
        ("swp x0, x1, [x2]", "LSE atomics"),
        ("stclr x0, [x2]", "LSE atomics"),
        ("pacia x0, x1", "pointer authentication"),
        ("retaa", "pointer authentication"),
        ("aese v0.16b, v1.16b", "cryptography"),
        ("sha256h q0, q1, v2.4s", "cryptography"),
        ("irg x0, x1", "memory tagging"),
        ("ptrue p0.b", "SVE"),
        ("ldapr x0, [x1]", "RCpc"),
        ("sb", "Armv8.1"),
    ],
)
def test_an_extension_is_refused_with_its_name_and_the_way_out(instruction: str, extension: str) -> None:
    ((line, message),) = errors(f"nop\n{instruction}")
    assert line == 2
    assert extension in message
    assert ".inst" in message


def test_registers_of_extensions_are_refused_with_the_generic_name() -> None:
    ((_, message),) = errors("msr pan, #1")
    assert "S<op0>" in message
    assert words("msr S3_0_C4_C2_3, x0") == ["d5184260"]


def test_named_hints_have_the_words_of_the_manual() -> None:
    source = "csdb\nesb\npaciasp\nautiasp\nbti c\nbti jc\nbti\nxpaclri\nssbb"
    numbers = [0x14, 0x10, 0x19, 0x1D, 0x22, 0x26, 0x20, 7]
    assert words(source) == [f"{0xD503201F | n << 5:08x}" for n in numbers] + ["d503309f"]


# The process that holds it.


@pytest.mark.parametrize("killer", [".text", "tbz x0, #3, l; .space 0x10000; l: nop"])
def test_a_crash_of_the_child_names_the_statement_and_the_others_are_encoded(killer: str) -> None:
    results = Encoder().encode(["nop", killer, "ret"])
    assert [r.hex() for r in results if isinstance(r, bytes)] == [NOP, "c0035fd6"]
    refused = results[1]
    assert isinstance(refused, Unencodable)
    assert re.match("Keystone (crashed|ended)", refused.reason)


def test_a_child_that_does_not_come_back_is_ended_and_named() -> None:
    results = Encoder(time_limit_s=0).encode(["nop", "ret"])  # nothing comes back in no time
    assert results == [Unencodable("Keystone did not answer within 0 s")] * 2


def test_a_batch_is_in_the_order_of_its_texts() -> None:
    texts = [f"mov x{n % 29}, #{n}" for n in range(3000)]
    results = Encoder().encode(texts)
    assert results == [(0xD2800000 | n << 5 | n % 29).to_bytes(4, "little") for n in range(3000)]


def test_nothing_but_one_plain_instruction_reaches_keystone() -> None:
    for source in (
        "add x0, x0, #1 .text",
        'mov x0, "a"',
        "b $",
        "nop\x00",
        "nop `",
        "ret x31",
        "mov x0, x1 = 3",
        "nop ü",
    ):
        assert errors(source)[0][0] == 1
