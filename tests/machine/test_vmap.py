"""Both kinds of vmap, by the same tests: the one for hosts with pages of 4 KiB, and the one for all others."""

import mmap
from collections.abc import Iterator

import pytest

from harness.machine.memory import PAGE_SIZE, MachineAddressError, Memory
from harness.machine.vmap import Mapping, PagedMapping, SegmentedMapping, VmapArea, paged_is_possible


@pytest.fixture
def memory() -> Iterator[Memory]:
    memory = Memory(4 << 20)
    yield memory
    memory.close()


@pytest.fixture(params=[4096, 16384], ids=["host-pages-of-4K", "host-pages-of-16K"])
def area(memory: Memory, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[VmapArea]:
    if request.param == PAGE_SIZE and not paged_is_possible():
        pytest.skip("this host's pages are not 4 KiB")
    monkeypatch.setattr(mmap, "PAGESIZE", request.param)
    area = VmapArea(memory)
    yield area
    area.close()


def frames_of(memory: Memory, *numbers: int) -> list[int]:
    return [(memory.base >> 12) + number for number in numbers]


@pytest.fixture
def mapping(area: VmapArea) -> Iterator[Mapping]:
    mapping = area.map(frames_of(area.memory, 700, 3, 4, 100))
    yield mapping
    mapping.close()


def test_the_hosts_page_size_decides_the_kind(area: VmapArea, mapping: Mapping) -> None:
    assert type(mapping) is (PagedMapping if mmap.PAGESIZE == PAGE_SIZE else SegmentedMapping)


def test_a_write_across_a_frame_boundary_lands_in_both_scattered_frames(area: VmapArea, mapping: Mapping) -> None:
    mapping.write(PAGE_SIZE - 3, b"abcdef")
    assert area.memory.read(area.memory.base + 700 * PAGE_SIZE + PAGE_SIZE - 3, 3) == b"abc"
    assert area.memory.read(area.memory.base + 3 * PAGE_SIZE, 3) == b"def"


def test_a_read_sees_what_was_written_to_the_frames_in_their_order(area: VmapArea, mapping: Mapping) -> None:
    for number, fill in ((700, b"A"), (3, b"B"), (4, b"C"), (100, b"D")):
        area.memory.write(area.memory.base + number * PAGE_SIZE, fill * PAGE_SIZE)
    assert mapping.read(0, mapping.size) == b"".join(fill * PAGE_SIZE for fill in (b"A", b"B", b"C", b"D"))
    assert mapping.read(2 * PAGE_SIZE - 1, PAGE_SIZE + 2) == b"B" + b"C" * PAGE_SIZE + b"D"


@pytest.mark.parametrize(("offset", "length"), [(-1, 4), (4 * PAGE_SIZE - 3, 4), (4 * PAGE_SIZE, 1), (0, -1)])
def test_nothing_outside_the_frames_can_be_reached(mapping: Mapping, offset: int, length: int) -> None:
    with pytest.raises(ValueError, match="not within"):
        mapping.read(offset, length)
    if length > 0:
        with pytest.raises(ValueError, match="not within"):
            mapping.write(offset, bytes(length))


def test_one_frame_may_be_mapped_twice(area: VmapArea) -> None:
    mapping = area.map(frames_of(area.memory, 9, 9))
    mapping.write(5, b"twice")
    assert mapping.read(PAGE_SIZE + 5, 5) == b"twice"
    mapping.close()


def test_any_bytes_like_object_can_be_written(mapping: Mapping) -> None:
    mapping.write(PAGE_SIZE - 1, bytearray(b"one"))
    mapping.write(PAGE_SIZE + 2, memoryview(b"two"))
    assert mapping.read(PAGE_SIZE - 1, 6) == b"onetwo"


def test_open_mappings_are_counted(area: VmapArea) -> None:
    first = area.map(frames_of(area.memory, 1))
    second = area.map(frames_of(area.memory, 1, 2))
    assert area.live == 2
    first.close()
    assert area.live == 1
    first.close()
    assert area.live == 1
    second.close()
    assert area.live == 0


def test_a_closed_mapping_reaches_nothing(area: VmapArea) -> None:
    mapping = area.map(frames_of(area.memory, 1))
    mapping.close()
    assert mapping.size == 0
    with pytest.raises(ValueError, match="not within"):
        mapping.read(0, 1)
    with pytest.raises(ValueError, match="not within"):
        mapping.write(0, b"x")


def test_a_mapping_never_closed_is_an_error_when_the_area_closes(memory: Memory) -> None:
    area = VmapArea(memory)
    left = area.map(frames_of(memory, 1))
    with pytest.raises(RuntimeError, match="1 vmap mappings were never closed"):
        area.close()
    assert left.size == 0
    area.close()


def test_a_frame_outside_machine_memory_is_refused(area: VmapArea) -> None:
    with pytest.raises(MachineAddressError, match="not machine memory"):
        area.map(frames_of(area.memory, 1, area.memory.size // PAGE_SIZE))
    with pytest.raises(ValueError, match="no frames"):
        area.map([])
    assert area.live == 0


@pytest.mark.skipif(not paged_is_possible(), reason="needs a host with pages of 4 KiB")
def test_the_paged_kind_uses_address_space_again_and_unmaps_what_was_closed(memory: Memory) -> None:
    area = VmapArea(memory)
    mapping = area.map(frames_of(memory, 5, 7))
    assert isinstance(mapping, PagedMapping)
    mapping.write(0, b"old")
    mapping.close()
    again = area.map(frames_of(memory, 8, 6))
    assert isinstance(again, PagedMapping)
    assert again.host_address == mapping.host_address
    assert again.read(0, 3) == bytes(3)
    again.close()
    area.close()
