"""Long hypercalls let time pass, give way where a slice or a budget ends, go on, and end as if they never had."""

import pytest

import harness
from harness.debug.replay.history import History, Why
from harness.debug.replay.position import Position
from harness.debug.replay.stops import SWITCHED, HvcMade
from harness.debug.trace import KINDS
from harness.events import ContextSwitch, EventBus, HypercallMade
from harness.guest import Guest, assemble
from harness.machine.memory import PAGE_SHIFT
from harness.machine.mmu.faults import Translation
from harness.xen.hypercalls.call import STEP_NS
from harness.xen.hypervisor import HELD, LONGEST_HOLD_NS, WAKE_NS, Outcome
from harness.xen.memory.p2m import P2mType
from harness.xen.outcome import End

EXTENTS = 3000

_HEAD = """
#include "lib/boot.S"
#include "lib/console.S"
#include "lib/print.S"
    .bss
    .balign 4096
list: .space %(size)d
    .balign 16
reservation: .space 32
call: .space 128
    .text
prepare:                                // a list of pages from 16 MiB above the image on
    address x0, list
    address x1, image
    lsr     x1, x1, #12
    add     x1, x1, #0x1000
    mov     x2, #%(extents)d
1:  str     x1, [x0], #8
    add     x1, x1, #1
    subs    x2, x2, #1
    b.ne    1b
    address x0, reservation
    address x1, list
    mov     x2, #%(extents)d
    stp     x1, x2, [x0]
    mov     x1, #DOMID_SELF
    stp     xzr, x1, [x0, #16]
    ret
kernel_main:
    bl      prepare
""" % {"extents": EXTENTS, "size": 8 * EXTENTS}  # noqa: UP031 -- the source is full of braces' like

_TAIL = """
    print_hex x0
    print   "\\n"
    b       power_off
#include "lib/end.S"
"""

_DECREASE = """
    mov     x0, #XENMEM_decrease_reservation
    address x1, reservation
    hypercall HYPERVISOR_memory_op
"""

_IN_A_LIST = """
    address x2, call
    mov     x0, #HYPERVISOR_memory_op
    str     x0, [x2]
    address x1, reservation
    mov     x0, #XENMEM_decrease_reservation
    stp     x0, x1, [x2, #16]
    mov     x0, #HYPERVISOR_xen_version
    str     x0, [x2, #64]
    mov     x0, x2
    mov     x1, #2
    hypercall HYPERVISOR_multicall
    print_hex x0
    print   "\\n"
    address x2, call
    ldr     x0, [x2, #72]
    print_hex x0
    print   "\\n"
    address x2, call
    ldr     x0, [x2, #8]
"""

_ENDLESS = """
    address x0, image_end
    mov     x1, #0xffffffff
    hypercall HYPERVISOR_multicall
"""


def guest(body: str) -> Guest:
    return assemble(_HEAD + body + _TAIL, name="long.S")


def result(machine: harness.Machine) -> list[int]:
    return [int(line, 16) for line in machine.console.decode().split()]


def test_a_long_call_takes_time_for_every_extent_after_the_first() -> None:
    events = EventBus()
    made: list[HypercallMade] = []
    events.listen(HypercallMade, made.append)
    with harness.boot(guest(_DECREASE), events=events) as machine:
        began = machine.now_ns
        assert machine.run().end is End.SHUTDOWN
        assert result(machine) == [EXTENTS]
        assert machine.instructions == machine.vcpu().cpu.retired, "Xen's time is no instruction"
        hypercalls = [each for each in made if each.number == 12]
        took = machine.now_ns - began - machine.instructions
        assert took - WAKE_NS == (EXTENTS - 1) * STEP_NS - (len(hypercalls) - 1)
        assert machine.domain.p2m.pages == machine.domain.state.max_pages - EXTENTS
    assert len(hypercalls) > 1, "each part made the call again, in no time"


def test_a_neighbour_gets_its_slices_while_a_long_call_goes_on() -> None:
    events = EventBus()
    made: list[HypercallMade] = []
    switches: list[ContextSwitch] = []
    events.listen(HypercallMade, made.append)
    events.listen(ContextSwitch, switches.append)
    with harness.boot(guest(_DECREASE), also=[assemble("b .")], events=events) as machine:
        assert machine.run(max_instructions=50_000_000).end is End.SHUTDOWN
        assert result(machine) == [EXTENTS]
    parts = [each for each in made if each.number == 12]
    assert [part.result for part in parts[:-1]] == [part.arguments[0] for part in parts[1:]]
    starts = [part.arguments[0] >> 6 for part in parts]
    assert starts == sorted(set(starts))
    assert all(part.arguments[0] & 63 == 1 and part.arguments[1] == parts[0].arguments[1] for part in parts)
    within = [each for each in switches if parts[0].time_ns <= each.time_ns <= parts[-1].time_ns]
    assert {each.next for each in within} == {(1, 0), (2, 0)}


