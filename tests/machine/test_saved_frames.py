"""Saved frames: any state comes back whole, by whatever way memory was written, with the host's help and without."""

import random
from collections.abc import Iterator

import pytest

from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, Memory
from harness.machine.saved_frames import Frames, SavedFrames
from harness.machine.vmap import VmapArea
from harness.machine.written import track

SIZE = 8 << 20
FRAMES = SIZE >> PAGE_SHIFT


@pytest.fixture
def own_memory() -> Iterator[Memory]:
    memory = Memory(SIZE)
    yield memory
    memory.close()


def contents(memory: Memory) -> bytes:
    return bytes(memory.bytes)


def scribble(memory: Memory, area: VmapArea, chance: random.Random) -> None:
    """Write somewhere in each of the ways in which memory is written."""
    first = memory.base >> PAGE_SHIFT
    for _ in range(chance.randrange(1, 40)):
        mfn = first + chance.randrange(FRAMES)
        way = chance.randrange(4)
        if way == 0:
            memory.write(mfn << PAGE_SHIFT, chance.randbytes(chance.randrange(1, PAGE_SIZE)))
        elif way == 1:
            memory.write_u64((mfn << PAGE_SHIFT) + 8 * chance.randrange(512), chance.getrandbits(64))
        elif way == 2:
            memory.zero(mfn << PAGE_SHIFT, PAGE_SIZE)
        else:
            mapping = area.map([mfn, first + chance.randrange(FRAMES)])
            mapping.write(chance.randrange(PAGE_SIZE), b"by the hypervisor")
            mapping.close()


@pytest.mark.parametrize("use_tracker", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_every_saved_state_comes_back(own_memory: Memory, seed: int, use_tracker: bool) -> None:
    chance, area = random.Random(seed), VmapArea(own_memory)
    frames = SavedFrames(own_memory, use_tracker=use_tracker)
    states: list[tuple[Frames, bytes]] = []
    for _ in range(25):
        scribble(own_memory, area, chance)
        if states and chance.random() < 0.5:
            saved, expected = chance.choice(states)
            frames.restore(saved)
            assert contents(own_memory) == expected
        else:
            states.append((frames.save(states[-1][0] if states else Frames()), contents(own_memory)))
    for saved, expected in states:
        first = own_memory.base >> PAGE_SHIFT
        assert b"".join(saved.get(first + index, bytes(PAGE_SIZE)) for index in range(FRAMES)) == expected
    for one, in_one in states[:4]:
        for other, in_other in states[:4]:
            differ = {
                (own_memory.base >> PAGE_SHIFT) + index
                for index in range(FRAMES)
                if in_one[index << 12 : index + 1 << 12] != in_other[index << 12 : index + 1 << 12]
            }
            assert differ <= one.changed_since(other)
    frames.close()
    area.close()


def test_the_host_tells_which_frames_were_written(own_memory: Memory) -> None:
    tracker = track(own_memory)
    if tracker is None:
        pytest.skip("needs Linux 6.7 or later with userfaultfd")
    first = own_memory.base >> PAGE_SHIFT
    assert list(tracker.take()) == []
    own_memory.write((first + 3) << PAGE_SHIFT, b"x")
    own_memory.write((first + 4) << PAGE_SHIFT, b"y")
    own_memory.write((first + 900) << PAGE_SHIFT, b"z")
    assert own_memory.read((first + 5) << PAGE_SHIFT, 1) == b"\0"
    assert list(tracker.take()) == [(first + 3, 2), (first + 900, 1)]
    assert list(tracker.take()) == []
    tracker.close()
