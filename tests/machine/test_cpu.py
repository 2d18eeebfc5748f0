"""Typed exits and traps, registers by name, upkeep after the host's writes, several CPUs, and giving all back."""

import gc
import mmap
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from computer import (
    DATA,
    EL0,
    EL1H,
    HCR,
    HCR_TPU,
    HCR_TTLB,
    NOWHERE,
    RAM,
    STOP_AT_DONE,
    VECTORS,
    Computer,
)
from unicorn import Uc

from harness.machine import exits
from harness.machine.cpu import Cpu
from harness.machine.memory import Memory
from harness.machine.mmu.stage1_tree import leaf_attributes
from harness.machine.sysregs import SYSREGS, Encoding

Boot = Callable[..., Computer]

WAYS = pytest.mark.parametrize("live", [True, False], ids=["live", "public API"])

TRAPS: dict[str, exits.Trap] = {
    "hvc #0": exits.Hvc(0),
    "hvc #0xea1": exits.Hvc(0xEA1),
    "smc #7": exits.Smc(7),
    "wfi": exits.Wfx(event=False),
    "msr actlr_el1, x3": exits.SysregAccess(SYSREGS["ACTLR_EL1"], 3, read=False),
    "mrs x4, actlr_el1": exits.SysregAccess(SYSREGS["ACTLR_EL1"], 4, read=True),
    "mrs xzr, actlr_el1": exits.SysregAccess(SYSREGS["ACTLR_EL1"], 31, read=True),
    "tlbi vmalle1": exits.SysregAccess(Encoding(1, 0, 8, 7, 0), 31, read=False),
    "tlbi vae1is, x9": exits.SysregAccess(Encoding(1, 0, 8, 3, 1), 9, read=False),
    "ic iallu": exits.SysregAccess(Encoding(1, 0, 7, 5, 0), 31, read=False),
    "ic ivau, x8": exits.SysregAccess(Encoding(1, 3, 7, 5, 1), 8, read=False),
}


@WAYS
@pytest.mark.parametrize("instruction", TRAPS)
def test_an_instruction_that_el2_traps_comes_with_its_operands(boot: Boot, instruction: str, live: bool) -> None:
    computer = boot(f"nop\n{instruction}\n{STOP_AT_DONE}", hcr=HCR | HCR_TPU | HCR_TTLB, live_registers=live)
    assert computer.run() == exits.Stopped()
    assert computer.traps == [TRAPS[instruction]]
    assert computer.cpu.pc == RAM + 12
    assert computer.cpu.retired == 3


def test_wfe_sev_and_yield_just_go_on(boot: Boot) -> None:
    computer = boot(f"wfe\nsev\nsevl\nyield\nwfe\n{STOP_AT_DONE}", hcr=HCR | 1 << 14)
    assert computer.run() == exits.Stopped()
    assert computer.traps == []


def test_a_trap_may_end_the_slice_on_or_behind_the_instruction(boot: Boot) -> None:
    computer = boot("nop\nhvc #1\nnop\nwfi\nnop", answer=lambda _cpu, _trap: False)
    assert computer.run() == exits.Stopped()
    assert computer.cpu.pc == RAM + 8
    assert computer.run() == exits.Stopped()
    assert computer.cpu.pc == RAM + 16


def test_what_a_trap_handler_raises_comes_out_of_run(boot: Boot) -> None:
    def fail(_cpu: Cpu, _trap: exits.Trap) -> bool:
        raise LookupError("in the handler")

    computer = boot("hvc #1\n" + STOP_AT_DONE, answer=fail)
    with pytest.raises(LookupError, match="in the handler"):
        computer.run()
    assert computer.run() == exits.Stopped(), "and the CPU can go on"


@WAYS
def test_a_handler_sees_and_changes_registers(boot: Boot, live: bool) -> None:
    def work(cpu: Cpu, _trap: exits.Trap) -> bool:
        cpu.x[0] += cpu.x[1]
        cpu.sp = DATA
        cpu.write_sysreg("TPIDR_EL1", 0x77)
        cpu.write_vector(3, 1 << 127 | 5)
        cpu.pc += 4
        return True

    source = "mov x0, #1\nmov x1, #2\nhvc #1\nmov x0, #0\nmov x2, sp\nmrs x3, tpidr_el1\numov x4, v3.d[1]\n"
    computer = boot(source + STOP_AT_DONE, live_registers=live, answer=work)
    computer.run()
    x = computer.cpu.x
    assert (x[0], x[2], x[3], x[4]) == (3, DATA, 0x77, 1 << 63)
    assert computer.cpu.read_vector(3) == 1 << 127 | 5


# -- Stage-2 aborts ---------------------------------------------------------------------------------------------

