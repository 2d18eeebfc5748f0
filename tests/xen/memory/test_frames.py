"""Machine frames: who has them, how long, and that all come back."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, Memory
from harness.xen.memory.frames import FrameTable, OutOfMemory

FRAMES = 512


@pytest.fixture
def table() -> Iterator[FrameTable]:
    memory = Memory(FRAMES << PAGE_SHIFT)
    yield FrameTable(memory)
    memory.close()


def test_runs_that_are_allocated_do_not_overlap(table: FrameTable) -> None:
    runs = [(table.allocate(count), count) for count in (3, 1, 8)]
    frames = [mfn + index for mfn, count in runs for index in range(count)]
    assert len(set(frames)) == 12 == table.in_use


def test_an_aligned_run_begins_at_a_multiple_and_what_lies_before_it_stays_free(table: FrameTable) -> None:
    first = table.allocate()
    aligned = table.allocate(8, align=8)
    assert aligned % 8 == 0
    assert table.allocate() == first + 1 < aligned


def test_a_frame_goes_back_with_its_last_reference(table: FrameTable) -> None:
    mfn = table.allocate()
    table.get(mfn)
    assert table.references(mfn) == 2
    table.put(mfn)
    assert table.in_use == 1
    table.put(mfn)
    assert table.in_use == 0
    assert table.allocate() == mfn


def test_a_frame_that_comes_back_is_scrubbed(table: FrameTable) -> None:
    mfn = table.allocate()
    table.memory.write(mfn << PAGE_SHIFT, b"secret" * 100)
    table.put(mfn)
    assert table.allocate() == mfn
    assert table.memory.read(mfn << PAGE_SHIFT, PAGE_SIZE) == bytes(PAGE_SIZE)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_free_neighbours_become_one_run_in_whatever_order_they_come(table: FrameTable, order: tuple[int, ...]) -> None:
    runs = [(table.allocate(count), count) for count in (200, 112, 200)]
    for index in order:
        table.free(*runs[index])
    assert table.allocate(FRAMES) == runs[0][0]


def test_without_a_run_that_is_long_enough_there_is_an_error_and_nothing_is_taken(table: FrameTable) -> None:
    table.allocate(200)
    middle = table.allocate(112)
    table.allocate(200)
    table.free(middle, 112)
    with pytest.raises(OutOfMemory, match="113 free frames"):
        table.allocate(113)
    assert table.in_use == 400
    assert table.allocate(112) == middle


def test_the_frames_of_a_run_that_somebody_holds_can_be_told(table: FrameTable) -> None:
    mfn = table.allocate(8)
    table.get(mfn + 3)
    assert table.held(mfn, 8) == [mfn + 3]
    assert table.held(mfn, 3) == []


class FramesModel(RuleBasedStateMachine):
    """Random use, beside a dictionary that says what must be."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory(FRAMES << PAGE_SHIFT)
        self.table = FrameTable(self.memory)
        self.references: dict[int, int] = {}

    def teardown(self) -> None:
        for mfn, count in self.references.items():
            for _ in range(count):
                self.table.put(mfn)
        assert self.table.in_use == 0
        assert len(self.table.state.free) == 1
        assert self.table.state.references == {}
        self.memory.close()

    @rule(count=st.integers(1, 200), align=st.sampled_from([1, 2, 8, 16]))
    def allocate(self, count: int, align: int) -> None:
        base = self.memory.base >> PAGE_SHIFT
        picture = "".join("x" if base + index in self.references else "." for index in range(FRAMES))
        fits = any(picture.startswith("." * count, at) for at in range(0, FRAMES, align))
        try:
            mfn = self.table.allocate(count, align)
        except OutOfMemory:
            assert not fits
            return
        assert mfn % align == 0
        for frame in range(mfn, mfn + count):
            assert frame not in self.references
            self.references[frame] = 1

    @precondition(lambda self: self.references)
    @rule(data=st.data())
    def get(self, data: st.DataObject) -> None:
        mfn = data.draw(st.sampled_from(sorted(self.references)))
        self.table.get(mfn)
        self.references[mfn] += 1

    @precondition(lambda self: self.references)
    @rule(data=st.data())
    def put(self, data: st.DataObject) -> None:
        mfn = data.draw(st.sampled_from(sorted(self.references)))
        self.references[mfn] -= 1
        before = self.table.in_use
        self.table.put(mfn)
        assert self.table.in_use == before - (self.references[mfn] == 0)
        if not self.references[mfn]:
            del self.references[mfn]

    @invariant()
    def counts_agree(self) -> None:
        assert self.table.in_use == len(self.references)
        assert all(self.table.references(mfn) == count for mfn, count in self.references.items())

    @invariant()
    def free_runs_are_sorted_and_merged(self) -> None:
        runs = self.table.state.free
        assert all(start + count < later for (start, count), (later, _) in pairwise(runs))
        assert sum(count for _, count in runs) == FRAMES - len(self.references)


TestFramesModel = FramesModel.TestCase
TestFramesModel.settings = settings(max_examples=40, stateful_step_count=30, deadline=None, derandomize=True)
