"""Instructions that Unicorn executes though the CPU would refuse them: each is refused, with the count exact."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from computer import DATA, EL0, EL1H, EL1T, HCR, HCR_VI, NOWHERE, RAM, SP_EL0, SP_EL1, STOP_AT_DONE, VECTORS, Computer

from harness.machine import exits
from harness.machine.cpu import Cpu
from harness.machine.mmu.stage1_tree import leaf_attributes

Boot = Callable[..., Computer]

WAYS = pytest.mark.parametrize("live", [True, False], ids=["live", "public API"])
UNDEFINED, FP_TRAP, ILLEGAL_STATE, PC_ALIGNMENT = 0x0200_0000, 0x1FE0_0000, 0x3A00_0000, 0x8A00_0000
IL = 1 << 20
NZCV = 0xA000_0000
UMA = 1 << 9
ALIAS = RAM + 0x10_0000
"""Another virtual address of the page at DATA."""


@dataclass(frozen=True)
class Seen:
    """What EL1 finds in its vector."""

    vector: int
    esr: int
    elr: int
    spsr: int
    retired: int


def first_exception(boot: Boot, source: str, mode: int, live: bool, prepare: Callable[[Cpu], None]) -> Seen:
    """Run ``source`` in ``mode`` until EL1 is entered; ``retired`` is the count before the exception."""
    seen: list[Seen] = []

    def look(cpu: Cpu, _trap: exits.Trap) -> bool:
        esr, elr, spsr = (cpu.read_sysreg(name) for name in ("ESR_EL1", "ELR_EL1", "SPSR_EL1"))
        seen.append(Seen(cpu.pc - 4 - VECTORS, esr, elr, spsr, cpu.retired - 1))
        return False

    computer = boot(source, live_registers=live, answer=look)
    computer.enter(mode)
    prepare(computer.cpu)
    computer.run()
    assert len(seen) == 1
    return seen[0]


# -- FP and SIMD -----------------------------------------------------------------------------------------------------

FLOATS = {
    "scalar": "fmov d0, #1.0",
    "vector": "movi v0.2d, #0",
    "load": "ldr q0, [x1]",
    "structure": "st4 {v0.16b-v3.16b}, [x1]",
    "control register": "mrs x0, fpcr",
}


@WAYS
@pytest.mark.parametrize("fpen", range(4))
@pytest.mark.parametrize("mode", [EL0, EL1H], ids=["EL0", "EL1h"])
@pytest.mark.parametrize("name", FLOATS)
def test_cpacr_traps_fp_and_simd_where_it_says(boot: Boot, name: str, mode: int, fpen: int, live: bool) -> None:
    def prepare(cpu: Cpu) -> None:
        cpu.write_sysreg("CPACR_EL1", fpen << 20)
        cpu.x[1] = DATA

    seen = first_exception(boot, f"nop\n{FLOATS[name]}\nsvc #1", mode, live, prepare)
    if fpen == 3 or (fpen == 1 and mode == EL1H):
        assert (seen.esr, seen.elr, seen.retired) == (0x5600_0001, RAM + 12, 3)
    else:
        assert (seen.esr, seen.elr, seen.retired) == (FP_TRAP, RAM + 4, 1)


def test_an_instruction_that_the_cpu_lacks_is_undefined_whatever_cpacr_says(boot: Boot) -> None:
    def prepare(cpu: Cpu) -> None:
        cpu.write_sysreg("CPACR_EL1", 0)

    half_precision = ".inst 0x1ee02800"
    assert first_exception(boot, half_precision, EL1H, True, prepare).esr == UNDEFINED


@WAYS
def test_a_guest_that_switches_fp_on_and_off_meets_it_each_time(boot: Boot, live: bool) -> None:
    traps: list[int] = []

    def switch_on(cpu: Cpu, _trap: exits.Trap) -> bool:
        traps.append(cpu.read_sysreg("ESR_EL1"))
        cpu.write_sysreg("CPACR_EL1", 3 << 20)
        return True

    source = "mov x5, #3\n1: msr cpacr_el1, xzr\n mrs x6, cpacr_el1\n isb\n fmov d0, #1.0\n fmov d1, #1.0\n"
    computer = boot(source + "mrs x7, cpacr_el1\nsubs x5, x5, #1\nb.ne 1b\n" + STOP_AT_DONE, answer=switch_on)
    assert computer.run() == exits.Stopped()
    assert traps == [FP_TRAP] * 3
    assert (computer.cpu.x[6], computer.cpu.x[7]) == (0, 3 << 20)
    assert computer.cpu.retired == 1 + 3 * 8 + 3 * 2 + 1, "the loop, its vectors' HVC and ERET, and the last HVC"


def test_a_guest_with_more_fp_code_than_hooks_meets_the_trap_everywhere(boot: Boot) -> None:
    traps: list[int] = []

    def skip(cpu: Cpu, _trap: exits.Trap) -> bool:
        traps.append(cpu.read_sysreg("ESR_EL1"))
        cpu.write_sysreg("ELR_EL1", cpu.read_sysreg("ELR_EL1") + 4)
        return True

    computer = boot("fmov d0, #1.0\n" * 5000 + STOP_AT_DONE, answer=skip)
    computer.cpu.write_sysreg("CPACR_EL1", 0)
    assert computer.run(1_000_000) == exits.Stopped()
    assert traps == [FP_TRAP] * 5000


# -- PSTATE and implementation defined registers ----------------------------------------------------------------------


@WAYS
@pytest.mark.parametrize(("name", "op2"), [("daifset", 6), ("daifclr", 7)])
def test_el0_may_write_daif_only_with_leave(boot: Boot, name: str, op2: int, live: bool) -> None:
    def allow(cpu: Cpu) -> None:
        cpu.write_sysreg("SCTLR_EL1", UMA)

    source = f"nop\nmsr {name}, #5\nsvc #1"
    refused = first_exception(boot, source, EL0, live, lambda cpu: cpu.write_sysreg("SCTLR_EL1", 0))
    trapped = 0x6200_0000 | op2 << 17 | 3 << 14 | 4 << 10 | 31 << 5 | 5 << 1
    assert (refused.esr, refused.elr, refused.retired) == (trapped, RAM + 4, 1)
    assert first_exception(boot, source, EL0, live, allow).esr == 0x5600_0001


def test_cbar_is_undefined(boot: Boot) -> None:
    seen = first_exception(boot, "nop\nmrs x3, S3_1_C15_C3_0", EL1H, True, lambda _cpu: None)
    assert (seen.esr, seen.elr, seen.retired) == (UNDEFINED, RAM + 4, 1)


@pytest.mark.parametrize("op2", range(3))
def test_the_secure_timer_is_undefined(boot: Boot, op2: int) -> None:
    assert first_exception(boot, f"mrs x3, S3_7_C14_C2_{op2}", EL1H, True, lambda _cpu: None).esr == UNDEFINED


# -- Exception returns -----------------------------------------------------------------------------------------------

RETURN = "msr spsr_el1, x0\nadr x1, there\nmsr elr_el1, x1\neret\nthere: svc #1"
THERE = RAM + 16


@WAYS
@pytest.mark.parametrize("mode", [mode for mode in range(32) if mode not in (0, 4, 5, 16)])
def test_a_return_to_an_illegal_mode_stays_where_it_is(boot: Boot, mode: int, live: bool) -> None:
    def prepare(cpu: Cpu) -> None:
        cpu.x[0] = NZCV | 0x340 | mode

    seen = first_exception(boot, RETURN, EL1H, live, prepare)
    assert seen == Seen(0x200, ILLEGAL_STATE, THERE, NZCV | 0x340 | IL | 5, 4)


@WAYS
@pytest.mark.parametrize(("mode", "vector"), [(0, 0x400), (4, 0x000), (5, 0x200)])
def test_a_return_with_il_reaches_its_mode_and_stack(boot: Boot, mode: int, vector: int, live: bool) -> None:
    stacks: list[tuple[int, int]] = []

    def look(cpu: Cpu, _trap: exits.Trap) -> bool:
        assert cpu.pc - 4 - VECTORS == vector
        assert (cpu.read_sysreg("ESR_EL1"), cpu.read_sysreg("SPSR_EL1")) == (ILLEGAL_STATE, 0x3C0 | IL | mode)
        stacks.append((cpu.sp, cpu.read_sysreg("SP_EL0")))
        return False

    computer = boot(RETURN, live_registers=live, answer=look)
    computer.enter(EL1H)
    computer.cpu.x[0] = 0x3C0 | IL | mode
    computer.run()
    assert stacks == [(SP_EL1, SP_EL0)]


def test_from_sp_el0_an_illegal_return_keeps_sp_el0(boot: Boot) -> None:
    def prepare(cpu: Cpu) -> None:
        cpu.x[0] = 0x3C1

    assert first_exception(boot, RETURN, EL1T, True, prepare) == Seen(0x000, ILLEGAL_STATE, THERE, 0x3C4 | IL, 4)


@pytest.mark.parametrize(
    ("target", "esr"), [(RAM + 2, PC_ALIGNMENT), (NOWHERE, 0x8600_0000)], ids=["misaligned", "nowhere"]
)
def test_what_the_fetch_raises_comes_before_the_illegal_state(boot: Boot, target: int, esr: int) -> None:
    def prepare(cpu: Cpu) -> None:
        cpu.x[0] = EL1H | IL
        cpu.x[1] = target

    if target == NOWHERE:
        computer = boot("msr spsr_el1, x0\nmsr elr_el1, x1\neret")
        prepare(computer.cpu)
        computer.run()
        assert isinstance(computer.traps[0], exits.Stage2Abort)
        assert computer.cpu.pstate & IL
        return
    seen = first_exception(boot, "msr spsr_el1, x0\nmsr elr_el1, x1\neret", EL1H, True, prepare)
    assert (seen.esr, seen.elr, seen.spsr) == (esr, target, EL1H | IL)


def test_an_interrupt_comes_before_the_illegal_state_which_waits_for_its_return(boot: Boot) -> None:
    seen: list[tuple[int, int]] = []

    def look(cpu: Cpu, _trap: exits.Trap) -> bool:
        seen.append((cpu.pc - 4 - VECTORS, cpu.read_sysreg("SPSR_EL1")))
        cpu.write_sysreg("HCR_EL2", HCR)
        return len(seen) < 2

    computer = boot(RETURN, answer=look)
    computer.cpu.write_sysreg("HCR_EL2", HCR | HCR_VI)
    computer.cpu.x[0] = 0x345 | IL
    computer.run()
    assert seen == [(0x280, 0x345 | IL), (0x200, 0x345 | IL)]
    assert computer.cpu.read_sysreg("ESR_EL1") == ILLEGAL_STATE


def test_a_restored_cpu_is_in_the_illegal_state_that_it_was_saved_in(boot: Boot) -> None:
    computer = boot(RETURN, answer=lambda _cpu, _trap: False)
    computer.cpu.x[0] = EL1H | IL
    computer.run(4)
    assert computer.cpu.pstate & IL
    saved = computer.cpu.save()
    computer.run(1)
    computer.cpu.restore(saved)
    computer.run(1)
    assert computer.cpu.read_sysreg("ESR_EL1") == ILLEGAL_STATE


# -- Code that was changed -------------------------------------------------------------------------------------------

PATCH_AND_CALL = """
    mov     x9, #3
    ldr     w10, =0xd2800000        // movz x0, #0
    ldr     w11, =0xd65f03c0        // ret
    mov     x12, #0