LOADS_AND_STORES = {
    "ldr x0, [x1]": 0,
    "str x0, [x1, #8]": 8,
    "ldrb w0, [x1, #3]": 3,
    "ldp x2, x3, [x1, #16]": 16,
    "stp x2, x3, [x1, #-16]!": -16,
    "ldr x0, [x1], #8": 0,
    "str x0, [x1, #24]!": 24,
    "ldxr x0, [x1]": 0,
    "stlr x0, [x1]": 0,
    "ld1 {v0.2d}, [x1]": 0,
    "ldr q0, [x1, #32]": 32,
}


@WAYS
@pytest.mark.parametrize("mmu", [False, True], ids=["MMU off", "MMU on"])
@pytest.mark.parametrize("instruction", LOADS_AND_STORES)
def test_a_stage_2_abort_names_va_and_ipa_and_changes_nothing(
    boot: Boot, instruction: str, mmu: bool, live: bool
) -> None:
    computer = boot(f"{instruction}\n{STOP_AT_DONE}", live_registers=live)
    va = ipa = NOWHERE + 0x100
    if mmu:
        va = 0x1234_5100
        computer.turn_mmu_on().map(va & ~0xFFF, ipa & ~0xFFF, 0x1000, leaf_attributes())
    computer.enter(EL1H)
    computer.cpu.x[1] = va
    assert computer.run() == exits.Stopped()
    offset = LOADS_AND_STORES[instruction]
    (trap,) = computer.traps
    assert isinstance(trap, exits.Stage2Abort)
    assert (trap.va, trap.ipa) == (va + offset, ipa + offset)
    assert (trap.fetch, trap.s1ptw, trap.write) == (False, False, instruction.startswith("st"))
    assert trap.status_code == 0b0110, "translation, level 2"
    assert (computer.cpu.pc, computer.cpu.x[1], computer.cpu.retired) == (RAM, va, 0)


@pytest.mark.parametrize("el", [EL0, EL1H])
def test_a_fetch_that_stage_2_refuses_is_an_abort_at_the_target(boot: Boot, el: int) -> None:
    computer = boot("br x1")
    computer.enter(el)
    computer.cpu.x[1] = NOWHERE + 0x40
    assert computer.run() == exits.Stopped()
    (trap,) = computer.traps
    assert isinstance(trap, exits.Stage2Abort)
    assert (trap.fetch, trap.va, trap.ipa, trap.write) == (True, NOWHERE + 0x40, NOWHERE + 0x40, False)
    assert computer.cpu.retired == 1, "the branch"


def test_a_stage_1_table_outside_the_guest_is_an_abort_of_the_walk(boot: Boot) -> None:
    computer = boot("ldr x0, [x1]")
    tree = computer.turn_mmu_on()
    tree.put(0x80_0000_0000 - 0x4000_0000, 1, NOWHERE | 3)
    computer.enter(EL1H)
    computer.cpu.x[1] = va = 0x7F_C020_3008
    assert computer.run() == exits.Stopped()
    (trap,) = computer.traps
    assert isinstance(trap, exits.Stage2Abort)
    assert trap.s1ptw
    assert trap.va == va
    assert trap.ipa & ~0xFFF == NOWHERE, "the page of the table's entry"


def test_an_instruction_can_be_completed_by_the_hypervisor(boot: Boot) -> None:
    computer = boot(f"ldr x0, [x1]\nadd x0, x0, #1\n{STOP_AT_DONE}")
    computer.cpu.x[1] = NOWHERE
    computer.run()
    computer.cpu.x[0] = 41
    computer.cpu.complete_instruction()
    assert computer.run() == exits.Stopped()
    assert computer.cpu.x[0] == 42
    assert computer.cpu.retired == 3


# -- Ends ---------------------------------------------------------------------------------------------------------


@WAYS
@pytest.mark.parametrize("source", [".word 0", "svc #0", "brk #0", "mov x1, #8\n br x1", "movz x1, #2\n br x1"])
def test_vectors_that_nobody_can_fetch_end_the_run(boot: Boot, source: str, live: bool) -> None:
    computer = boot(source, live_registers=live)
    computer.turn_mmu_on()
    computer.cpu.write_sysreg("VBAR_EL1", 0x5_0000_0000)
    computer.enter(EL1H)
    end = computer.run()
    assert isinstance(end, exits.VectorLoop)
    assert (end.vector, end.far, end.syndrome >> 26) == (0x5_0000_0200, 0x5_0000_0200, 0x21)


