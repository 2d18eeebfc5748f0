"""Exceptions that guest code raises at EL0, EL1t and EL1h: what EL1 finds in its vector, and ERET back."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from computer import DATA, EL0, EL1H, EL1T, HCR, HCR_VI, NOWHERE, RAM, SP_EL0, SP_EL1, STOP_AT_DONE, VECTORS, Computer

from harness.machine import exits
from harness.machine.cpu import Cpu

Boot = Callable[..., Computer]

MODES = pytest.mark.parametrize("mode", [EL0, EL1T, EL1H], ids=["EL0", "EL1t", "EL1h"])
WAYS = pytest.mark.parametrize("live", [True, False], ids=["live", "public API"])
FAR_BEFORE = 0x0123_4567_89AB_CDE0
FLAGS = 0x6000_0000
TRANSLATION_LEVEL_2, PERMISSION_LEVEL_3, ALIGNMENT = 0x06, 0x0F, 0x21


@dataclass(frozen=True)
class Cause:
    """An instruction, and what it raises: ESR from EL0 and from EL1, FAR, and ELR."""

    instruction: str
    from_el0: int
    from_el1: int
    far: int = FAR_BEFORE
    elr: int = RAM
    x1: int = NOWHERE


def abort(code: int, write: int = 0) -> tuple[int, int]:
    return 0x9200_0000 | write << 6 | code, 0x9600_0000 | write << 6 | code


def fetch_abort(code: int) -> tuple[int, int]:
    return 0x8200_0000 | code, 0x8600_0000 | code


CAUSES = {
    "svc": Cause("svc #0x1234", 0x5600_1234, 0x5600_1234, elr=RAM + 4),
    "brk": Cause("brk #0x77", 0xF200_0077, 0xF200_0077),
    "an undefined word": Cause(".word 0", 0x0200_0000, 0x0200_0000),
    "a register of EL2": Cause("mrs x0, hcr_el2", 0x0200_0000, 0x0200_0000),
    "a load from nowhere": Cause("ldr x0, [x1]", *abort(TRANSLATION_LEVEL_2), far=NOWHERE),
    "a store to nowhere": Cause("str x0, [x1, #8]", *abort(TRANSLATION_LEVEL_2, 1), far=NOWHERE + 8),
    "a pair from nowhere": Cause("ldp x2, x3, [x1, #16]!", *abort(TRANSLATION_LEVEL_2), far=NOWHERE + 16),
    "an exclusive that is not aligned": Cause("ldxr x0, [x1]", *abort(ALIGNMENT), far=DATA + 1, x1=DATA + 1),
    "a store to code": Cause("str x0, [x1]", *abort(PERMISSION_LEVEL_3, 1), far=RAM, x1=RAM),
    "a jump to nowhere": Cause("br x1", *fetch_abort(TRANSLATION_LEVEL_2), far=NOWHERE, elr=NOWHERE),
    "a jump to data": Cause("br x1", *fetch_abort(PERMISSION_LEVEL_3), far=DATA, elr=DATA, x1=DATA),
    "a jump to an odd address": Cause("br x1", 0x8A00_0000, 0x8A00_0000, far=RAM + 6, elr=RAM + 6, x1=RAM + 6),
}


def booted(boot: Boot, cause: Cause, mode: int, live: bool, answer: Callable[[Cpu, exits.Trap], bool]) -> Computer:
    computer = boot(f"{cause.instruction}\nback: svc #0xdddd", live_registers=live, answer=answer)
    computer.turn_mmu_on()
    computer.cpu.write_sysreg("FAR_EL1", FAR_BEFORE)
    computer.cpu.x[1] = cause.x1
    computer.enter(mode | FLAGS)
    return computer


@WAYS
@MODES
@pytest.mark.parametrize("name", CAUSES)
def test_the_vector_finds_what_the_manual_says(boot: Boot, name: str, mode: int, live: bool) -> None:
    cause = CAUSES[name]
    seen: list[tuple[int, ...]] = []

    def look(cpu: Cpu, _trap: exits.Trap) -> bool:
        names = ("ESR_EL1", "FAR_EL1", "ELR_EL1", "SPSR_EL1", "SP_EL0")
        seen.append((cpu.pc - 4, cpu.pstate, cpu.sp, *(cpu.read_sysreg(name) for name in names)))
        return False

    booted(boot, cause, mode, live, look).run()
    vector = VECTORS + {EL0: 0x400, EL1T: 0x000, EL1H: 0x200}[mode]
    esr = cause.from_el0 if mode == EL0 else cause.from_el1
    expected = (vector, FLAGS | EL1H, SP_EL1, esr, cause.far, cause.elr, mode | FLAGS, SP_EL0)
    assert [tuple(map(hex, each)) for each in seen] == [tuple(map(hex, expected))]


@WAYS
@MODES
@pytest.mark.parametrize("name", CAUSES)
def test_eret_goes_back_to_the_same_mode_stack_and_flags(boot: Boot, name: str, mode: int, live: bool) -> None:
    back: list[tuple[int, ...]] = []

    def go_back(cpu: Cpu, _trap: exits.Trap) -> bool:
        if cpu.read_sysreg("ESR_EL1") & 0xFFFF == 0xDDDD:
            back.append((cpu.read_sysreg("ELR_EL1"), cpu.read_sysreg("SPSR_EL1"), cpu.read_sysreg("SP_EL0"), cpu.sp))
            return False
        cpu.write_sysreg("ELR_EL1", RAM + 4)
        return True

    booted(boot, CAUSES[name], mode, live, go_back).run()
    assert back == [(RAM + 8, mode | FLAGS, SP_EL0, SP_EL1)]


def test_hvc_and_smc_at_el0_are_undefined(boot: Boot) -> None:
    seen: list[int] = []

    def count(cpu: Cpu, _trap: exits.Trap) -> bool:
        seen.append(cpu.read_sysreg("ESR_EL1"))
        cpu.write_sysreg("ELR_EL1", cpu.read_sysreg("ELR_EL1") + 4)
        return len(seen) < 2

    computer = boot("hvc #1\nsmc #2", answer=count)
    computer.enter(EL0)
    computer.run()
    assert seen == [0x0200_0000] * 2


# -- Virtual interrupts -----------------------------------------------------------------------------------------

UNMASK_BY_MSR = "nop\nnop\nmsr daifclr, #2\nhere: nop\nnop\n" + STOP_AT_DONE
UNMASK_BY_ERET = "adr x0, here\nmsr elr_el1, x0\nmov x0, #{mode}\nmsr spsr_el1, x0\neret\nhere: nop\nnop\nsvc #0"


def interrupted(boot: Boot, source: str, raise_it: Callable[[Computer], None], budget: int = 1000) -> tuple[int, int]:
    """Run with an interrupt raised somehow; returns ELR_EL1 and the retired count seen in the IRQ vector."""
    seen: list[tuple[int, int]] = []

    def look(cpu: Cpu, _trap: exits.Trap) -> bool:
        assert (cpu.pc - 4) & 0x7F == 0
        assert (cpu.pc - 4) & 0x180 == 0x080, "not an IRQ vector"
        seen.append((cpu.read_sysreg("ELR_EL1"), cpu.retired))
        return False

    computer = boot(source, answer=look)
    raise_it(computer)
    computer.run(budget)
    assert len(seen) == 1
    return seen[0]


def raise_irq(computer: Computer) -> None:
    computer.cpu.write_sysreg("HCR_EL2", HCR | HCR_VI)


def test_an_interrupt_is_taken_exactly_where_msr_unmasks_it(boot: Boot) -> None:
    elr, retired = interrupted(boot, UNMASK_BY_MSR, raise_irq)
    assert (elr, retired) == (RAM + 12, 4), "three instructions and the vector's HVC"


@pytest.mark.parametrize("mode", [0x340, 0x344, 0x345])
def test_an_interrupt_is_taken_exactly_where_eret_unmasks_it(boot: Boot, mode: int) -> None:
    elr, retired = interrupted(boot, UNMASK_BY_ERET.format(mode=mode), raise_irq)
    assert (elr, retired) == (RAM + 20, 6)


def test_a_masked_interrupt_waits_for_ever(boot: Boot) -> None:
    computer = boot("nop\n" * 50 + STOP_AT_DONE)
    raise_irq(computer)
    assert computer.run() == exits.Stopped()
    assert computer.traps == []


def test_an_interrupt_that_is_lowered_before_the_unmask_is_never_taken(boot: Boot) -> None:
    computer = boot(UNMASK_BY_MSR)
    raise_irq(computer)
    computer.run(2)
    computer.cpu.write_sysreg("HCR_EL2", HCR)
    assert computer.run() == exits.Stopped()
    assert computer.traps == []


def test_an_interrupt_raised_between_slices_is_taken_at_the_next_instruction(boot: Boot) -> None:
    def later(computer: Computer) -> None:
        computer.cpu.pstate = EL1H & ~0x80
        computer.run(3)
        raise_irq(computer)

    assert interrupted(boot, "nop\n" * 8, later) == (RAM + 12, 4)


@pytest.mark.parametrize("pending", [True, False])
def test_a_restored_cpu_has_the_interrupt_pending_that_it_was_saved_with(boot: Boot, pending: bool) -> None:
    computer = boot(UNMASK_BY_MSR, answer=lambda _cpu, _trap: False)
    if pending:
        raise_irq(computer)
    computer.run(1)
    saved = computer.cpu.save()
    computer.cpu.write_sysreg("HCR_EL2", HCR if pending else HCR | HCR_VI)
    computer.cpu.restore(saved)
    computer.run(100)
    assert bool(computer.traps) == pending
    if pending:
        assert computer.cpu.read_sysreg("ELR_EL1") == RAM + 12


EXCLUSIVE = {
    "nothing": ("nop", 0),
    "a hypercall": ("hvc #1", 1),
    "a wait": ("wfi", 1),
    "a secure call": ("smc #0", 1),
    "a trapped register": ("mrs x9, actlr_el1", 1),
    "an exception and its return": ("svc #2", 1),
}


@pytest.mark.parametrize("cause", EXCLUSIVE)
@WAYS
def test_a_store_exclusive_fails_after_an_exception_return(boot: Boot, live: bool, cause: str) -> None:
    instruction, expected = EXCLUSIVE[cause]
    source = (
        f"adr x1, there\n ldxr x0, [x1]\n {instruction}\n stxr w2, x0, [x1]\n {STOP_AT_DONE}\n.balign 8\nthere: .quad 7"
    )
    computer = boot(source, live_registers=live)
    assert computer.run() == exits.Stopped()
    assert computer.cpu.x[2] == expected
