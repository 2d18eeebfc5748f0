"""Runstate accounting: every nanosecond is in exactly one state."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.abi.runstate import XEN_RUNSTATE_UPDATE, Runstate
from harness.xen.runstate.info import AREA_SIZE, RunstateInfo

RUNNING, RUNNABLE, BLOCKED, OFFLINE = Runstate
BORN = 1_600_000


def test_a_vcpu_is_born_offline() -> None:
    assert RunstateInfo().state == OFFLINE


def test_time_goes_to_the_state_that_ends() -> None:
    info = RunstateInfo(state_entry_time=BORN)
    info.change(RUNNABLE, BORN + 10)
    info.change(RUNNING, BORN + 13)
    info.change(BLOCKED, BORN + 20)
    assert info.time == [7, 3, 0, 10]
    assert (info.state, info.state_entry_time) == (BLOCKED, BORN + 20)
    assert info.stolen_ns == 13


def test_entering_the_present_state_changes_nothing() -> None:
    info = RunstateInfo(RUNNING, BORN, [1, 2, 3, 4])
    info.change(RUNNING, BORN + 100)
    assert info == RunstateInfo(RUNNING, BORN, [1, 2, 3, 4])


def test_two_changes_at_one_instant_count_nothing_for_the_state_between() -> None:
    info = RunstateInfo(BLOCKED, BORN)
    info.change(RUNNABLE, BORN + 5)
    info.change(RUNNING, BORN + 5)
    assert info.time == [0, 0, 5, 0]


def test_a_change_at_an_earlier_time_moves_no_time_backwards() -> None:
    info = RunstateInfo(RUNNING, BORN, [5, 0, 0, 0])
    info.change(RUNNABLE, BORN - 1)
    assert info == RunstateInfo(RUNNABLE, BORN, [5, 0, 0, 0])


def test_while_the_update_flag_is_left_in_the_accounting_stands_still_and_the_states_go_on() -> None:
    info = RunstateInfo(RUNNING, BORN | XEN_RUNSTATE_UPDATE, [5, 0, 0, 0])
    info.change(RUNNABLE, BORN + 1_000)
    info.change(RUNNING, BORN + 2_000)
    assert info == RunstateInfo(RUNNING, BORN | XEN_RUNSTATE_UPDATE, [5, 0, 0, 0])
    info.state_entry_time &= ~XEN_RUNSTATE_UPDATE
    info.change(BLOCKED, BORN + 3_000)
    assert info.time == [3_005, 0, 0, 0], "what was missed goes to the state in which the flag was taken out"


def test_bringing_up_to_now_leaves_the_original_alone() -> None:
    info = RunstateInfo(RUNNING, BORN)
    assert info.at(BORN + 9).time[RUNNING] == 9
    assert info == RunstateInfo(RUNNING, BORN)


def test_bringing_up_to_now_adds_to_the_time_and_keeps_when_the_state_was_entered() -> None:
    assert RunstateInfo(BLOCKED, BORN).at(BORN + 9) == RunstateInfo(BLOCKED, BORN, [0, 0, 9, 0])
    assert RunstateInfo(BLOCKED, BORN).at(BORN - 9) == RunstateInfo(BLOCKED, BORN)


@pytest.mark.parametrize("state", list(Runstate))
def test_what_is_packed_is_unpacked_again(state: Runstate) -> None:
    info = RunstateInfo(state, BORN | XEN_RUNSTATE_UPDATE, [1, 2**63, 3, 2**64 - 1])
    assert len(info.pack()) == AREA_SIZE
    assert RunstateInfo.unpack(info.pack()) == info


@given(st.lists(st.tuples(st.sampled_from(Runstate), st.integers(0, 10**9)), max_size=40))
@settings(deadline=None, derandomize=True)
def test_the_sum_of_all_times_is_the_entry_time_less_the_creation(events: list[tuple[Runstate, int]]) -> None:
    info, now = RunstateInfo(state_entry_time=BORN), BORN
    spent = [0, 0, 0, 0]
    for state, elapsed in events:
        spent[info.state] += elapsed
        now += elapsed
        info.change(state, now)
        assert sum(info.time) == info.state_entry_time - BORN
        assert info.state == state
    assert info.at(now).time == spent
