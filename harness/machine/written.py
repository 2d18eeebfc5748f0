"""Which frames of machine memory were written: asked of the host's kernel, so that no store costs anything extra.

Linux 6.7 and later write-protect pages and note by themselves which are written first (userfaultfd with
UFFD_FEATURE_WP_ASYNC; ``Documentation/admin-guide/mm/userfaultfd.rst``), and one ioctl reads and clears the notes
(PAGEMAP_SCAN; ``Documentation/admin-guide/mm/pagemap.rst``). The first store to a page after that costs a microsecond.
Where the kernel lacks either, or does not let this process use it, there is no tracker.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress

from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, Memory

_USERFAULTFD = {"x86_64": 323, "aarch64": 282}
"""The number of the system call, by machine."""
_UFFD_USER_MODE_ONLY = 1
_UFFD_API = 0xAA
_UFFDIO_API = 0xC018_AA3F
_UFFDIO_REGISTER = 0xC020_AA00
_REGISTER_MODE_WP = 1 << 1
_FEATURES = 1 << 0 | 1 << 12 | 1 << 13 | 1 << 15
"""PAGEFAULT_FLAG_WP, WP_HUGETLBFS_SHMEM, WP_UNPOPULATED, WP_ASYNC (``include/uapi/linux/userfaultfd.h``)."""
_PAGEMAP_SCAN = 0xC060_6610
_WP_MATCHING = 1 << 0
_CHECK_WPASYNC = 1 << 1
_PAGE_IS_WRITTEN = 1 << 1
_REGIONS = 4096
"""Runs of pages that one ioctl tells about."""


class WrittenFrames:
    """Tells which frames of ``memory`` were written since it was asked last; see :func:`track`."""

    def __init__(self, memory: Memory, fault_fd: int, page_map: int) -> None:
        self._memory = memory
        self._fds = fault_fd, page_map
        self._page_map = page_map
        self._regions = (ctypes.c_uint64 * (3 * _REGIONS))()

    def close(self) -> None:
        """Track no more."""
        for fd in self._fds:
            os.close(fd)

    def take(self) -> Iterator[tuple[int, int]]:
        """Yield (first mfn, number) of each run of frames written since the last call; from now on count anew.

        Some frames may be among them that were not written. Raises OSError if the kernel refuses.
        """
        import fcntl

        start, end = self._memory.host_address, self._memory.host_address + self._memory.size
        at, found = start, []
        while at < end:
            request = bytearray(
                struct.pack(
                    "<12Q",
                    *(96, _WP_MATCHING | _CHECK_WPASYNC, at, end, 0, ctypes.addressof(self._regions), _REGIONS),
                    *(0, 0, _PAGE_IS_WRITTEN, 0, _PAGE_IS_WRITTEN),
                )
            )
            count = fcntl.ioctl(self._page_map, _PAGEMAP_SCAN, request)
            found += [(self._regions[3 * index], self._regions[3 * index + 1]) for index in range(count)]
            (at,) = struct.unpack_from("<Q", request, 32)  # walk_end
        first_mfn = self._memory.base >> PAGE_SHIFT
        for first, behind in found:
            yield first_mfn + (first - start >> PAGE_SHIFT), behind - first >> PAGE_SHIFT
        # The kernel does not say that a page was written when it was released.
        released, self._memory.zeroed = self._memory.zeroed or [], []
        yield from released
        # Xen's own mappings of single frames (vmap) are not watched. There are few: they always count as written.
        yield from ((mfn, 1) for mfn in self._memory.mapped_elsewhere)


def track(memory: Memory) -> WrittenFrames | None:
    """Begin to track the frames of ``memory``; None if this host cannot. All frames count as written at first."""
    number = _USERFAULTFD.get(platform.machine())
    if sys.platform != "linux" or number is None or os.sysconf("SC_PAGESIZE") != PAGE_SIZE:
        return None
    fds: list[int] = []
    try:
        _open(memory, number, fds)
        tracker = WrittenFrames(memory, *fds)
        for _ in tracker.take():  # the kernel answers only now whether it can do this
            pass
        return tracker
    except OSError:
        for fd in fds:
            with suppress(OSError):
                os.close(fd)
        return None


def _open(memory: Memory, number: int, fds: list[int]) -> None:
    """Watch the memory's mapping, and add the file descriptors to ``fds``. Raises OSError."""
    import fcntl

    libc = ctypes.CDLL(None, use_errno=True)
    fault_fd = libc.syscall(number, os.O_CLOEXEC | os.O_NONBLOCK | _UFFD_USER_MODE_ONLY)
    if fault_fd < 0:
        raise OSError(ctypes.get_errno(), "userfaultfd")
    fds.append(fault_fd)
    fcntl.ioctl(fault_fd, _UFFDIO_API, struct.pack("<QQQ", _UFFD_API, _FEATURES, 0))
    where = struct.pack("<QQQQ", memory.host_address, memory.size, _REGISTER_MODE_WP, 0)
    fcntl.ioctl(fault_fd, _UFFDIO_REGISTER, where)
    fds.append(os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC))
