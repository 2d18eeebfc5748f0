"""vmap: scattered machine frames as one contiguous buffer, as Xen's function of that name makes them.

There are two kinds with one interface. The paged kind maps each frame of the shared memory object once more, side by
side in the host's address space, so that data across two frames is contiguous. The segmented kind looks up the frame
at every access, for hosts whose pages are not 4 KiB. With both, every CPU sees a write at once.
"""

import ctypes
import mmap
import os
from collections.abc import Sequence
from typing import Protocol

from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, MachineAddressError, Memory
from harness.shortage import shortage


class Mapping(Protocol):
    """Frames mapped side by side. Offsets are in bytes from the start of the first frame.

    An access outside the frames or after :meth:`close` is ValueError.
    """

    @property
    def size(self) -> int:
        """Length in bytes, a multiple of 4096; 0 once closed."""

    def read(self, offset: int, length: int) -> bytes:
        """Copy ``length`` bytes out."""

    def write(self, offset: int, data: bytes | bytearray | memoryview) -> None:
        """Copy ``data`` in."""

    def close(self) -> None:
        """Undo the mapping; a second time does nothing."""


class VmapArea:
    """Makes mappings of ``memory`` and counts them: ``live`` is the number of those not closed yet.

    Mappings are paged if the host's pages are 4 KiB, else segmented.
    Close the area before the memory; a mapping that is still open then is a leak and raises RuntimeError. Raises
    ResourceShortage if the host has no address space, or no room for another mapping.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._slots = _AddressSpace(memory.fd) if paged_is_possible() else None
        if self._slots is not None:
            memory.at_fork.append(self._slots.part_from_parent)
        self._live: set[SegmentedMapping | PagedMapping] = set()

    @property
    def live(self) -> int:
        """How many mappings are open."""
        return len(self._live)

    def map(self, frames: Sequence[int]) -> Mapping:
        """Map the frames with these mfns side by side, in this order; a frame may occur more than once."""
        for mfn in frames:
            if not self.memory.contains(mfn << PAGE_SHIFT, PAGE_SIZE):
                raise MachineAddressError(f"frame {mfn:#x} is not machine memory")
        if not frames:
            raise ValueError("a mapping of no frames")
        mapping = PagedMapping(self, self._slots, frames) if self._slots else SegmentedMapping(self, frames)
        self._live.add(mapping)
        return mapping

    def forget(self, mapping: "SegmentedMapping | PagedMapping") -> None:
        """Count ``mapping`` as closed; only mappings themselves call this."""
        self._live.discard(mapping)

    def close(self) -> None:
        """Release the reserved address space. RuntimeError if mappings are left, after closing those, too."""
        left = self.discard()
        if left:
            raise RuntimeError(f"{left} vmap mappings were never closed")

    def discard(self) -> int:
        """Close all mappings and release the reserved address space; return how many mappings were open."""
        left = list(self._live)
        for mapping in left:
            mapping.close()
        if self._slots is not None:
            self._slots.close()
        return len(left)


def paged_is_possible() -> bool:
    """Whether this host can map single 4 KiB frames at given addresses."""
    return os.name == "posix" and mmap.PAGESIZE == PAGE_SIZE


class SegmentedMapping:
    """A :class:`Mapping` that looks up the frame at every access."""

    def __init__(self, area: VmapArea, frames: Sequence[int]) -> None:
        memory = area.memory
        self._area = area
        self._bytes = memory.bytes
        self._starts = [(mfn << PAGE_SHIFT) - memory.base for mfn in frames]

    @property
    def size(self) -> int:
        """Length in bytes, a multiple of 4096; 0 once closed."""
        return len(self._starts) * PAGE_SIZE

    def read(self, offset: int, length: int) -> bytes:
        """Copy ``length`` bytes out."""
        return b"".join(self._bytes[start:end] for start, end in self._pieces(offset, length))

    def write(self, offset: int, data: bytes | bytearray | memoryview) -> None:
        """Copy ``data`` in."""
        source, done = memoryview(data).cast("B"), 0
        for start, end in self._pieces(offset, len(source)):
            self._bytes[start:end] = source[done : done + end - start]
            done += end - start

    def close(self) -> None:
        """Undo the mapping; a second time does nothing."""
        self._starts = []
        self._area.forget(self)

    def _pieces(self, offset: int, length: int) -> list[tuple[int, int]]:
        """(start, end) in the bytes of memory, one pair per frame touched."""
        _check_range(offset, length, self.size)
        pieces, end = [], offset + length
        while offset < end:
            in_frame = offset % PAGE_SIZE
            count = min(PAGE_SIZE - in_frame, end - offset)
            start = self._starts[offset >> PAGE_SHIFT] + in_frame
            pieces.append((start, start + count))
            offset += count
        return pieces


class PagedMapping:
    """A :class:`Mapping` by the host's own page tables."""

    def __init__(self, area: VmapArea, slots: "_AddressSpace", frames: Sequence[int]) -> None:
        self._area, self._slots = area, slots
        self._frame_count = len(frames)
        base = area.memory.base
        area.memory.mapped_elsewhere.update(frames)
        self.host_address = slots.take([(mfn << PAGE_SHIFT) - base for mfn in frames])
        buffer = (ctypes.c_ubyte * (len(frames) * PAGE_SIZE)).from_address(self.host_address)
        self._bytes = memoryview(buffer).cast("B")

    @property
    def size(self) -> int:
        """Length in bytes, a multiple of 4096; 0 once closed."""
        return self._frame_count * PAGE_SIZE

    def read(self, offset: int, length: int) -> bytes:
        """Copy ``length`` bytes out."""
        _check_range(offset, length, self.size)
        return bytes(self._bytes[offset : offset + length])

    def write(self, offset: int, data: bytes | bytearray | memoryview) -> None:
        """Copy ``data`` in."""
        end = offset + len(data)
        # Checked inline: this is the hot path of every published runstate. _check_range only raises the error.
        if not 0 <= offset <= end <= self._frame_count * PAGE_SIZE:
            _check_range(offset, len(data), self.size)
        self._bytes[offset:end] = data

    def close(self) -> None:
        """Undo the mapping; a second time does nothing."""
        if not self._frame_count:
            return
        self._bytes.release()
        self._slots.give_back(self.host_address, self._frame_count)
        self._frame_count = 0
        self._area.forget(self)


