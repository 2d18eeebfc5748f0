"""Who runs when, in which order a switch does things, and that all time is accounted for."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.abi.runstate import Runstate
from harness.api import Machine
from harness.events import ContextSwitch, EventBus, RunstateChange, RunstatePublished
from harness.guest import Guest, assemble
from harness.xen.host import BOOT_NS
from harness.xen.outcome import End
from harness.xen.scheduler import TIME_SLICE_NS

RUNNING, RUNNABLE, BLOCKED, OFFLINE = Runstate
KINDS = (ContextSwitch, RunstateChange, RunstatePublished)

SPIN = assemble("b .", name="spin.S")
_AREAS = """
    // x0: which vCPU. Registers the area `areas` + 64 * x0 for it.
    mov     x19, x0
    address x1, areas
    add     x1, x1, x19, lsl #6
    address x2, argument
    add     x2, x2, x19, lsl #3
    str     x1, [x2]
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, x19
    hypercall HYPERVISOR_vcpu_op
"""


def many(vcpus: int, body: str) -> Guest:
    """A guest whose vCPUs all register an area and then do ``body``; x19 is the number."""
    source = f"""
#include "lib/hypercall.h"
    mov     x20, #1
1:  cmp     x20, #{vcpus}
    b.hs    start
    mov     x1, x20
    address x2, start_other
    mov     x3, x20
    psci    PSCI_CPU_ON_64
    add     x20, x20, #1
    b       1b
start:
    mov     x0, #0
start_other:
{_AREAS}
{body}
    .balign 64
argument: .space 8 * 8
areas: .space 64 * 8
"""
    return assemble(source, name="many.S")


SPINNERS = "    b ."
SLEEPERS = """
2:  mov     x1, #1000
    msr     cntv_tval_el0, x1
    mov     x1, #1
    msr     cntv_ctl_el0, x1
    wfi
    b       2b
