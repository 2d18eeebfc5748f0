"""Shortages of the host, in words: memory, open files, processes, disk space.

Nearly everything that this module needs is loaded early: during a shortage there may be no memory or file to load it.
"""

import errno
import os
from contextlib import suppress

from harness.errors import ResourceShortage

MEBIBYTE = 1 << 20
SPACE = "a command needs 5 GiB of address space, 1 GiB of that for each vCPU"
FILES = "a command needs 32, and 8 for each worker or machine more"


def shortage_of(error: BaseException, what: str = "", needed: int = 0) -> ResourceShortage | None:
    """The shortage that caused an exception, or None. ``what`` was tried, and ``needed`` is its size in bytes or 0."""
    if isinstance(error, ResourceShortage):
        return error
    number = error.errno if isinstance(error, OSError) else None
    file = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    at = f"{what}: " if what else ""
    loading = _cannot_load(error)
    if isinstance(error, MemoryError) or number == errno.ENOMEM or loading:
        return no_memory(what or loading, needed)
    match number:
        case errno.EMFILE:
            return ResourceShortage(f"{at}too many open files: {_limit('RLIMIT_NOFILE', 'ulimit -n')}; {FILES}")
        case errno.ENFILE:
            return ResourceShortage(f"{at}the host has no open files left")
        case errno.EAGAIN:
            return ResourceShortage(f"{at}no more processes or threads: {_limit('RLIMIT_NPROC', 'ulimit -u')}")
        case errno.EFBIG:
            return ResourceShortage(f"{at}a file would be too large: {_limit('RLIMIT_FSIZE', 'ulimit -f', 1024)}{file}")
        case errno.ENOSPC | errno.EDQUOT:
            return ResourceShortage(f"{at}no space is left on the device{file}")
        case errno.EROFS:
            return ResourceShortage(f"{at}the file system is read-only{file}")
        case errno.ENOENT if not _has_directory():
            return ResourceShortage(f"{at}the current directory has been removed: go to another one")
    return None


def no_memory(what: str = "", needed: int = 0) -> ResourceShortage:
    """A shortage of address space or memory, with the limit and the memory in use."""
    need = f" needs {-(-needed // MEBIBYTE):,} MiB more, and" if needed else ":"
    subject = f"{what}{need} there is not enough memory" if what else "not enough memory"
    return ResourceShortage(f"{subject}: {_limit('RLIMIT_AS', 'ulimit -v', MEBIBYTE)}{_memory_in_use()}; {SPACE}")


def _cannot_load(error: BaseException) -> str:
    """What could not be loaded because memory was short, or an empty text."""
    said = str(error)  # the dynamic loader and Unicorn's binding set no errno, so only the text tells
    if isinstance(error, ImportError) and ("map segment" in said or "allocate memory" in said):
        return f"loading {said.split(': ')[0]}"
    if isinstance(error, ImportError) and "dynamic library" in said:
        return "loading Unicorn"
    return ""


def _limit(name: str, command: str, unit: int = 1) -> str:
    """The limit of this process in words; if it has none, the host is the limit."""
    with suppress(ImportError, OSError, AttributeError):
        import resource

        limit = resource.getrlimit(getattr(resource, name))[0]
        if limit != resource.RLIM_INFINITY:
            return f"{command} allows {limit // unit:,}{' MiB' if unit == MEBIBYTE else ''}"
    return f"{command} sets no limit, the host does"


def _memory_in_use() -> str:
    with suppress(OSError, ValueError, MemoryError):
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 -- pathlib may not be loaded yet
            pages = int(file.read().split()[0])
        return f", {pages * os.sysconf('SC_PAGESIZE') // MEBIBYTE:,} MiB are in use"
    return ""


def _has_directory() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 -- as above
    except OSError:
        return False
    return True


def shortage(error: BaseException, what: str, needed: int = 0) -> ResourceShortage:
    """The shortage that caused a failure of ``what``, which can fail for no other reason."""
    return shortage_of(error, what, needed) or ResourceShortage(f"{what}: {getattr(error, 'strerror', None) or error}")
