"""The software walker and the emulated MMU, two implementations, give the same answer everywhere.

Random registers, random trees at both stages, every access from both exception levels. Where Unicorn 2.1.4 departs
from the architecture, what it does instead is written out below, case by case, and must be just that.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from emulated_mmu import EmulatedMmu, Seen, number_the_frames
from random_machine import Frames, RandomMachine

from harness.machine.memory import Memory
from harness.machine.mmu import (
    Access,
    Fault,
    FaultKind,
    Translation,
    TranslationRegisters,
    Walk,
    Walker,
    describe_walk,
)
from harness.machine.mmu import descriptors as d
from harness.machine.mmu.stage1 import stage1_formats

MACHINES = 100

STAGE1_LEVELS = {
    FaultKind.TRANSLATION: (0, 1, 2, 3),
    FaultKind.ACCESS_FLAG: (1, 2, 3),
    FaultKind.PERMISSION: (1, 2, 3),
    FaultKind.ADDRESS_SIZE: (0, 1, 2, 3),
}
STAGE2_LEVELS = {
    FaultKind.TRANSLATION: (0, 1, 2, 3),
    FaultKind.ACCESS_FLAG: (1, 2, 3),
    FaultKind.PERMISSION: (1, 2, 3),
    FaultKind.ADDRESS_SIZE: (1, 2, 3),
}
EXPECTED_OUTCOMES = {
    *(f"stage 1 {kind.name} L{level}" for kind, levels in STAGE1_LEVELS.items() for level in levels),
    *(f"stage 2 {kind.name} L{level}" for kind, levels in STAGE2_LEVELS.items() for level in levels),
    *(f"stage 2 TRANSLATION L{level} on a walk" for level in range(4)),
    "stage 2 ACCESS_FLAG L3 on a walk",
    "stage 2 PERMISSION L3 on a walk",
    *(f"address by stage 1 {one}, stage 2 {two}" for one in ("off", *"123") for two in ("off", *"123")),
}


@pytest.fixture(scope="module")
def memory() -> Iterator[Memory]:
    memory = Memory(40 << 20)
    number_the_frames(memory)
    yield memory
    memory.close()


@pytest.fixture(scope="module")
def emulated(memory: Memory) -> Iterator[EmulatedMmu]:
    emulated = EmulatedMmu(memory)
    yield emulated
    emulated.close()


def outcome_name(walk: Walk) -> str:
    outcome = walk.outcome
    if isinstance(outcome, Fault):
        on_a_walk = " on a walk" if outcome.s1ptw else ""
        return f"stage {outcome.stage} {outcome.kind.name} L{outcome.level}{on_a_walk}"
    level = {read.stage: str(read.level) for read in walk.reads if not read.nested}
    return f"address by stage 1 {level.get(1, 'off')}, stage 2 {level.get(2, 'off')}"


def is_reserved_block(walk: Walk, regs: TranslationRegisters) -> bool:
    """Whether the walk ended at a stage-1 block where the architecture has none, which Unicorn accepts."""
    last = [read for read in walk.reads if read.stage == 1][-1:]
    if not last or last[0].level == 3 or last[0].value & d.TYPE_MASK != d.IS_BLOCK:
        return False
    return last[0].shift not in stage1_formats(regs.tcr_el1)[last[0].input_address >> 55 & 1].block_shifts


def expected_answer(walker: Walker, regs: TranslationRegisters, va: int, access: Access, el: int) -> Seen | None:
    """What the emulated MMU must say, its known departures included; None where it cannot be foretold."""
    walk = walker.walk(regs, va, access, el)
    outcome = walk.outcome
    if isinstance(outcome, Translation):
        return Seen(maddr=outcome.maddr)
    if outcome.kind is FaultKind.ADDRESS_SIZE and (regs.sctlr_el1 & d.SCTLR_M or outcome.stage == 2):
        # Unicorn uses output addresses of any size: it must behave as if IPS and PS were 48 bits, and the CPU too.
        lifted = regs._replace(
            tcr_el1=regs.tcr_el1 | 5 << d.TCR_IPS_SHIFT,
            vtcr_el2=regs.vtcr_el2 | 5 << d.VTCR_PS_SHIFT,
        )
        return expected_answer(Walker(walker.memory, pa_bits=48), lifted, va, access, el)
    if is_reserved_block(walk, regs):
        return None
    fsc, ipa_page = outcome.fsc, None if outcome.ipa is None else outcome.ipa & ~0xFFF
    if outcome.s1ptw:
        # Unicorn reports every stage-2 fault on a stage-1 walk as a translation fault at the level of stage 1.
        start = stage1_formats(regs.tcr_el1)[va >> 55 & 1].start_level
        fsc = FaultKind.TRANSLATION.value + start + sum(read.stage == 1 for read in walk.reads)
    return Seen(fsc=fsc, stage=outcome.stage, s1ptw=outcome.s1ptw, ipa_page=ipa_page)


def questions(machine: RandomMachine) -> Iterator[int]:
    """Virtual addresses to ask about: the machine's own, near misses of them, and with the MMU off IPAs."""
    if not machine.regs.sctlr_el1 & d.SCTLR_M:
        yield from (machine.data_address() for _ in range(20))
    for va in machine.vas:
        yield va
        match machine.random.randrange(4):
            case 0:
                yield va ^ machine.random.getrandbits(8) << 56  # another tag
            case 1:
                yield va ^ 1 << machine.random.randrange(12, 64)
            case 2:
                yield machine.random.getrandbits(64) & ~3


