"""Publishing a runstate, step by step: what a guest can see after each store, and that stepping is the run."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from harness.abi.runstate import XEN_RUNSTATE_UPDATE, Runstate
from harness.xen.memory.shortfall import Shortfall
from harness.xen.runstate.info import AREA_SIZE, RunstateInfo
from harness.xen.runstate.publication import VIRTUAL_ADDRESS, VMAP, Program, Publication, Step

OLD = RunstateInfo(Runstate.RUNSTATE_running, 0x0123_4567_89AB_CDEF, [11, 12, 13, 14])
NEW = RunstateInfo(Runstate.RUNSTATE_runnable, 0x0FED_CBA9_8765_4321, [21, 22, 23, 24])

PROGRAMS = {"xen-4.17": VIRTUAL_ADDRESS, "vmap": VMAP}
BOTH = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)


@dataclass
class Area:
    """Guest memory, of which ``reachable`` bytes can be written; keeps every store."""

    reachable: int = AREA_SIZE
    memory: bytearray = field(default_factory=lambda: bytearray(OLD.pack()))
    stores: list[tuple[int, bytes]] = field(default_factory=list)

    def store(self, offset: int, data: bytes) -> Shortfall | None:
        arrived = max(0, min(len(data), self.reachable - offset))
        self.memory[offset : offset + arrived] = data[:arrived]
        self.stores.append((offset, data))
        return None if arrived == len(data) else Shortfall(arrived, f"nothing beyond {offset + arrived}")

    @property
    def info(self) -> RunstateInfo:
        return RunstateInfo.unpack(bytes(self.memory))

    @property
    def flagged(self) -> bool:
        return bool(self.info.state_entry_time & XEN_RUNSTATE_UPDATE)


def publish(program: Program, area: Area, *, assist: bool) -> Publication:
    return Publication(program, NEW.copy(), area, lambda: assist)


@BOTH
@pytest.mark.parametrize("assist", [False, True])
@pytest.mark.parametrize("limit", [1, 3, 8, AREA_SIZE])
@pytest.mark.parametrize("reachable", [AREA_SIZE, 16, 15, 8, 1, 0])
def test_one_piece_at_a_time_is_the_same_as_all_at_once(
    program: Program, assist: bool, limit: int, reachable: int
) -> None:
    whole, pieces = Area(reachable), Area(reachable)
    at_once, stepped = publish(program, whole, assist=assist), publish(program, pieces, assist=assist)
    at_once.run()
    while not stepped.finished:
        stepped.advance(limit)
    assert pieces.memory == whole.memory
    assert (stepped.written, stepped.wanted) == (at_once.written, at_once.wanted)
    assert stepped.own == at_once.own == NEW


@BOTH
@pytest.mark.parametrize("assist", [False, True])
def test_afterwards_the_guest_has_the_runstate_without_a_flag(program: Program, assist: bool) -> None:
    area = Area()
    done = publish(program, area, assist=assist)
    done.run()
    assert area.info == NEW
    assert done.written == done.wanted == sum(len(data) for _, data in area.stores)


@BOTH
def test_without_the_assist_there_is_one_store_and_never_a_flag(program: Program) -> None:
    area = Area()
    publish(program, area, assist=False).run()
    assert area.stores == [(0, NEW.pack())]


@BOTH
def test_with_the_assist_whatever_is_half_new_has_the_flag(program: Program) -> None:
    area = Area()
    stepped = publish(program, area, assist=True)
    mixed = 0
    while not stepped.finished:
        stepped.advance()
        now = area.info
        if now not in (OLD, NEW):
            mixed += 1
            assert area.flagged, now
    assert mixed >= AREA_SIZE // 8 - 1


def test_the_releases_mark_byte_15_first_and_last() -> None:
    area = Area()
    publish(VIRTUAL_ADDRESS, area, assist=True).run()
    flagged = RunstateInfo(NEW.state, NEW.state_entry_time | XEN_RUNSTATE_UPDATE, NEW.time)
    assert area.stores == [(15, b"\x8f"), (0, flagged.pack()), (15, b"\x0f")]


def test_the_patch_stores_the_entry_time_whole_first_and_last() -> None:
    area = Area()
    publish(VMAP, area, assist=True).run()
    flagged = RunstateInfo(NEW.state, NEW.state_entry_time | XEN_RUNSTATE_UPDATE, NEW.time)
    assert area.stores == [(8, flagged.pack()[8:16]), (0, flagged.pack()), (8, NEW.pack()[8:16])]


def steps(program: Program, assist: bool) -> list[Step]:
    publication = publish(program, Area(), assist=assist)
    seen = []
    while not publication.finished:
        step = publication.advance(AREA_SIZE)
        if step is not None:
            seen.append(step)
    return seen


def test_the_releases_have_a_barrier_after_the_flag_and_one_before_it_goes() -> None:
    seen = steps(VIRTUAL_ADDRESS, assist=True)
    stores = [i for i, step in enumerate(seen) if step in (Step.STORE_FLAG_BYTE, Step.STORE_ALL)]
    assert [Step.BARRIER in seen[a:b] for a, b in pairwise(stores)] == [True, True]


def test_the_patch_has_no_barrier_between_the_flag_and_the_data() -> None:
    seen = steps(VMAP, assist=True)
    stores = [i for i, step in enumerate(seen) if step in (Step.STORE_ENTRY_TIME, Step.STORE_ALL)]
    assert [Step.BARRIER in seen[a:b] for a, b in pairwise(stores)] == [False, True]


def test_the_patch_holds_a_lock_from_the_first_to_the_last_step() -> None:
    for assist in (False, True):
        seen = steps(VMAP, assist)
        assert seen[0] is Step.LOCK
        assert seen[-1] is Step.UNLOCK


def test_an_assist_that_is_turned_off_under_way_leaves_the_flag_in_the_patched_xens_own_runstate() -> None:
    own, area, answers = NEW.copy(), Area(), iter([True, False])
    Publication(VMAP, own, area, lambda: next(answers)).run()
    assert own.state_entry_time & XEN_RUNSTATE_UPDATE
    assert area.flagged
    before = list(own.time)
    own.change(Runstate.RUNSTATE_running, (NEW.state_entry_time & ~XEN_RUNSTATE_UPDATE) + 1_000)
    assert own.time == before


def test_the_releases_set_the_flag_in_a_copy_and_ask_for_the_assist_once() -> None:
    own, area, answers = NEW.copy(), Area(), iter([True])
    publication = Publication(VIRTUAL_ADDRESS, own, area, lambda: next(answers))
    while not publication.finished:
        publication.advance()
        assert own == NEW
    assert area.info == NEW


def test_an_area_that_ends_at_an_unmapped_page_gets_its_first_part() -> None:
    area = Area(reachable=24)
    done = publish(VIRTUAL_ADDRESS, area, assist=False)
    done.run()
    assert area.memory == NEW.pack()[:24] + OLD.pack()[24:]
    assert (done.written, done.wanted, done.reason) == (24, AREA_SIZE, "nothing beyond 24")


def test_of_several_stores_that_fail_the_one_nearest_to_the_areas_start_says_why() -> None:
    done = publish(VIRTUAL_ADDRESS, Area(reachable=0), assist=True)
    done.run()
    assert (done.written, done.wanted, done.reason) == (0, 1 + AREA_SIZE + 1, "nothing beyond 0")


def test_a_store_that_arrives_in_part_is_not_tried_further() -> None:
    area = Area(reachable=12)
    stepped = publish(VIRTUAL_ADDRESS, area, assist=False)
    while not stepped.finished:
        stepped.advance(8)
    assert [offset for offset, _ in area.stores] == [0, 8]
