"""Watched memory: every way in which a guest accesses it, and Xen's own writes; exact, forwards and backwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import harness
from harness.debug.replay.history import History, Why
from harness.debug.replay.stops import LOST_UPDATE, Address, MemoryAccess, Space, Watch

AREA_VA = 0xFFFFFF8000018000
"""Where kpti has its runstate area; its state_entry_time is at 8."""

ACCESSES = {
    "strb    w1, [x0, #3]": (3, 1, True),
    "strh    w1, [x0, #6]": (6, 2, True),
    "str     w1, [x0, #4]": (4, 4, True),
    "str     x1, [x0, #8]": (8, 8, True),
    "stp     x1, x2, [x0, #16]": (16, 16, True),
    "str     q0, [x0, #32]": (32, 16, True),
    "stp     q0, q1, [x0, #32]": (32, 32, True),
    "st1     {v0.16b-v3.16b}, [x4]": (0, 64, True),
    "stxr    w3, x1, [x4]": (0, 8, True),
    "stlr    x1, [x4]": (0, 8, True),
    "str     x1, [x0, #13]": (13, 8, True),
    "str     x1, [x5, #-3]": (4093, 8, True),
    "stp     x1, x2, [x5, #-8]": (4088, 16, True),
    "str     q0, [x5, #-5]": (4091, 16, True),
    "dc      zva, x4": (0, 64, True),
    "ldrb    w1, [x0, #3]": (3, 1, False),
    "ldr     x1, [x0, #8]": (8, 8, False),
    "ldp     x1, x2, [x0, #16]": (16, 16, False),
    "ldr     q0, [x0, #32]": (32, 16, False),
    "ldr     x1, [x5, #-3]": (4093, 8, False),
    "ldxr    x1, [x4]": (0, 8, False),
}
"""An instruction, where from x0 its access begins (x4 = x0, x5 = x0 + 4096), its bytes, whether it writes."""

SOURCE = """
#include "lib/kernel.h"
        .bss
        .balign 4096
buffer: .space  8192
        .text
kernel_main:
        bl      boot_mmu
        mov     x0, #3 << 20
        msr     cpacr_el1, x0
        isb
        address x0, buffer
        mov     x4, x0
        add     x5, x0, #4096
        ldxr    x1, [x4]
        .global the_access
the_access:
        {instruction}
        nop
        nop
        b       power_off
