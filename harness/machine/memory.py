"""Machine memory: every frame of the computer in one shared object.

One file without a name (memfd on Linux) holds all machine frames. It is mapped once as a whole; every CPU maps
that same mapping, and a vmap (``harness.machine.vmap``) maps single frames of it again, side by side. So a write
through any of them is seen by all, and nothing is ever copied to be kept in step.
"""

import ctypes
import mmap
import os
import sys
import tempfile
from collections.abc import Iterator

from harness.shortage import shortage_of

PAGE_SHIFT = 12
PAGE_SIZE = 1 << PAGE_SHIFT
PAGE_MASK = ~(PAGE_SIZE - 1)

MACHINE_RAM_BASE = 0x4000_0000
"""Machine address of the first frame, as on QEMU's virt board, the one that the real Xen is asked on."""


class MachineAddressError(Exception):
    """An access outside machine memory: a bug of the caller, never of a guest."""


class Memory:
    """``size`` bytes of machine memory at machine address ``base``, zero at first; both multiples of 2 MiB.

    Host pages are allocated only where something is touched, so a large memory costs nothing. ResourceShortage where
    the host has no address space or no open file for it.
    """

    def __init__(self, size: int, base: int = MACHINE_RAM_BASE) -> None:
        if size <= 0 or size % 0x20_0000 or base % 0x20_0000:
            raise ValueError(f"machine memory of {size:#x} bytes at {base:#x}: both must be multiples of 2 MiB")
        self.base = base
        self.size = size
        try:
            self.fd = _anonymous_file(size)
        except OSError as error:
            raise shortage_of(error, "machine memory", size) or error from None
        try:
            self.map = mmap.mmap(self.fd, size)
        except (OSError, MemoryError) as error:
            os.close(self.fd)
            raise shortage_of(error, "machine memory", size) or error from None
        self._anchor = ctypes.c_char.from_buffer(self.map)
        self.host_address = ctypes.addressof(self._anchor)
        self.bytes = memoryview(self.map)
        self.words = self.bytes.cast("Q")

    def close(self) -> None:
        """Give the memory back to the host. Every CPU and vmap on it must be closed before."""
        if self.fd < 0:
            return
        self.words.release()
        self.bytes.release()
        del self._anchor
        self.map.close()
        os.close(self.fd)
        self.fd = -1

    def contains(self, maddr: int, length: int = 1) -> bool:
        """Whether ``length`` bytes at machine address ``maddr`` are all memory."""
        offset = maddr - self.base
        return offset >= 0 and length >= 0 and offset + length <= self.size

    def _offset(self, maddr: int, length: int) -> int:
        if not self.contains(maddr, length):
            raise MachineAddressError(f"{length} bytes at machine address {maddr:#x} are not memory")
        return maddr - self.base

    def _doubleword(self, maddr: int) -> int:
        if maddr % 8:
            raise MachineAddressError(f"a doubleword at machine address {maddr:#x}, which is not a multiple of 8")
        return self._offset(maddr, 8) >> 3

    def read(self, maddr: int, length: int) -> bytes:
        """Copy ``length`` bytes out, from machine address ``maddr``."""
        offset = self._offset(maddr, length)
        return bytes(self.bytes[offset : offset + length])

    def write(self, maddr: int, data: bytes | bytearray | memoryview) -> None:
        """Copy ``data`` in, to machine address ``maddr``."""
        offset = self._offset(maddr, len(data))
        self.bytes[offset : offset + len(data)] = data

    def view(self, maddr: int, length: int) -> memoryview:
        """A writable window on ``length`` bytes at ``maddr``; release it before :meth:`close`."""
        offset = self._offset(maddr, length)
        return self.bytes[offset : offset + length]

    def read_u64(self, maddr: int) -> int:
        """The little-endian doubleword at ``maddr``, a multiple of 8; single-copy atomic."""
        return self.words[self._doubleword(maddr)]

    def write_u64(self, maddr: int, value: int) -> None:
        """Store a little-endian doubleword at ``maddr``, a multiple of 8; single-copy atomic."""
        self.words[self._doubleword(maddr)] = value

    def zero(self, maddr: int, length: int) -> None:
        """Make whole frames read as zero and give their host pages back; frame-aligned."""
        offset = self._offset(maddr, length)
        if (offset | length) % PAGE_SIZE:
            raise MachineAddressError(f"{length:#x} bytes at machine address {maddr:#x} are not whole frames")
        if hasattr(mmap, "MADV_REMOVE") and not (offset | length) % mmap.PAGESIZE:
            self.map.madvise(mmap.MADV_REMOVE, offset, length)
        else:
            self.bytes[offset : offset + length] = bytes(length)

    def touched(self) -> Iterator[tuple[int, int]]:
        """Yield (machine address, length) of every run of frames that may hold something else than zero."""
        if not hasattr(os, "SEEK_DATA"):
            yield self.base, self.size
            return
        at = 0
        while at < self.size:
            try:
                start = os.lseek(self.fd, at, os.SEEK_DATA)
            except OSError:  # ENXIO: no data beyond here
                return
            at = min(os.lseek(self.fd, start, os.SEEK_HOLE), self.size)
            yield self.base + start, at - start


def _anonymous_file(size: int) -> int:
    """Make a file of ``size`` zero bytes that has no name and lives in memory where the host can do that."""
    if sys.platform == "linux":
        fd = os.memfd_create("harness-machine-memory", os.MFD_CLOEXEC)
    else:
        fd, path = tempfile.mkstemp(prefix="harness-machine-memory-")
        os.unlink(path)  # noqa: PTH108 -- the file lives as long as the descriptor
    try:
        os.ftruncate(fd, size)
    except OSError:
        os.close(fd)
        raise
    return fd