@pytest.mark.parametrize(
    ("vector", "syndrome"), [(".word 0", 0x0200_0000), ("brk #5", 0xF200_0005), ("ldr x0, [x9]", 0x9600_0006)]
)
def test_vectors_that_raise_their_own_exception_end_the_run(boot: Boot, vector: str, syndrome: int) -> None:
    computer = boot(".word 0", vectors=f".balign 0x80\n{vector}\n" * 16)
    computer.turn_mmu_on()
    computer.cpu.x[9] = NOWHERE
    computer.enter(EL0)
    end = computer.run()
    assert isinstance(end, exits.VectorLoop)
    assert (end.vector, end.syndrome) == (VECTORS + 0x200, syndrome)


def test_a_vector_that_calls_svc_spends_its_budget(boot: Boot) -> None:
    computer = boot("svc #0", vectors=".balign 0x80\n svc #1\n" * 16)
    assert computer.run(500) == exits.BudgetSpent()
    assert computer.cpu.retired == 500, "SVC retires: this loop is the guest's own"


TO_AARCH32 = "adr x0, 1f\nmsr elr_el1, x0\nmov x0, #{mode}\nmsr spsr_el1, x0\nnop\neret\n.balign 8\n1: .word 0xe3a00001"


@WAYS
@pytest.mark.parametrize("cut", [1, 2, 5, 6, 7, 1000])
@pytest.mark.parametrize("mode", [0x10, 0x30, 0x1D0])
def test_an_eret_to_32_bit_user_mode_ends_the_run_before_its_first_instruction(
    boot: Boot, mode: int, cut: int, live: bool
) -> None:
    computer = boot(TO_AARCH32.format(mode=mode), live_registers=live)
    while (end := computer.run(cut)) == exits.BudgetSpent():
        pass
    assert end == exits.Aarch32State(RAM + 24)
    assert computer.cpu.retired == 6


def test_an_eret_to_32_bit_user_mode_that_cannot_be_fetched_ends_the_run_as_well(boot: Boot) -> None:
    computer = boot(TO_AARCH32.format(mode=0x10).replace("adr x0, 1f", f"mov x0, #{NOWHERE}"))
    assert computer.run() == exits.Aarch32State(NOWHERE)


def test_there_is_no_32_bit_state_in_a_cpu_that_was_restored_to_before(boot: Boot) -> None:
    computer = boot(TO_AARCH32.format(mode=0x10) + "\n" + STOP_AT_DONE)
    saved = computer.cpu.save()
    computer.run()
    computer.cpu.restore(saved)
    assert computer.cpu.pc == RAM
    assert computer.run(5) == exits.BudgetSpent()
    assert computer.cpu.pc == RAM + 20


# -- Upkeep ---------------------------------------------------------------------------------------------------------


def test_code_that_the_host_writes_is_seen_after_a_flush(boot: Boot) -> None:
    computer = boot("1: mov x0, #1\n hvc #1\n b 1b", answer=lambda _cpu, _trap: False)
    computer.run()
    assert computer.cpu.x[0] == 1
    computer.load(RAM, "mov x0, #2")
    computer.cpu.flush_code()
    computer.run()
    assert computer.cpu.x[0] == 2


def test_a_table_that_the_host_changes_is_seen_after_a_flush(boot: Boot) -> None:
    computer = boot("1: ldr x0, [x1]\n hvc #1\n b 1b", answer=lambda _cpu, _trap: False)
    tree = computer.turn_mmu_on()
    computer.enter(EL1H)
    computer.memory.write_u64(DATA, 11)
    computer.memory.write_u64(DATA + 0x1000, 22)
    computer.cpu.x[1] = va = 0x1000_0000
    for page, expected in ((DATA, 11), (DATA + 0x1000, 22)):
        tree.map(va, page, 0x1000, leaf_attributes())
        computer.cpu.flush_tlb()
        computer.run()
        assert computer.cpu.x[0] == expected


@WAYS
def test_a_saved_state_can_be_put_back_and_runs_on_alike(boot: Boot, live: bool) -> None:
    computer = boot(f"mov x0, #0\n1: add x0, x0, #3\n cmp x0, #300\n b.ne 1b\n{STOP_AT_DONE}", live_registers=live)
    computer.run(100)
    saved, retired = computer.cpu.save(), computer.cpu.retired
    computer.run()
    expected, rest = list(computer.cpu.x), computer.cpu.retired - retired
    computer.cpu.restore(saved)
    before = computer.cpu.retired
    computer.run()
    assert (list(computer.cpu.x), computer.cpu.retired - before) == (expected, rest)


# -- Several CPUs ---------------------------------------------------------------------------------------------------


