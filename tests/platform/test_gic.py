"""The interrupt controller as data and logic: what is seen of it beyond the recordings of real Xens."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.platform import gic_map
from harness.platform.gic_cpu_interface import IDLE_PRIORITY, LIST_REGISTERS, SPURIOUS, CpuInterface
from harness.platform.gic_interrupt import Interrupt
from harness.platform.gic_queue import InterruptQueue


def open_queue() -> InterruptQueue:
    queue = InterruptQueue()
    queue.interface.priority_mask = 0xF8
    queue.interface.group1_enabled = True
    for interrupt in queue.private:
        queue.enable(interrupt, current=True)
    return queue


def arrive(queue: InterruptQueue, number: int, priority: int) -> None:
    """An interrupt arrives from outside while the vCPU runs: a trap."""
    queue.collect()
    queue.inject(queue.private[number], priority, current=True)
    queue.fill()


def end(queue: InterruptQueue, number: int) -> None:
    """The guest ends an interrupt, and traps if that is the maintenance interrupt."""
    queue.interface.write("EOIR1", number)
    if queue.underflows():
        trap(queue)


def trap(queue: InterruptQueue) -> None:
    queue.collect()
    queue.fill()


@pytest.mark.parametrize("rows", [gic_map.DISTRIBUTOR, gic_map.REDISTRIBUTOR, gic_map.PRIVATE])
def test_the_rows_of_a_frame_are_in_order_and_never_overlap(rows: tuple[gic_map.Row, ...]) -> None:
    assert all(first <= last for first, last, _ in rows)
    assert all(before[1] < after[0] for before, after in pairwise(rows))
    assert rows[-1][1] < 0x1_0000


@given(st.lists(st.tuples(st.integers(0, 31), st.sampled_from([0x20, 0x40, 0x60, 0x80])), min_size=1, max_size=40))
def test_every_interrupt_is_taken_once_however_many_come_and_the_queue_is_empty_then(
    arrivals: list[tuple[int, int]],
) -> None:
    queue = open_queue()
    for interrupt, priority in arrivals:
        arrive(queue, interrupt, priority)
    taken = []
    while (interrupt := queue.interface.read("IAR1")) != SPURIOUS:
        assert interrupt is not None
        taken.append(interrupt)
        end(queue, interrupt)
    trap(queue)
    assert sorted(taken) == sorted({interrupt for interrupt, _ in arrivals})
    assert queue.in_flight == queue.waiting == []
    assert not any(interrupt.queued or interrupt.visible or interrupt.active for interrupt in queue.private)
    assert queue.interface.lists == [None] * LIST_REGISTERS
    assert not queue.interface.signals()
    assert queue.interface.read("RPR") == IDLE_PRIORITY


def test_a_more_urgent_interrupt_takes_the_place_of_a_lesser_one_that_waits_in_a_list_register() -> None:
    queue = open_queue()
    for number in range(LIST_REGISTERS):
        arrive(queue, number, 0x80)
    arrive(queue, 20, 0x20)
    assert queue.interface.read("IAR1") == 20
    assert [interrupt.number for interrupt in queue.waiting] == [3]
    assert queue.private[3].queued


def test_one_that_comes_again_while_it_is_active_is_pending_once_it_has_ended() -> None:
    queue = open_queue()
    for _ in range(3):
        arrive(queue, 27, 0xA0)
    assert queue.interface.read("IAR1") == 27
    for _ in range(3):
        arrive(queue, 27, 0xA0)
    assert not queue.interface.signals()
    end(queue, 27)
    assert queue.interface.signals()
    assert queue.interface.read("IAR1") == 27
    end(queue, 27)
    trap(queue)
    assert queue.in_flight == []


def test_what_is_disabled_is_in_flight_and_is_seen_as_soon_as_it_is_enabled() -> None:
    queue = open_queue()
    queue.private[5].disable()
    arrive(queue, 5, 0)
    assert not queue.interface.signals()
    assert not queue.wants_attention()
    queue.enable(queue.private[5], current=True)
    queue.fill()
    assert queue.interface.signals()


def test_what_is_disabled_while_it_waits_for_a_vcpu_that_does_not_run_is_not_delivered() -> None:
    queue = open_queue()
    queue.inject(queue.private[5], 0, current=False)
    queue.private[5].disable()
    queue.fill()
    assert not queue.interface.signals()
    assert queue.private[5].flight is queue.in_flight


def test_what_is_disabled_in_a_list_register_stays_there() -> None:
    queue = open_queue()
    arrive(queue, 5, 0)
    queue.private[5].disable()
    trap(queue)
    assert queue.interface.read("IAR1") == 5


def test_registers_that_the_guest_emptied_are_filled_at_a_trap_or_when_all_but_one_are_empty() -> None:
    queue = open_queue()
    for number in range(LIST_REGISTERS + 1):
        arrive(queue, number, 0x80)
    for number in range(LIST_REGISTERS - 2):
        assert queue.interface.read("IAR1") == number
        end(queue, number)
        assert len(queue.waiting) == 1
    assert queue.interface.read("IAR1") == LIST_REGISTERS - 2
    end(queue, LIST_REGISTERS - 2)
    assert queue.waiting == []


@given(st.integers(0, 255), st.integers(0, 255))
def test_an_interrupt_signals_only_if_the_mask_is_less_urgent(priority: int, mask: int) -> None:
    queue = open_queue()
    queue.interface.write("PMR", mask)
    arrive(queue, 1, priority)
    assert queue.interface.signals() == (priority & 0xF8 < mask & 0xF8)


@pytest.mark.parametrize("name", ["IAR1", "HPPIR1", "RPR", "IAR0", "HPPIR0"])
def test_what_is_read_only_cannot_be_written(name: str) -> None:
    assert not CpuInterface().write(name, 0)


ACTIONS = ("inject", "enable", "disable", "trap", "acknowledge", "end", "deactivate", "clear", "mode")


@given(
    st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.integers(0, 1), st.integers(0, 5), st.sampled_from([0, 0x40, 0x80])),
        max_size=80,
    )
)
def test_interrupts_that_two_vcpus_share_stay_in_lists_that_agree_with_them(
    steps: list[tuple[str, int, int, int]],
) -> None:
    queues = [open_queue(), open_queue()]
    shared = [Interrupt(40 + index) for index in range(6)]
    for action, vcpu, index, priority in steps:
        queue, interrupt = queues[vcpu], shared[index]
        match action:
            case "inject":
                queue.inject(interrupt, priority, current=bool(priority))
            case "enable":
                queue.enable(interrupt, current=bool(priority))
            case "disable":
                interrupt.disable()
            case "trap":
                trap(queue)
            case "acknowledge":
                queue.interface.read("IAR1")
            case "end":
                queue.interface.write("EOIR1", interrupt.number)
            case "deactivate":
                queue.interface.write("DIR", interrupt.number)
            case "mode":
                queue.interface.write("CTLR", index)
            case _:
                queue.clear()
        for held in queues:
            for one in shared:
                assert (one.flight is held.in_flight) == any(other is one for other in held.in_flight)
                assert (one.line is held.waiting) == any(other is one for other in held.waiting)
            assert len(held.interface.lists) == len(held.used) == LIST_REGISTERS