@pytest.mark.parametrize("body", [_DECREASE, _IN_A_LIST], ids=["alone", "in a list"])
@pytest.mark.parametrize("budget", [777, 123_457])
def test_a_call_that_is_cut_by_budgets_ends_at_the_same_time_with_the_same(body: str, budget: int) -> None:
    with harness.boot(guest(body), also=[assemble("b .")]) as machine:
        assert machine.run(max_instructions=50_000_000).end is End.SHUTDOWN
        whole = machine.now_ns, machine.console
    with harness.boot(guest(body), also=[assemble("b .")]) as machine:
        while machine.run(max_instructions=budget).end is End.BUDGET:
            pass
        assert (machine.now_ns, machine.console) == whole


def test_a_long_call_in_a_list_goes_on_in_its_entry() -> None:
    with harness.boot(guest(_IN_A_LIST), also=[assemble("b .")]) as machine:
        assert machine.run(max_instructions=50_000_000).end is End.SHUTDOWN
        assert result(machine) == [0, 0x4_0011, EXTENTS]


def test_a_snapshot_in_the_middle_of_a_long_call_goes_on_alike() -> None:
    with harness.boot(guest(_DECREASE)) as machine:
        began = machine.now_ns
        machine.run(until=lambda: machine.now_ns - began > 1_500_000)
        saved = machine.snapshot()
        pages = machine.domain.p2m.pages
        assert machine.domain.state.max_pages - EXTENTS < pages < machine.domain.state.max_pages
        ends = []
        for _ in range(2):
            machine.run()
            ends.append((machine.now_ns, machine.domain.p2m.pages))
            machine.restore(saved)
            assert machine.domain.p2m.pages == pages
        assert ends[0] == ends[1]


def test_a_call_that_would_last_for_an_hour_ends_a_run_with_a_limit_and_says_why() -> None:
    with harness.boot(guest(_ENDLESS)) as machine:
        began = machine.now_ns
        assert machine.run(max_instructions=5_000_000) == Outcome(End.BUDGET, detail=HELD)
        assert LONGEST_HOLD_NS <= machine.now_ns - began < LONGEST_HOLD_NS + 2_000_000
        assert machine.instructions < 21_000, "the limit itself was not reached"
        assert machine.step().detail != HELD, "it can go on"


def test_a_debug_build_spoils_arguments_at_the_end_of_a_long_call_only() -> None:
    body = _DECREASE + '    mov x19, x1\n    print_hex x0\n    print "\\n"\n    mov x0, x19\n'
    with harness.boot(guest(body), debug_build=True, also=[assemble("b .")]) as machine:
        assert machine.run(max_instructions=50_000_000).end is End.SHUTDOWN
        assert result(machine) == [EXTENTS, 0xDEAD_BEEF]


def test_an_access_that_is_tried_again_for_ever_ends_a_run_with_a_limit_and_is_stepped() -> None:
    store = "    mov x0, #0x40800000\n    str x1, [x0]\n    b .\n"
    with harness.boot(assemble(store), memory=16 << 20) as machine:
        there = machine.domain.p2m.translate(0x4080_0000)
        assert isinstance(there, Translation)
        machine.domain.p2m.set_entry(0x4_0800, there.maddr >> PAGE_SHIFT, P2mType.RAM_RO)
        history = History(machine)
        for moment in (0, 1, 2, 3):
            assert history.step().position == Position(1, moment)
        assert history.back().position == Position(1, 2)
        arrival = history.forward(max_instructions=100)
        assert (arrival.why, arrival.position.instructions) == (Why.LIMIT, 1)
        assert machine.run(max_instructions=100).detail == HELD


@pytest.mark.parametrize("backwards", [False, True])
def test_what_happens_in_a_long_call_is_heard_once_by_one_who_steps_through_it(*, backwards: bool) -> None:
    heard: list[list[object]] = []
    for stepped in (False, True):
        events = EventBus()
        heard.append([])
        for kind in KINDS.values():
            events.listen(kind, heard[-1].append)
        with harness.boot(guest(_IN_A_LIST), also=[assemble("b .")], events=events) as machine:
            history = History(machine)
            while stepped and history.forward(HvcMade(number=13), SWITCHED, max_instructions=2_000_000).why is Why.HIT:
                history.step(2)
                if backwards:
                    history.back(3)
                    history.step(4)
            assert history.forward().why is Why.END
    assert heard[0] == heard[1]
    assert sum(isinstance(each, HypercallMade) and each.number == 13 for each in heard[0]) > 2