class _AddressSpace:
    """Ranges of the host's address space, reserved once and reused for mappings of the same number of frames."""

    _PROT_NONE = 0
    _MAP_FIXED = 0x10  # the same on Linux, macOS and the BSDs; Python's mmap module does not name it

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._free: dict[int, list[int]] = {}
        self._reserved: list[tuple[int, int]] = []
        self._taken: dict[int, list[int]] = {}
        """By address, the byte offsets of the frames that are mapped there."""
        libc = ctypes.CDLL(None, use_errno=True)
        self._mmap, self._munmap = libc.mmap, libc.munmap
        self._mmap.restype = ctypes.c_void_p
        self._mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
        self._munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]

    def take(self, offsets: Sequence[int]) -> int:
        """Map the frames at these byte offsets of the memory object side by side; return the host address."""
        free = self._free.get(len(offsets))
        address = free.pop() if free else self._reserve(len(offsets))
        try:
            self._map_frames(address, offsets, mmap.MAP_SHARED)
        except BaseException:
            self._free.setdefault(len(offsets), []).append(address)
            raise
        self._taken[address] = list(offsets)
        return address

    def _map_frames(self, address: int, offsets: Sequence[int], kind: int) -> None:
        first = 0
        for i in range(1, len(offsets) + 1):
            if i == len(offsets) or offsets[i] != offsets[i - 1] + PAGE_SIZE:  # a run ends: map it with one call
                self._map(
                    address + first * PAGE_SIZE,
                    (i - first) * PAGE_SIZE,
                    mmap.PROT_READ | mmap.PROT_WRITE,
                    kind | self._MAP_FIXED,
                    self._fd,
                    offsets[first],
                )
                first = i

    def part_from_parent(self) -> None:
        """In a forked child: make every mapping a private copy."""
        for address, offsets in self._taken.items():
            self._map_frames(address, offsets, mmap.MAP_PRIVATE)

    def give_back(self, address: int, frame_count: int) -> None:
        """Unmap the frames and keep the range for the next mapping of that size."""
        # Mapping inaccessible pages over the frames keeps the range reserved; munmap would let others take it.
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | self._MAP_FIXED
        self._taken.pop(address, None)
        self._map(address, frame_count * PAGE_SIZE, self._PROT_NONE, flags, -1, 0)
        self._free.setdefault(frame_count, []).append(address)

    def close(self) -> None:
        """Release all ranges to the host."""
        for address, length in self._reserved:
            self._munmap(address, length)
        self._reserved.clear()
        self._free.clear()

    def _reserve(self, frame_count: int) -> int:
        length = frame_count * PAGE_SIZE
        address = self._map(None, length, self._PROT_NONE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        self._reserved.append((address, length))
        return address

    def _map(self, address: int | None, length: int, protection: int, flags: int, fd: int, offset: int) -> int:
        result = self._mmap(address, length, protection, flags, fd, offset)
        if result is None or result == ctypes.c_void_p(-1).value:
            number = ctypes.get_errno()
            raise shortage(OSError(number, os.strerror(number)), "mapping frames side by side", length)
        return int(result)


def _check_range(offset: int, length: int, size: int) -> None:
    if offset < 0 or length < 0 or offset + length > size:
        raise ValueError(f"{length} bytes at offset {offset} are not within a mapping of {size} bytes")
