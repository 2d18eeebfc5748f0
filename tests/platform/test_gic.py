"""The interrupt controller as data and logic: what is seen of it beyond the recordings of real Xens."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.platform import gic_map
from harness.platform.gic_cpu_interface import IDLE_PRIORITY, LIST_REGISTERS, SPURIOUS, CpuInterface
from harness.platform.gic_queue import InterruptQueue


def always(_interrupt: int) -> bool:
    return True


def open_queue() -> InterruptQueue:
    queue = InterruptQueue()
    queue.interface.priority_mask = 0xF8
    queue.interface.group1_enabled = True
    return queue


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
        queue.inject(interrupt, priority)
        queue.settle(always)
    taken = []
    while (interrupt := queue.interface.read("IAR1")) != SPURIOUS:
        assert interrupt is not None
        taken.append(interrupt)
        queue.interface.write("EOIR1", interrupt)
        queue.settle(always)
    assert sorted(taken) == sorted({interrupt for interrupt, _ in arrivals})
    assert queue.in_flight == []
    assert queue.queued == set()
    assert queue.interface.lists == [None] * LIST_REGISTERS
    assert not queue.interface.signals()
    assert queue.interface.read("RPR") == IDLE_PRIORITY


def test_a_more_urgent_interrupt_takes_the_place_of_a_lesser_one_that_waits_in_a_list_register() -> None:
    queue = open_queue()
    for interrupt in range(LIST_REGISTERS):
        queue.inject(interrupt, 0x80)
        queue.settle(always)
    queue.inject(20, 0x20)
    queue.settle(always)
    assert queue.interface.read("IAR1") == 20
    assert len(queue.queued) == 1


def test_one_that_comes_again_while_it_is_active_is_pending_once_it_has_ended() -> None:
    queue = open_queue()
    for _ in range(3):
        queue.inject(27, 0xA0)
        queue.settle(always)
    assert queue.interface.read("IAR1") == 27
    for _ in range(3):
        queue.inject(27, 0xA0)
        queue.settle(always)
    assert not queue.interface.signals()
    queue.interface.write("EOIR1", 27)
    queue.settle(always)
    assert queue.interface.signals()
    assert queue.interface.read("IAR1") == 27
    queue.interface.write("EOIR1", 27)
    queue.settle(always)
    assert queue.in_flight == []


def test_what_is_disabled_waits_and_is_seen_as_soon_as_it_is_enabled() -> None:
    queue = open_queue()
    queue.inject(5, 0)
    queue.settle(lambda _interrupt: False)
    assert not queue.interface.signals()
    assert not queue.wants_attention(lambda _interrupt: False)
    queue.settle(always)
    assert queue.interface.signals()


@given(st.integers(0, 255), st.integers(0, 255))
def test_an_interrupt_signals_only_if_the_mask_is_less_urgent(priority: int, mask: int) -> None:
    queue = open_queue()
    queue.interface.write("PMR", mask)
    queue.inject(1, priority)
    queue.settle(always)
    assert queue.interface.signals() == (priority < mask & 0xF8)


@pytest.mark.parametrize("name", ["IAR1", "HPPIR1", "RPR", "IAR0", "HPPIR0"])
def test_what_is_read_only_cannot_be_written(name: str) -> None:
    assert not CpuInterface().write(name, 0)