1:  stp     w10, w11, [x1]
    stp     w10, w11, [x1, #64]
    {synchronise}
    dsb     ish
    isb
    blr     x2
    add     x12, x12, x0
    add     x3, x2, #64
    blr     x3
    add     x12, x12, x0, lsl #8
    add     w10, w10, #(1 << 5)
    subs    x9, x9, #1
    b.ne    1b
"""
SYNCHRONISE = {
    "all": "ic iallu",
    "all, everywhere": "ic ialluis",
    "line by line": "ic ivau, x2\nadd x3, x2, #64\nic ivau, x3",
}


@WAYS
@pytest.mark.parametrize("synchronise", SYNCHRONISE)
def test_code_written_at_another_address_is_executed_after_ic(boot: Boot, synchronise: str, live: bool) -> None:
    source = PATCH_AND_CALL.format(synchronise=SYNCHRONISE[synchronise])
    computer = boot(source + STOP_AT_DONE + "\n.ltorg", live_registers=live)
    tree = computer.turn_mmu_on()
    tree.map(ALIAS, DATA, 0x1000, leaf_attributes(writable=False, kernel_execute=True))
    computer.cpu.x[1], computer.cpu.x[2] = DATA, ALIAS
    assert computer.run() == exits.Stopped()
    assert computer.cpu.x[12] == 0x0303, "0 + 1 + 2, twice"
    alike = {"all": 17, "all, everywhere": 17, "line by line": 19}[synchronise]
    assert computer.cpu.retired == 4 + 3 * alike + 1