def broadcast(computer: Computer) -> Callable[[Cpu, exits.Trap], bool]:
    def answer(cpu: Cpu, trap: exits.Trap) -> bool:
        if isinstance(trap, exits.SysregAccess):
            _, op1, crn, crm, op2 = trap.encoding
            for other in computer.cpus:
                if crn == 8:
                    other.maintain(op1, crn, crm, op2, cpu.x[trap.register] if trap.register < 31 else 0)
                else:
                    other.flush_code()
        return not isinstance(trap, exits.Hvc)

    return answer


@pytest.mark.parametrize("tlbi", ["tlbi vae1is, x2", "tlbi vmalle1is", "tlbi vaae1is, x2", "tlbi aside1is, xzr"])
def test_a_tlbi_by_one_cpu_reaches_the_other_by_its_trap(boot: Boot, tlbi: str) -> None:
    source = f"reader: ldr x0, [x1]\n hvc #1\n b reader\nwriter: str x3, [x4]\n dsb ish\n {tlbi}\n dsb ish\n hvc #2"
    computer = boot(source, cpus=2, hcr=HCR | HCR_TTLB)
    computer.answer = broadcast(computer)
    tree = computer.turn_mmu_on()
    va = 0x1000_0000
    tree.map(va, DATA, 0x1000, leaf_attributes())
    computer.memory.write_u64(DATA, 11)
    computer.memory.write_u64(DATA + 0x1000, 22)
    reader, writer = computer.cpus
    reader.x[1], writer.x[2] = va, va >> 12
    reader.run(100)
    assert reader.x[0] == 11
    writer.pc = computer.symbols["writer"]
    writer.x[3], writer.x[4] = DATA + 0x1000 | leaf_attributes() | 3, tree.entry_ipa(va, 3)
    writer.run(100)
    reader.run(100)
    assert reader.x[0] == 22


@pytest.mark.parametrize("instruction", ["ic ivau, x4", "ic ialluis"])
def test_code_that_one_cpu_writes_is_seen_by_the_other_after_ic(boot: Boot, instruction: str) -> None:
    source = "runner: mov x0, #1\n hvc #1\n b runner\n"
    source += f"writer: str w3, [x4]\n dc cvau, x4\n dsb ish\n {instruction}\n dsb ish\n isb\n hvc #2"
    computer = boot(source, cpus=2, hcr=HCR | HCR_TPU)
    computer.answer = broadcast(computer)
    runner, writer = computer.cpus
    runner.run(100)
    assert runner.x[0] == 1
    writer.pc = computer.symbols["writer"]
    writer.x[3], writer.x[4] = 0xD280_0040, RAM  # mov x0, #2
    writer.run(100)
    runner.run(100)
    assert runner.x[0] == 2


@pytest.mark.parametrize(("first", "second"), [(1, 1), (3, 2), (7, 5), (2, 9)])
def test_exclusives_of_two_cpus_lose_no_increment_however_they_are_cut(boot: Boot, first: int, second: int) -> None:
    source = "mov x9, #200\n1: ldxr x0, [x1]\n add x0, x0, #1\n stxr w2, x0, [x1]\n cbnz w2, 1b\n"
    computer = boot(f"{source} subs x9, x9, #1\n b.ne 1b\n{STOP_AT_DONE}", cpus=2)
    for cpu in computer.cpus:
        cpu.x[1] = DATA
    running = dict(zip(computer.cpus, (first, second), strict=True))
    while running:
        for cpu, budget in list(running.items()):
            if cpu.run(budget) == exits.Stopped():
                del running[cpu]
    assert computer.memory.read_u64(DATA) == 400


# -- The end --------------------------------------------------------------------------------------------------------


NOPS = (0xD503_201F).to_bytes(4, "little") * 16


def use_and_close(memory: Memory) -> weakref.ref[Uc]:
    cpu = Cpu(memory, lambda _trap: False, lambda _access: 0)
    engine = weakref.ref(cpu._engine)
    cpu.pc = memory.base
    assert cpu.run(3) == exits.BudgetSpent()
    cpu.close()
    return engine


@pytest.fixture
def nops() -> Iterator[Memory]:
    memory = Memory(2 << 20)
    memory.write(memory.base, NOPS)
    yield memory
    memory.close()


def test_a_closed_cpu_gives_its_engine_back_at_once(nops: Memory) -> None:
    gc.collect()
    gc.disable()
    try:
        assert [use_and_close(nops)() for _ in range(20)] == [None] * 20
    finally:
        gc.enable()


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE


def test_hundreds_of_cpus_one_after_the_other_do_not_grow(nops: Memory) -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("needs /proc/self/statm (Linux)")
    for _ in range(50):
        use_and_close(nops)
    before = resident_bytes()
    for _ in range(250):
        use_and_close(nops)
    assert resident_bytes() - before < 250 * 16_384, "an engine has hundreds of KiB"