#include "lib/end.S"
"""


@pytest.fixture
def history(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[History]:
    """A machine that is at the access of the instruction that the test is about."""
    source = tmp_path / "access.S"
    source.write_text(SOURCE.format(instruction=request.param))
    with harness.boot(source, memory=8 << 20) as machine:
        history = History(machine)
        wanted = 0xFFFFFF8000000000 + machine.guest.symbols["the_access"]
        assert history.forward(Address(wanted)).why is Why.HIT
        yield history


def watches(history: History, offset: int, length: int, kinds: dict[str, bool]) -> Iterator[Watch]:
    """The same bytes by each kind of address."""
    machine = history.machine
    va = machine.vcpu().cpu.x[0] + offset
    found = machine.translate(va)
    yield Watch(va, length, **kinds)
    yield Watch(found.ipa, length, space=Space.IPA, **kinds)
    yield Watch(found.maddr, length, space=Space.MADDR, **kinds)


def is_exclusive_store(history: History) -> bool:
    """Whether it is STXR, which the emulator has read what it replaces."""
    machine = history.machine
    return int.from_bytes(machine.read_ipa(machine.symbol("the_access"), 4), "little") >> 21 == 0xC8000000 >> 21


@pytest.mark.parametrize(("history", "access"), ACCESSES.items(), ids=ACCESSES, indirect=["history"])
def test_an_access_is_met_on_its_instruction_at_each_of_its_ends_and_nowhere_else(
    history: History, access: tuple[int, int, bool]
) -> None:
    offset, size, writes = access
    on_it, machine = history.position, history.machine
    kinds = {"read": not writes, "write": writes}
    ends = [(offset, 1), (offset + size - 1, 1), (offset - 8, 9), (offset + size - 1, 9)]
    for at, length in ends:
        for watch in watches(history, at, length, kinds):
            if at // 4096 != offset // 4096 and (
                watch.space is Space.MADDR  # another page lies elsewhere
                or (watch.space is Space.IPA and size == 8)  # only its VA tells where a single access goes on
            ):
                continue
            history.goto(on_it.instructions - 1)
            arrival = history.forward(watch, max_instructions=4)
            assert (arrival.why, arrival.position) == (Why.HIT, on_it), watch
            subject = arrival.hit.subject
            assert isinstance(subject, MemoryAccess)
            assert (subject.write, subject.by_xen) == (writes, False)
            history.goto(on_it.instructions + 3)
            assert history.back_to(watch).position == on_it, watch
            assert machine.vcpu().cpu.pc == 0xFFFFFF8000000000 + machine.guest.symbols["the_access"]
    for at, length, beside in ((offset - 8, 8, kinds), (offset + size, 8, kinds)):
        for watch in watches(history, at, length, beside):
            history.goto(on_it.instructions)
            assert history.forward(watch, max_instructions=3, accesses_here=True).why is Why.LIMIT, watch
    other_kind = {"read": writes, "write": not writes}
    for watch in watches(history, offset, size, other_kind) if not is_exclusive_store(history) else ():
        history.goto(on_it.instructions)
        arrival = history.forward(watch, max_instructions=3, accesses_here=True)
        assert arrival.why is Why.LIMIT, watch


@pytest.mark.parametrize("history", ["str     x1, [x0, #8]"], indirect=True)
def test_a_watched_access_of_the_instruction_here_counts_where_one_asks_for_it(history: History) -> None:
    on_it = history.position
    watch = next(watches(history, 8, 8, {"write": True}))
    assert history.forward(watch, max_instructions=2).why is Why.LIMIT
    history.goto(on_it)
    arrival = history.forward(watch, max_instructions=2, accesses_here=True)
    assert (arrival.why, arrival.position) == (Why.HIT, on_it)


@pytest.mark.parametrize("history", ["str     x1, [x0, #8]"], indirect=True)
def test_both_pages_of_a_watched_range_are_watched(history: History) -> None:
    on_it = history.position
    va = history.machine.vcpu().cpu.x[0]
    for start in (va + 8, va - 4000):
        history.goto(on_it.instructions - 1)
        assert history.forward(Watch(start, 4016 + 8), max_instructions=4).position == on_it


def test_writes_of_xen_to_the_area_of_kpti_are_met_and_undone_one_by_one() -> None:
    with harness.boot(Path(harness.__file__).parents[1] / "guest_asm" / "kpti.S", vcpus=2, memory=8 << 20) as machine:
        history = History(machine)
        watch = Watch(AREA_VA + 8, 8, vcpu=(1, 0))
        met = []
        while len(met) < 4:
            arrival = history.forward(watch)
            assert arrival.why is Why.HIT
            if arrival.hit.by_xen:
                met.append((arrival.position, arrival.hit.subject.value))
        assert len({value for _, value in met}) == 4
        # Between the registration and the first switch in kernel mode stand all the updates that were lost.
        history.goto(met[1][0])
        lost = history.back_to(LOST_UPDATE)
        assert met[0][0] < lost.position < met[1][0]
        assert lost.hit.subject.written == 0
        assert machine.vcpu().cpu.el == 0
        history.goto(met[-1][0])
        maddr = arrival.hit.subject.maddr
        for position, value in reversed(met):
            arrival = history.back_to(watch, undo=True)
            assert (arrival.hit.position, arrival.hit.subject.value) == (position, value)
            assert arrival.position < position
            assert machine.read_maddr(maddr, 8) != value.to_bytes(8, "little")
        assert history.forward(watch).position == met[0][0]


def test_a_run_is_interrupted_forwards_and_backwards_and_goes_on_as_if_nothing_had_been() -> None:
    with harness.boot(Path(harness.__file__).parents[1] / "guest_asm" / "spin.S", memory=8 << 20) as machine:
        history = History(machine)
        asked: list[None] = []

        def after_a_while() -> bool:
            asked.append(None)
            return len(asked) > 6

        arrival = history.forward(interrupted=after_a_while)
        assert arrival.why is Why.INTERRUPTED
        assert 0 < arrival.position.instructions == machine.instructions
        history.forward(max_instructions=1_000_000)
        here, state = history.position, machine.vcpu().cpu.pc
        asked.clear()
        assert history.back_to(Watch(0x1000, 8, space=Space.IPA), interrupted=after_a_while).why is Why.INTERRUPTED
        assert (history.position, machine.vcpu().cpu.pc) == (here, state)
        assert history.forward(timeout_s=0.0).why is Why.LIMIT
        assert history.position == here
