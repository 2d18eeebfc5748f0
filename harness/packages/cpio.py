"""Writes cpio archives in the "newc" format, which Linux unpacks as its initial RAM file system.

Source: Linux, ``Documentation/driver-api/early-userspace/buffer-format.rst``.
"""

import stat
from collections.abc import Iterable
from dataclasses import dataclass

_TRAILER = "TRAILER!!!"


@dataclass(frozen=True)
class Member:
    """A file, directory (no content), symbolic link (its target) or character device of an archive.

    ``mode`` is the file's type and permissions, as ``st_mode``; ``device`` are the major and minor numbers of a device.
    """

    path: str
    mode: int
    content: bytes = b""
    device: tuple[int, int] = (0, 0)


def directory(path: str) -> Member:
    """A directory that everybody may read."""
    return Member(path, stat.S_IFDIR | 0o755)


def program(path: str, content: bytes) -> Member:
    """A file that everybody may execute."""
    return Member(path, stat.S_IFREG | 0o755, content)


def link(path: str, target: str) -> Member:
    """A symbolic link."""
    return Member(path, stat.S_IFLNK | 0o777, target.encode())


def character_device(path: str, major: int, minor: int) -> Member:
    """A character device for root."""
    return Member(path, stat.S_IFCHR | 0o600, device=(major, minor))


def archive(entries: Iterable[Member]) -> bytes:
    """The archive of ``entries``, in their order; all belong to root, and all times are 0, so its bytes are stable."""
    written = b"".join(_packed(number, entry) for number, entry in enumerate(entries, 1))
    return written + _packed(0, Member(_TRAILER, 0))


def _packed(number: int, entry: Member) -> bytes:
    name = entry.path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(entry.mode) else 1
    fields = (number, entry.mode, 0, 0, links, 0, len(entry.content), 0, 0, *entry.device, len(name), 0)
    return _padded(b"070701" + b"".join(b"%08X" % field for field in fields) + name) + _padded(entry.content)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