"""


class Recorder:
    """All events of the kinds that a scheduler emits, in order."""

    def __init__(self) -> None:
        self.bus = EventBus()
        self.events: list[Any] = []
        for kind in KINDS:
            self.bus.listen(kind, self.events.append)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if type(event) is kind]


def boot(guest: Guest, recorder: Recorder, **more: Any) -> Machine:
    return harness.boot(guest, events=recorder.bus, **more)


def running_time(machine: Machine) -> dict[tuple[int, int], int]:
    now = machine.now_ns
    return {key: vcpu.state.runstate.at(now).time[RUNNING] for key, vcpu in machine.xen.vcpus.items()}


@pytest.mark.parametrize(("vcpus", "pcpus"), [(2, 1), (3, 1), (4, 2), (3, 2), (5, 3)])
def test_vcpus_that_want_to_run_share_the_physical_cpus_fairly(vcpus: int, pcpus: int) -> None:
    with boot(many(vcpus, SPINNERS), Recorder(), vcpus=vcpus, pcpus=pcpus) as machine:
        machine.run(max_instructions=40 * vcpus * TIME_SLICE_NS)
        times = running_time(machine)
    assert max(times.values()) - min(times.values()) <= 2 * TIME_SLICE_NS
    assert min(times.values()) >= 38 * TIME_SLICE_NS


def test_each_of_three_on_one_physical_cpu_gets_its_slice_in_turn() -> None:
    recorder = Recorder()
    with boot(many(3, SPINNERS), recorder, vcpus=3) as machine:
        machine.run(max_instructions=20 * TIME_SLICE_NS)
    switches = recorder.of(ContextSwitch)[3:]
    order = [event.next[1] for event in switches]
    assert order == [(order[0] + index) % 3 for index in range(len(order))]
    gaps = {later.time_ns - earlier.time_ns for earlier, later in pairwise(switches)}
    assert gaps == {TIME_SLICE_NS}


def test_four_on_two_physical_cpus_never_run_twice_at_once() -> None:
    recorder = Recorder()
    with boot(many(4, SPINNERS), recorder, vcpus=4, pcpus=2) as machine:
        machine.run(max_instructions=30 * TIME_SLICE_NS)
    current: dict[int, Any] = {0: None, 1: None}
    for event in recorder.of(ContextSwitch):
        assert current[event.pcpu] == event.previous
        current[event.pcpu] = event.next
        assert event.next is None or Counter(current.values())[event.next] == 1
    assert set(current) == {0, 1}


def test_two_domains_share_a_physical_cpu_and_steal_from_each_other() -> None:
    recorder = Recorder()
    with boot(SPIN, recorder, also=[SPIN]) as machine:
        machine.run(max_instructions=20 * TIME_SLICE_NS)
        times = running_time(machine)
        first, second = (machine.xen.vcpus[key].state.runstate for key in ((1, 0), (2, 0)))
        assert abs(times[1, 0] - times[2, 0]) <= TIME_SLICE_NS
        assert first.time[RUNNABLE] >= 9 * TIME_SLICE_NS
        assert second.time[RUNNABLE] >= 9 * TIME_SLICE_NS


@pytest.mark.parametrize("end", ["psci PSCI_SYSTEM_OFF", "msr vbar_el1, xzr\n    svc #0"])
@pytest.mark.parametrize("dom0", [False, True])
def test_where_there_is_a_dom0_only_its_end_ends_the_machine(end: str, dom0: bool) -> None:
    neighbour = assemble(f'#include "lib/hypercall.h"\n    {end}\n')
    with boot(SPIN, Recorder(), also=[neighbour], dom0=dom0) as machine:
        outcome = machine.run(max_instructions=5 * TIME_SLICE_NS)
        assert machine.xen.domains[1 if dom0 else 2].state.shutdown is not None
        assert (outcome.end is End.BUDGET) == dom0


def test_alone_on_its_physical_cpu_a_vcpu_is_never_switched() -> None:
    recorder = Recorder()
    with boot(SPIN, recorder, also=[SPIN], pcpus=2) as machine:
        machine.run(max_instructions=20 * TIME_SLICE_NS)
    assert [(event.previous, event.next) for event in recorder.of(ContextSwitch)] == [(None, (1, 0)), (None, (2, 0))]


def test_at_a_switch_both_states_change_then_the_leaving_area_is_written_then_the_next_ones() -> None:
    recorder = Recorder()
    with boot(many(2, SPINNERS), recorder, vcpus=2) as machine:
        machine.run(max_instructions=10 * TIME_SLICE_NS)
    last = [event for event in recorder.events if event.time_ns == recorder.events[-1].time_ns]
    changes, (switch,), published = last[:2], last[2:3], last[3:]
    assert [(type(event), event.old, event.new) for event in changes] == [
        (RunstateChange, RUNNING, RUNNABLE),
        (RunstateChange, RUNNABLE, RUNNING),
    ]
    assert type(switch) is ContextSwitch
    assert [(change.domain, change.vcpu) for change in changes] == [switch.previous, switch.next]
    assert [(event.vcpu, event.leaving) for event in published] == [
        (switch.previous[1], True),
        (switch.next[1], False),
    ]


def test_an_area_that_is_left_behind_never_says_running() -> None:
    seen = Counter[int]()
    recorder = Recorder()
    guest = many(3, SLEEPERS)
    with boot(guest, recorder, vcpus=3) as machine:

        def look(event: RunstatePublished) -> None:
            state = int.from_bytes(machine.read_ipa(machine.symbol("areas") + 64 * event.vcpu, 4), "little")
            seen[state] += 1
            assert (state == RUNNING) is not event.leaving

        recorder.bus.listen(RunstatePublished, look)
        machine.run(max_instructions=5_000)
    assert seen[BLOCKED] > 10
    assert seen[RUNNING] > 10


def test_a_wake_up_changes_the_state_and_publishes_nothing() -> None:
    recorder = Recorder()
    with boot(SPIN, recorder, also=[many(1, SLEEPERS)]) as machine:
        machine.run(max_instructions=10 * TIME_SLICE_NS)
    woken = [
        index
        for index, event in enumerate(recorder.events)
        if type(event) is RunstateChange and (event.old, event.new) == (BLOCKED, RUNNABLE)
    ]
    assert len(woken) >= 3
    for index in woken:
        at_once = [event for event in recorder.events[index + 1 :] if event.time_ns == recorder.events[index].time_ns]
        assert at_once == [], "the physical CPU is busy: the woken one waits for its turn"


def test_while_everybody_waits_time_jumps_to_the_next_deadline() -> None:
    recorder = Recorder()
    with boot(many(1, SLEEPERS), recorder, pcpus=1) as machine:
        machine.run(max_instructions=500)
        state = machine.vcpu().state.runstate
        assert machine.now_ns - BOOT_NS == state.state_entry_time - BOOT_NS + (machine.now_ns - state.state_entry_time)
        assert state.time[BLOCKED] > 50 * 15_000
        assert state.time[BLOCKED] > 100 * state.time[RUNNING]
    idle = [event for event in recorder.of(ContextSwitch) if event.next is None]
    assert len(idle) > 50


def test_a_vcpu_that_goes_off_is_offline_and_one_that_waits_is_blocked() -> None:
    body = "    cbz x19, 3f\n    psci PSCI_CPU_OFF\n3:  wfi\n    b 3b\n"
    with boot(many(2, body), Recorder(), vcpus=2, pcpus=2) as machine:
        assert machine.run(max_instructions=10_000).end is End.DEADLOCK
        assert [vcpu.state.runstate.state for vcpu in machine.domain.vcpus] == [BLOCKED, OFFLINE]


def _account(machine: Machine) -> None:
    for vcpu in machine.xen.vcpus.values():
        info = vcpu.state.runstate
        assert sum(info.time) == info.state_entry_time - vcpu.domain.created_ns
        assert info.state_entry_time <= max(machine.now_ns, *(p.time_ns for p in machine.xen.scheduler.state.pcpus))


@given(
    st.lists(st.integers(1, 3_000_000), min_size=1, max_size=8),
    st.sampled_from([(1, 1), (3, 1), (3, 2), (4, 3)]),
    st.sampled_from([SPINNERS, SLEEPERS]),
)
@settings(max_examples=12, deadline=None, derandomize=True)
def test_however_a_run_is_cut_every_nanosecond_is_in_one_state_and_the_history_is_the_same(
    cuts: Sequence[int], cpus: tuple[int, int], body: str
) -> None:
    vcpus, pcpus = cpus
    guest = many(vcpus, body)
    total = min(sum(cuts), 20_000 if body is SLEEPERS else 6_000_000)
    whole = Recorder()
    with boot(guest, whole, vcpus=vcpus, pcpus=pcpus) as machine:
        machine.run(max_instructions=total)
        _account(machine)
    pieces = Recorder()
    with boot(guest, pieces, vcpus=vcpus, pcpus=pcpus) as machine:
        for cut in cuts:
            machine.run(max_instructions=min(cut, total - machine.instructions))
            _account(machine)
        machine.run(max_instructions=total - machine.instructions)
        if pcpus == 1:
            assert pieces.events == whole.events
