"""Machine memory, one shared object."""

import mmap
import os
from collections.abc import Iterator

import pytest

from harness.machine.memory import PAGE_SIZE, MachineAddressError, Memory


@pytest.fixture
def memory() -> Iterator[Memory]:
    memory = Memory(4 << 20)
    yield memory
    memory.close()


@pytest.mark.parametrize(("size", "base"), [(0, 0x4000_0000), (-(2 << 20), 0), (4096, 0), (2 << 20, 0x4000_1000)])
def test_a_size_or_base_off_the_2_mib_grid_is_refused(size: int, base: int) -> None:
    with pytest.raises(ValueError, match="multiples of 2 MiB"):
        Memory(size, base)


def test_memory_is_zero_at_first_and_keeps_what_is_written(memory: Memory) -> None:
    assert memory.read(memory.base + 0x1234, 8) == bytes(8)
    memory.write(memory.base + 0x1234, b"kept")
    assert memory.read(memory.base + 0x1233, 6) == b"\0kept\0"


def test_words_are_little_endian(memory: Memory) -> None:
    memory.write_u64(memory.base + 16, 0x0102_0304_0506_0708)
    assert memory.read(memory.base + 16, 8) == bytes([8, 7, 6, 5, 4, 3, 2, 1])
    assert memory.read_u64(memory.base + 16) == 0x0102_0304_0506_0708


@pytest.mark.parametrize("offset", [-8, 4 << 20, (4 << 20) - 4])
def test_an_access_outside_is_an_error_that_names_the_address(memory: Memory, offset: int) -> None:
    maddr = memory.base + offset
    for access in (
        lambda: memory.read(maddr, 8),
        lambda: memory.write(maddr, bytes(8)),
        lambda: memory.view(maddr, 8),
        lambda: memory.read_u64(maddr),
        lambda: memory.write_u64(maddr, 1),
    ):
        with pytest.raises(MachineAddressError, match=f"{maddr:#x}"):
            access()


def test_a_negative_length_is_an_error(memory: Memory) -> None:
    with pytest.raises(MachineAddressError):
        memory.read(memory.base, -1)


def test_a_doubleword_off_the_grid_is_an_error(memory: Memory) -> None:
    with pytest.raises(MachineAddressError, match="multiple of 8"):
        memory.read_u64(memory.base + 4)
    with pytest.raises(MachineAddressError, match="multiple of 8"):
        memory.write_u64(memory.base + 1, 0)


def test_a_view_writes_through(memory: Memory) -> None:
    with memory.view(memory.base + 0x2000, 4) as view:
        view[:] = b"view"
    assert memory.read(memory.base + 0x2000, 4) == b"view"


def test_another_mapping_of_the_same_object_sees_every_write(memory: Memory) -> None:
    with mmap.mmap(memory.fd, memory.size) as other:
        memory.write(memory.base + 0x3000, b"shared")
        assert other[0x3000:0x3006] == b"shared"
        other[0x3006:0x3007] = b"!"
    assert memory.read(memory.base + 0x3000, 7) == b"shared!"


def test_zeroed_frames_read_as_zero_and_their_neighbours_keep_what_they_hold(memory: Memory) -> None:
    memory.write(memory.base, b"x" * 3 * PAGE_SIZE)
    memory.zero(memory.base + PAGE_SIZE, PAGE_SIZE)
    assert memory.read(memory.base, 3 * PAGE_SIZE) == b"x" * PAGE_SIZE + bytes(PAGE_SIZE) + b"x" * PAGE_SIZE


def test_zeroing_part_of_a_frame_is_refused(memory: Memory) -> None:
    memory.write(memory.base, b"x" * PAGE_SIZE)
    for maddr, length in ((memory.base, 100), (memory.base + 8, PAGE_SIZE)):
        with pytest.raises(MachineAddressError, match="whole frames"):
            memory.zero(maddr, length)
    assert memory.read(memory.base, PAGE_SIZE) == b"x" * PAGE_SIZE


def test_touched_runs_cover_everything_written_and_nothing_far_away(memory: Memory) -> None:
    written = [0, 5 * PAGE_SIZE, 6 * PAGE_SIZE, 1023 * PAGE_SIZE]
    for offset in written:
        memory.write(memory.base + offset, b"1")
    runs = list(memory.touched())
    for offset in written:
        assert any(start <= memory.base + offset < start + length for start, length in runs)
    if hasattr(os, "SEEK_DATA") and mmap.PAGESIZE == PAGE_SIZE:
        assert sum(length for _, length in runs) == 4 * PAGE_SIZE


def test_closing_twice_does_no_harm() -> None:
    memory = Memory(2 << 20)
    memory.close()
    memory.close()
    assert memory.fd == -1