def test_the_walker_agrees_with_the_emulated_mmu(memory: Memory, emulated: EmulatedMmu) -> None:
    frames, walker = Frames.of(memory), Walker(memory)
    outcomes: Counter[str] = Counter()
    accesses: Counter[tuple[str, int, Access]] = Counter()
    for seed in range(MACHINES):
        machine = RandomMachine(seed, frames)
        emulated.load(machine.regs)
        for va in questions(machine):
            for el, access in ((el, access) for el in (0, 1) for access in Access):
                expected = expected_answer(walker, machine.regs, va, access, el)
                walk = walker.walk(machine.regs, va, access, el)
                assert walker.translate(machine.regs, va, access, el) == walk.outcome
                if expected is None:
                    outcomes["(reserved block: Unicorn cannot be asked)"] += 1
                    continue
                if access is Access.EXECUTE and expected.maddr and not frames.holds_data(expected.maddr):
                    outcomes["(fetch from what is no code: not asked)"] += 1
                    continue
                seen = emulated.ask(va, access, el)
                if seen.ipa_page is None:
                    expected = replace(expected, ipa_page=None)
                assert seen == expected, (
                    f"seed {seed}, va {va:#x}, {access.name} at EL{el}: Unicorn {seen}, expected {expected}\n"
                    f"{machine.regs}\n{describe_walk(walk)}"
                )
                outcomes[outcome_name(walk)] += 1
                kind = walk.outcome.kind.name if isinstance(walk.outcome, Fault) else "address"
                accesses[kind, el, access] += 1
    print(report(outcomes, accesses))
    assert EXPECTED_OUTCOMES - outcomes.keys() == set()
    kinds = {"address", *(kind.name for kind in STAGE1_LEVELS)}
    assert {(kind, el, access) for kind in kinds for el in (0, 1) for access in Access} == accesses.keys()


def report(outcomes: Counter[str], accesses: Counter[tuple[str, int, Access]]) -> str:
    lines = ["", f"{sum(accesses.values()):,} answers agree:"]
    lines += [f"{count:8}  {name}" for name, count in sorted(outcomes.items())]
    lines += [
        f"{count:8}  {kind}, {access.name.lower()} at EL{el}" for (kind, el, access), count in sorted(accesses.items())
    ]
    return "\n".join(lines)
