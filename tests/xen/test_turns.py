"""However a run is cut into pieces, the machine goes the same way: ``run(500); run(1)`` is ``run(501)``."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import Picture, picture
from test_continuation import _DECREASE, _IN_A_LIST, guest

import harness
from harness.debug.trace import KINDS
from harness.events import EventBus
from harness.guest import Guest, assemble
from harness.xen.hypervisor import Outcome
from harness.xen.outcome import End

GUESTS = Path(__file__).parents[2] / "guest_asm"
LONG = {"long call": _DECREASE, "long call in a list": _IN_A_LIST}
NEIGHBOUR = "    mov x1, #3000\n1:  subs x1, x1, #1\n    b.ne 1b\n    wfe\n    b 1b\n"

CASES = [
    ("kpti", 2, 1, 3_000_000),
    ("smp", 4, 2, 200_000),
    ("events", 2, 2, 200_000),
    ("timer", 1, 1, 120_000),
    ("irq", 2, 1, 120_000),
    ("wfi_user", 1, 1, 120_000),
    ("crash", 1, 1, 120_000),
    ("long call", 1, 1, 120_000),
    ("long call in a list", 2, 2, 6_000_000),
]
"""Guest, vCPUs, pCPUs, instructions; the last one has a neighbour."""


@cache
def image(name: str) -> Guest:
    return guest(LONG[name]) if name in LONG else harness.load(GUESTS / f"{name}.S")


@cache
def neighbour() -> Guest:
    return assemble(NEIGHBOUR, name="neighbour.S")


@contextmanager
def heard(name: str, vcpus: int, pcpus: int) -> Iterator[tuple[harness.Machine, list[Any]]]:
    """A machine, and all that happens in it."""
    bus, events = EventBus(), list[Any]()
    for kind in KINDS.values():
        bus.listen(kind, events.append)
    also = [neighbour()] if name.endswith("list") else []
    with harness.boot(image(name), vcpus=vcpus, pcpus=pcpus, memory=32 << 20, also=also, events=bus) as machine:
        yield machine, events


@cache
def whole(case: tuple[str, int, int, int], instructions: int) -> tuple[Outcome, Picture, list[Any]]:
    """What one run of so many instructions leads to."""
    name, vcpus, pcpus, _ = case
    with heard(name, vcpus, pcpus) as (machine, events):
        return machine.run(max_instructions=instructions), picture(machine), events


@cache
def boundaries(case: tuple[str, int, int, int]) -> list[int]:
    """Where something happens: how many instructions had retired by then, one more, and one less."""
    name, vcpus, pcpus, most = case
    with heard(name, vcpus, pcpus) as (machine, _):
        found: set[int] = set()
        for kind in KINDS.values():
            machine.events.listen(kind, lambda _: found.add(machine.xen.retired_now))
        machine.run(max_instructions=most)
        end = machine.instructions
    return sorted(at for each in (*found, end) for at in (each - 1, each, each + 1) if 0 < at <= most)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1]} on {case[2]}")
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_run_in_pieces_is_the_run_in_one(case: tuple[str, int, int, int], data: st.DataObject) -> None:
    name, vcpus, pcpus, most = case
    anywhere = st.integers(1, boundaries(case)[-1])
    at = st.sampled_from(boundaries(case)) | anywhere
    *cuts, last = sorted(data.draw(st.lists(at, min_size=2, max_size=8, unique=True)))
    end = last if data.draw(st.booleans()) else most
    expected = whole(case, end)
    with heard(name, vcpus, pcpus) as (machine, events):
        for cut in cuts:
            machine.run(max_instructions=cut - machine.instructions)
            assert machine.instructions == cut or machine.xen.outcome is not None
        outcome = machine.run(max_instructions=end - machine.instructions)
        assert (outcome, picture(machine), events) == expected


@pytest.mark.parametrize("case", CASES[:3], ids=lambda case: f"{case[0]} {case[1]} on {case[2]}")
def test_one_instruction_after_another_is_the_run_in_one(case: tuple[str, int, int, int]) -> None:
    name, vcpus, pcpus, _ = case
    marks = boundaries(case)
    middle = marks[len(marks) // 2]
    with heard(name, vcpus, pcpus) as (machine, events):
        machine.run(max_instructions=middle - 200)
        for _ in range(400):
            machine.step()
        assert (picture(machine), events) == whole(case, middle + 200)[1:]


@pytest.mark.parametrize("name", LONG)
def test_instructions_are_those_that_retired_and_no_time_of_xens(name: str) -> None:
    with heard(name, 1, 1) as (machine, _):
        while machine.run(max_instructions=4_001).end is End.BUDGET:
            retired = sum(vcpu.cpu.retired for vcpu in machine.xen.vcpus.values() if vcpu.has_cpu)
            assert machine.instructions == retired
            assert machine.instructions % 4_001 == 0


@pytest.mark.parametrize(("pcpus", "vcpus"), [(1, 2), (2, 2), (2, 4)])
def test_pieces_of_any_length_lead_to_the_same_end(pcpus: int, vcpus: int) -> None:
    smp = harness.load(GUESTS / "smp.S")
    ends = []
    for piece in (None, 7, 333, 4_999):
        with harness.boot(smp, vcpus=vcpus, pcpus=pcpus) as machine:
            while (outcome := machine.run(max_instructions=piece)).end is End.BUDGET:
                assert machine.instructions < 1_000_000
            ends.append((outcome, machine.console, machine.now_ns, machine.instructions))
    assert ends.count(ends[0]) == len(ends)
