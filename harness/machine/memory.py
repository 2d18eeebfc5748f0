"""Machine memory: every frame of the computer in one shared object.

One file without a name (memfd on Linux) holds all machine frames. It is mapped once as a whole; every CPU maps
that same mapping, and a vmap (``harness.machine.vmap``) maps single frames of it again, side by side. So a write
through one mapping is visible through all, and no copies have to be synchronised.

A forked child shares the file with its parent. So the child immediately maps every machine memory of the parent again,
as a private copy: nothing that the child does reaches the parent's machine.
"""

import ctypes
import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import ClassVar
from weakref import WeakSet, finalize

from harness.machine.lifetime import ClosedMemory, become
from harness.shortage import shortage

PAGE_SHIFT = 12
PAGE_SIZE = 1 << PAGE_SHIFT
PAGE_MASK = ~(PAGE_SIZE - 1)

MACHINE_RAM_BASE = 0x4000_0000
"""Machine address of the first frame, as on QEMU's virt board, where the real Xen's answers were recorded."""


class MachineAddressError(Exception):
    """An access outside machine memory: a bug in the caller, never in a guest."""


class Memory:
    """``size`` bytes of machine memory at machine address ``base``, zero at first; both multiples of 2 MiB.

    The host allocates a page only when it is touched, so a large memory costs nothing. Raises ResourceShortage if the
    host has no file or no address space left.
    """

    _living: ClassVar[WeakSet["Memory"]] = WeakSet()
    """All memories of this process: a fork copies the whole process, and none of them may be shared with the child."""

    def __init__(self, size: int, base: int = MACHINE_RAM_BASE) -> None:
        if size <= 0 or size % 0x20_0000 or base % 0x20_0000:
            raise ValueError(f"machine memory of {size:#x} bytes at {base:#x}: both must be multiples of 2 MiB")
        self.base = base
        self.size = size
        self.forked = False
        """Whether this is a forked child's private copy, which the parent's machine does not see."""
        self.mapped_elsewhere: set[int] = set()
        """Frames (mfns) that were ever mapped a second time in this process, where stores to them may come from."""
        self.zeroed: list[tuple[int, int]] | None = None
        """If it is a list: the first mfn and the number of frames of every :meth:`zero`, for whoever keeps track."""
        self.at_fork: list[Callable[[], None]] = []
        """Called in a forked child, to make the file's other mappings private, too."""
        self.fd, self.map = _shared_object(size)
        self._file = finalize(self, os.close, self.fd)
        self._file.atexit = False
        # While this exists, the mapping cannot be closed, so its address stays valid for every CPU.
        self._anchor = ctypes.c_char.from_buffer(self.map)
        self.host_address = ctypes.addressof(self._anchor)
        self.bytes = memoryview(self.map)
        self.words = self.bytes.cast("Q")
        self._living.add(self)

    @classmethod
    def part_from_parent(cls) -> None:
        """In a forked child: make private copies of all machine memories."""
        for memory in list(cls._living):
            memory.forked = True
            map_fixed(memory.host_address, memory.size, memory.fd, 0, private=True)
            for part in memory.at_fork:
                part()

    def close(self) -> None:
        """Release the memory to the host; any later use is MachineClosedError.

        Every CPU and vmap on it must be closed first.
        """
        self.words.release()
        self.bytes.release()
        del self._anchor
        with suppress(BufferError):  # a caller still holds a window: the mapping ends when the window is released
            self.map.close()
        self._file()
        self._living.discard(self)
        become(self, ClosedMemory)

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
        """A writable memoryview of ``length`` bytes at ``maddr``; release it before :meth:`close`."""
        offset = self._offset(maddr, length)
        return self.bytes[offset : offset + length]

    def read_u64(self, maddr: int) -> int:
        """The little-endian doubleword at ``maddr``, a multiple of 8; single-copy atomic."""
        return self.words[self._doubleword(maddr)]

    def write_u64(self, maddr: int, value: int) -> None:
        """Store a little-endian doubleword at ``maddr``, a multiple of 8; single-copy atomic."""
        self.words[self._doubleword(maddr)] = value

    def zero(self, maddr: int, length: int) -> None:
        """Set whole frames to zero and release their host pages; ``maddr`` and ``length`` are multiples of 4096."""
        offset = self._offset(maddr, length)
        if (offset | length) % PAGE_SIZE:
            raise MachineAddressError(f"{length:#x} bytes at machine address {maddr:#x} are not whole frames")
        if self.zeroed is not None:
            self.zeroed.append((maddr >> PAGE_SHIFT, length >> PAGE_SHIFT))
        # This punches a hole in the file: the host gets its pages back, and touched() skips them.
        if hasattr(mmap, "MADV_REMOVE") and not (offset | length) % mmap.PAGESIZE:
            self.map.madvise(mmap.MADV_REMOVE, offset, length)
        else:
            self.bytes[offset : offset + length] = bytes(length)

    def touched(self) -> Iterator[tuple[int, int]]:
        """Yield (machine address, length) of every run of frames that may contain anything but zeros."""
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


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=Memory.part_from_parent)


def _shared_object(size: int) -> tuple[int, mmap.mmap]:
    """Make a file of ``size`` zero bytes and map it. Raises ResourceShortage, leaving nothing behind."""
    fd = -1
    try:
        fd = _anonymous_file()
        os.ftruncate(fd, size)
        return fd, mmap.mmap(fd, size)
    except BaseException as error:
        if fd >= 0:
            os.close(fd)
        if isinstance(error, OSError | MemoryError):
            raise shortage(error, f"machine memory of {size >> 20:,} MiB") from None
        raise


def _anonymous_file() -> int:
    """Make an empty file without a name, in memory if the host can do that."""
    if sys.platform == "linux":
        return os.memfd_create("harness-machine-memory", os.MFD_CLOEXEC)
    fd, path = tempfile.mkstemp(prefix="harness-machine-memory-")
    os.unlink(path)  # noqa: PTH108 -- the file lives as long as the descriptor
    return fd


_MAP_FIXED = 0x10  # the same on Linux, macOS and the BSDs; Python's mmap module does not name it
_MAP_NORESERVE = 0x4000 if sys.platform == "linux" else 0


def map_fixed(address: int, length: int, fd: int, offset: int, *, private: bool) -> None:
    """Map a part of a file at an address, replacing this process's mapping there. Raises OSError.

    A ``private`` mapping shows the file's contents, and writes to it stay in this process.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    flags = _MAP_FIXED | (mmap.MAP_PRIVATE | _MAP_NORESERVE if private else mmap.MAP_SHARED)
    result = libc.mmap(address, length, mmap.PROT_READ | mmap.PROT_WRITE, flags, fd, offset)
    if result != address:
        error = ctypes.get_errno()
        raise OSError(error, f"mmap of {length} bytes: {os.strerror(error)}")
