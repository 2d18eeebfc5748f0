"""The report of a crash: it begins with the first fault, in words, with its place in the source."""

import re

import pytest

import harness
from harness.debug.crash import crash_report, loop_sentences
from harness.xen.hypervisor import End

VECTORS = "\n    .balign 2048\nmine:\n    .fill   128, 4, 0xd503201f          // nops up to the entry at 0x200\n"


def kernel(body: str, handler: str = "", *, mmu: bool = False, own_vectors: bool = True) -> harness.Guest:
    own = "    address x1, mine\n    msr vbar_el1, x1\n" if own_vectors else "    msr vbar_el1, xzr\n"
    text = f"""\
#include "lib/kernel.h"
    .text
kernel_main:
{"    bl boot_mmu" if mmu else ""}
{own}    isb
first:
{body}
    b       power_off
{VECTORS if own_vectors else ""}{handler}
#include "lib/end.S"
"""
    return harness.assemble(text, name="mine.S")


def report(guest: harness.Guest, **options) -> list[str]:
    with harness.boot(guest, **options) as machine:
        outcome = machine.run(max_instructions=1_000_000)
        assert outcome.end is End.CRASH
        return list(crash_report(machine, outcome))


FIRST = {
    "undefined": ("    .inst 0", "`udf #0` is undefined: an undefined instruction"),
    "a store outside memory": (
        "    mov x2, #0x10\n    stp x29, x30, [x2]",
        "`stp x29, x30, [x2]`, a store of 16 bytes (x29, x30) to va 0x10 failed: "
        "stage 2 translation fault, level 1: the guest has no memory at ipa 0x10",
    ),
    "a narrow load": (
        "    mov x2, #7\n    ldrsh w3, [x2]",
        "`ldrsh w3, [x2]`, a load of 2 bytes (w3) from va 0x7 failed",
    ),
    "a jump to nowhere": (
        "    mov x2, #0x100\n    br x2",
        "no instruction can be fetched from va 0x100: stage 2 translation",
    ),
    "a jump that is not aligned": (
        "    address x2, first\n    add x2, x2, #1\n    br x2",
        "which is not a multiple of 4",
    ),
    "a breakpoint": ("    brk #7", "BRK #0x7"),
    "a register that Xen refuses": (
        "    mrs x0, actlr_el1\n    msr dbgbvr0_el1, x0\n    .inst 0",
        "an undefined instruction",
    ),
}


@pytest.mark.parametrize("what", FIRST)
def test_a_kernel_without_vectors_is_told_what_it_did_first(what: str) -> None:
    body, said = FIRST[what]
    first, second, third, *_ = report(kernel(body, own_vectors=False))
    assert first.startswith("d1v0 crashed: pc 0x")
    assert said in first
    assert ", at EL1: " in first
    assert (
        second
        == "  The vectors could not take that exception: VBAR_EL1 is 0x0 (no vectors), and its entry at 0x200 faults:"
    )
    assert third.startswith(
        "  pc 0x200, at EL1: no instruction can be fetched from va 0x200: stage 2 translation fault"
    )


def test_the_place_is_a_symbol_and_a_source_line() -> None:
    first, *_ = report(kernel("    .inst 0", own_vectors=False))
    assert "<first> (mine.S:8), at EL1" in first


def test_behind_an_mmu_the_stage_and_the_level_are_those_of_the_first_fault() -> None:
    first, _, third, *_ = report(
        kernel("    ldr x1, =0xffffff8f00000000\n    ldrb w0, [x1]", mmu=True, own_vectors=False)
    )
    assert "a load of 1 byte (w0) from va 0xffffff8f00000000 failed: stage 1 translation fault, level 1" in first
    assert "stage 1 translation fault" in third


