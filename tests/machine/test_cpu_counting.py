"""Instructions are counted exactly, however a run is cut, and whichever way the CPU's state is reached."""

import random
from collections.abc import Callable, Iterator

import pytest
from computer import EL0, EL1H, NOWHERE, RAM, STOP_AT_DONE, Computer

from harness.machine import exits
from harness.machine.cpu import Cpu

Boot = Callable[..., Computer]

BUSY = f"""
    mov     x9, #6
    movz    x10, #{NOWHERE >> 16:#x}, lsl #16
again:
    mrs     x1, cntvct_el0
    svc     #1
    .word   0
    mrs     x2, cntvct_el0
    brk     #2
    hvc     #3
    ldr     x3, [x10]               // stage 1 has no answer: EL1's vector goes on behind it
    br      x10                     // a fetch that faults: the vector goes to x30
    nop
    wfi
    smc     #0
    msr     actlr_el1, x3
    mrs     x4, cntvct_el0
    add     x5, x5, x4
    eor     x5, x5, x5, ror #7
    subs    x9, x9, #1
    b.ne    again
    {STOP_AT_DONE}
"""
"""Every kind of trap, abort and counter read, six times."""


def vectors(back: int) -> str:
    """Vectors that go on behind what was raised, after a fetch abort at ``back``."""
    one = f"""
    .balign 0x80
    mrs     x20, esr_el1
    mrs     x21, elr_el1
    lsr     x22, x20, #26
    cmp     x22, #0x15
    b.eq    1f
    add     x21, x21, #4
    cmp     x22, #0x21
    b.ne    1f
    movz    x21, #{back & 0xFFFF:#x}
    movk    x21, #{back >> 16:#x}, lsl #16
1:  msr     elr_el1, x21
    mrs     x23, cntvct_el0
    eret
"""
    return one * 16


AFTER_BR = RAM + 4 * 10


def busy(boot: Boot, **options: bool) -> Computer:
    computer = boot(BUSY, vectors=vectors(AFTER_BR), **options)
    computer.turn_mmu_on()
    computer.enter(EL1H)
    return computer


def finish(computer: Computer, cuts: Iterator[int]) -> tuple[object, ...]:
    while True:
        match computer.run(next(cuts)):
            case exits.BudgetSpent():
                continue
            case exits.Stopped():
                return computer.state()
            case other:
                raise AssertionError(other)


def whole() -> Iterator[int]:
    while True:
        yield 10**6


def single_steps() -> Iterator[int]:
    while True:
        yield 1


def random_cuts(seed: int) -> Iterator[int]:
    dice = random.Random(seed)
    while True:
        yield dice.randint(1, 40)


def test_the_program_meets_every_kind_of_trap(boot: Boot) -> None:
    computer = busy(boot)
    finish(computer, whole())
    kinds = {type(trap) for trap in computer.traps}
    assert kinds == {exits.Hvc, exits.Wfx, exits.Smc, exits.SysregAccess}
    assert len(computer.traps) == 4 * 6
    assert len(computer.counter_accesses) == 6 * (3 + 5), "three of its own, and one in each of five exceptions"


WAYS = pytest.mark.parametrize(
    "way",
    [
        {},
        {"block_count": False},
        {"live_registers": False},
        {"engine_counter": False},
        {"live_registers": False, "engine_counter": False},
    ],
    ids=["by block", "by instruction", "copied registers", "counting hook", "public API"],
)


@WAYS
def test_single_steps_random_slices_and_one_run_end_alike(boot: Boot, way: dict[str, bool]) -> None:
    expected = finish(busy(boot), whole())
    assert finish(busy(boot, **way), whole()) == expected
    assert finish(busy(boot, **way), single_steps()) == expected
    for seed in range(12):
        assert finish(busy(boot, **way), random_cuts(seed)) == expected, f"seed {seed}"


@WAYS
def test_a_counter_read_tells_how_many_instructions_went_before(boot: Boot, way: dict[str, bool]) -> None:
    source = "nop\n" * 7 + "mrs x0, cntvct_el0\nnop\nb 1f\n1: mrs x1, cntvct_el0\nmrs x2, cntvct_el0\n" + STOP_AT_DONE
    computer = boot(source, **way)
    computer.run()
    first, second, third = computer.cpu.x[0], computer.cpu.x[1], computer.cpu.x[2]
    assert (second - first, third - second) == (3, 1)
    assert first == 8, "itself included"


