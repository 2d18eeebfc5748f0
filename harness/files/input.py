"""Reads the files that a user names, up to a useful size, and refuses those that never end.

A file, a pipe, ``/dev/stdin`` and ``<(command)`` are inputs. A directory, a socket and a device are not, except for a
terminal, which ends with Ctrl-D, and ``/dev/null``, which is empty.
"""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from harness.errors import InputError

_MIB = 1 << 20
MOST_TEXT = 8 * _MIB
"""Bytes of a text that a person writes: a model, an order, a script."""
MOST_SOURCE = 64 * _MIB
"""Bytes of one file of assembler source; generated ones are long."""
MOST_BINARY = 1024 * _MIB
"""Bytes of a guest or hypervisor as a file: a kernel with all of its debug information."""
MOST_STREAM = 256 * _MIB
"""Bytes from a pipe, whose length is not known beforehand."""
_PIECE = _MIB


def read_bytes(path: Path, what: str, most: int = MOST_BINARY) -> bytes:
    """Read all of an input of at most ``most`` bytes; ``what`` says in messages what it should be (``a guest``).

    Raises InputError for an input that cannot be read, has no end, or is larger.
    """
    with open_input(path, what) as file:
        return read_all(file, str(path), what, most)


def read_text(path: Path, what: str, most: int = MOST_TEXT, errors: str = "strict") -> str:
    """Read all of a text in UTF-8, with the same limits. Raises InputError, also if it is not UTF-8."""
    try:
        return read_bytes(path, what, most).decode("utf-8", errors)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not text in UTF-8 (byte {error.start}): {what} is expected") from None


def open_input(path: Path, what: str) -> BinaryIO:
    """Open an input for reading. Raises InputError if it cannot be read, or never ends."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        if _is_socket(path):
            raise InputError(f"{path}: this is a socket, not {what}") from None
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    try:
        _check_kind(descriptor, path, what)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_all(file: BinaryIO, name: str, what: str, most: int) -> bytes:
    """Read the rest of an open input. Raises InputError if it has more than ``most`` bytes."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        most = min(most, MOST_STREAM)
    elif status.st_size > most:
        raise InputError(_too_large(name, what, most))
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := file.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise InputError(_too_large(name, what, most))
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}") from None
    return b"".join(pieces)


def _too_large(name: str, what: str, most: int) -> str:
    limit = f"{most // _MIB:,} MiB" if most >= _MIB else f"{most:,} bytes"
    return f"{name}: this is larger than {limit}, the most that is accepted for {what}"


def _check_kind(descriptor: int, path: Path, what: str) -> None:
    status = os.fstat(descriptor)  # of the open file, so that nothing can take its place after the check
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path}: this is a directory, not {what}")
    if stat.S_ISSOCK(status.st_mode):
        raise InputError(f"{path}: this is a socket, not {what}")
    if stat.S_ISBLK(status.st_mode) or (stat.S_ISCHR(status.st_mode) and not _ends(descriptor, status)):
        raise InputError(f"{path}: this is a device, not {what}: a file or a pipe is expected")


def _ends(descriptor: int, status: os.stat_result) -> bool:
    """Whether a character device has an end."""
    return os.isatty(descriptor) or os.path.samestat(status, Path(os.devnull).stat())


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except (OSError, ValueError):
        return False