def test_a_handler_that_was_overwritten_is_told_after_the_fault_that_it_could_not_take() -> None:
    body = "    mov x5, #0x77\n    str wzr, [x1, #0x200]\n    ic iallu\n    dsb ish\n    isb\n    brk #9\n"
    lines = report(kernel(body, "    b ."))
    assert ": BRK #0x9" in lines[0]
    assert "VBAR_EL1 is 0x4000" in lines[1]
    assert re.search(r"<mine\+0x200>.*`udf #0` is undefined", lines[2])
    assert lines[3] == "  The vector raises its own exception, for ever."


def test_registers_code_and_walks_are_those_of_the_first_fault() -> None:
    text = "\n".join(report(kernel("    mov x5, #0x77\n    mov x2, #0x10\n    str x5, [x2]", own_vectors=False)))
    assert "registers when it took the first exception; system registers as they are now:" in text
    assert "x5 0000000000000077" in text
    assert re.search(r"-> .* str x5, \[x2\] .*<first\+0x8>  mine\.S:\d+", text)
    assert text.count("as both stages translate it:") == 3
    assert "the faulting address, as both stages translate it:" in text
    assert "the exception vector, as both stages translate it:" in text


def test_a_shutdown_crash_is_told_with_the_exception_that_led_to_it() -> None:
    guest = harness.assemble(
        '#include "lib/kernel.h"\n.text\nkernel_main:\n    bl boot_mmu\n    .inst 0\n#include "lib/end.S"\n', name="m.S"
    )
    first, second, *_ = report(guest)
    assert "`udf #0` is undefined" in first
    assert "(m.S:5)" in first
    assert re.fullmatch(r"  It asked for SHUTDOWN_crash, [\d,]+ ns after that\.", second)


def test_a_shutdown_crash_out_of_the_blue_is_told_so() -> None:
    body = "    mov x0, #SHUTDOWN_crash\n    b shutdown\n"
    first, *_ = report(kernel(body, own_vectors=False))
    assert first == "d1v0 crashed: it asked for SHUTDOWN_crash, and took no exception shortly before"


def test_exceptions_that_were_dealt_with_are_not_what_began_it() -> None:
    handler = """
    mrs     x0, elr_el1
    add     x0, x0, #4
    msr     elr_el1, x0
    cbz     x9, 2f
    eret
2:  msr     vbar_el1, xzr
    isb
    mov     x3, #0x18
    ldr     x4, [x3]
"""
    body = "    mov x9, #3\n1:  .inst 0\n    sub x9, x9, #1\n    cbnz x9, 1b\n    brk #3\n"
    first, *_ = report(kernel(body, handler))
    assert ": BRK #0x3" in first


@pytest.mark.parametrize("masked", [False, True])
def test_a_handler_that_faults_for_ever_is_told_when_the_run_is_given_up(masked: bool) -> None:
    body = f"    {'msr daifset, #15' if masked else 'nop'}\n    mov x9, #16\n    mov sp, x9\n    ldrb w0, [x9]\n"
    guest = kernel(body, "    nop\n    stp x29, x30, [sp, #-16]!\n    b .\n")
    with harness.boot(guest) as machine:
        assert machine.run(max_instructions=100_000).end is End.BUDGET
        first, second = loop_sentences(machine)
    if not masked:
        assert first.startswith("d1v0 does nothing but take exceptions: pc 0x")
        assert "`ldrb w0, [x9]`, a load of 1 byte (w0) from va 0x10 failed" in first
    assert re.search(
        r"In its handler, [\d,]+ more; the last one: .*<mine\+0x204>.*`stp x29, x30, \[sp, #-0x10\]!`", second
    )


def test_what_is_remembered_is_part_of_a_snapshot() -> None:
    guest = kernel("    mov x9, #100\n1:  sub x9, x9, #1\n    cbnz x9, 1b\n    .inst 0", own_vectors=False)
    with harness.boot(guest) as machine:
        before = machine.snapshot()
        outcome = machine.run()
        once = list(crash_report(machine, outcome))
        after = machine.snapshot()
        machine.restore(before)
        assert machine.vcpu().state.faults.count == 0
        assert list(crash_report(machine, machine.run())) == once
        machine.restore(before)
        machine.restore(after)
        assert list(crash_report(machine, outcome)) == once