@WAYS
def test_a_budget_is_spent_to_the_instruction(boot: Boot, way: dict[str, bool]) -> None:
    computer = boot("1: add x0, x0, #1\n b 1b", **way)
    for budget in (1, 2, 3, 10, 999, 5000):
        before = computer.cpu.retired
        assert computer.run(budget) == exits.BudgetSpent()
        assert computer.cpu.retired - before == budget
    assert computer.cpu.x[0] == (1 + 2 + 3 + 10 + 999 + 5000 + 1) // 2


@WAYS
def test_an_instruction_that_raises_is_not_retired(boot: Boot, way: dict[str, bool]) -> None:
    computer = boot("nop\n.word 0", answer=lambda _cpu, _trap: False, **way)
    computer.run()
    assert computer.cpu.retired == 2, "the nop and the vector's hvc"


@WAYS
@pytest.mark.parametrize("cut", [1, 2, 3, 1000])
def test_a_trap_sees_the_exact_count(boot: Boot, way: dict[str, bool], cut: int) -> None:
    seen: list[int] = []

    def note(cpu: Cpu, _trap: exits.Trap) -> bool:
        seen.append(cpu.retired)
        return True

    computer = boot("nop\nhvc #1\nnop\nnop\nhvc #2\nwfi\n" + STOP_AT_DONE, answer=note, **way)
    while computer.run(cut) == exits.BudgetSpent():
        pass
    assert seen == [2, 5, 6]


def test_a_jump_to_an_odd_address_retires_like_any_jump(boot: Boot) -> None:
    counts = []
    for cuts in (whole(), single_steps()):
        computer = boot("adr x0, 1f + 2\n br x0\n1: nop", answer=lambda _cpu, _trap: False)
        computer.enter(EL0)
        finish(computer, cuts)
        counts.append(computer.cpu.retired)
    assert counts == [3, 3]


@pytest.mark.parametrize("length", [1, 510, 511, 512, 513, 1024, 1100])
def test_a_stretch_without_branches_is_counted_whatever_its_length(boot: Boot, length: int) -> None:
    counts = []
    for way in ({}, {"block_count": False}):
        computer = boot("again:\n" + "add x0, x0, #1\n" * length + "b again\n", **way)
        for budget in (length, 3, 511, 512, 513, 7, 100_000):
            assert computer.run(budget) == exits.BudgetSpent()
            counts.append((computer.cpu.retired, computer.cpu.pc, computer.cpu.x[0]))
    assert counts[: len(counts) // 2] == counts[len(counts) // 2 :]


def test_code_that_changes_what_it_runs_next_is_counted(boot: Boot) -> None:
    source = f"""
        adr     x1, 1f
        ldr     w2, 2f
        mov     x9, #5
    again:
        str     w2, [x1]
        isb
        add     x3, x3, #1
    1:  nop
        eor     w2, w2, #0x400          // add x4, x4, #1 and #0 in turn
        subs    x9, x9, #1
        b.ne    again
        {STOP_AT_DONE}
    2:  add     x4, x4, #1
    """
    expected = None
    for way in ({"block_count": False}, {}):
        for cuts in (whole(), single_steps(), random_cuts(7)):
            state = finish(boot(source, **way), cuts)
            assert expected is None or state == expected
            expected = state


@pytest.mark.parametrize("counter", ["cntvct_el0", "cntpct_el0"])
def test_a_counter_that_is_read_natively_reads_as_one_that_python_answers(boot: Boot, counter: str) -> None:
    """However the run is cut: by a slice's end the count is not whole yet, and Python is asked."""
    source = f"""
        mov     x9, #200
    again:
        mrs     x1, {counter}
        nop
        mrs     x2, {counter}
        add     x3, x3, x1
        eor     x3, x2, x3, ror #5
        svc     #0
        mrs     x4, {counter}
        subs    x9, x9, #1
        b.ne    again
        {STOP_AT_DONE}
    """
    ends = []
    for way in ({"block_count": False}, {}):
        for cuts in (whole(), single_steps(), random_cuts(3)):
            computer = boot(source, vectors=vectors(0), **way)
            computer.read_counters_as_a_clock(1_000)
            assert finish(computer, cuts)
            ends.append((list(computer.cpu.x), computer.cpu.retired, computer.cpu.pc))
    assert all(end == ends[0] for end in ends)


def test_a_cpu_that_is_watched_counts_by_instruction_and_then_by_block_again(boot: Boot) -> None:
    computer = boot("1: add x0, x0, #1\n add x0, x0, #1\n b 1b")
    seen: list[int] = []
    computer.run(10)
    probes = computer.cpu.probes()
    probes.code(lambda _va: seen.append(computer.cpu.retired))
    computer.run(10)
    probes.close()
    computer.run(10)
    assert seen == list(range(11, 21)), "the instruction that is about to be executed is counted"
    assert (computer.cpu.retired, computer.cpu.x[0]) == (30, 20)
