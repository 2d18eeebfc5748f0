"""Writes the user's output files, whole or not at all.

A file is written beside its target, under a hidden name, and replaces the target when it is complete: after a full
disk, Ctrl-C or a bug the old file is still there. A symbolic link stays a link: the file that it points to is replaced.
A device, a pipe and ``/dev/stdout`` cannot be replaced, and are written directly.
"""

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harness.errors import OutputError

_OWN_DESCRIPTORS = re.compile(r"/dev/fd|/proc/(\d+)(/task/\d+)?/fd")
_MOST_LINKS = 40


class Output:
    """An output that is being written to ``file``; :meth:`keep` or :meth:`drop` ends that.

    Raises OutputError if it cannot be written, before anything is changed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part: Path | None = None
        self._target = path
        try:
            descriptor = self._open()
            self.file = os.fdopen(descriptor, "wb", buffering=0)
        except BaseException as error:
            self._forget()
            raise _failure(path, error) if isinstance(error, OSError) else error from None

    @property
    def direct(self) -> bool:
        """Whether it is a device or a pipe: data written there cannot be taken back."""
        return self._part is None

    def _open(self) -> int:
        own = own_descriptor(self.path)
        if own is not None:
            return os.dup(own)
        self._target = Path(os.path.realpath(self.path))
        former = _status(self._target)
        if former is not None and not stat.S_ISREG(former.st_mode):
            return os.open(self._target, os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY)
        if former is not None and not os.access(self._target, os.W_OK):
            raise PermissionError(0, "the file there is read-only")
        if not self._target.parent.is_dir():
            # Name the directory as the user wrote it, unless the missing one is that of a link's target.
            missing = self._target.parent if self.path.parent.is_dir() else self.path.parent
            raise FileNotFoundError(0, f"there is no directory {missing}")
        self._part = self._target.with_name(f".harness-{os.urandom(6).hex()}")
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        if former is not None:  # the new file keeps the mode and, if this user may set it, the owner of the old one
            os.fchmod(descriptor, former.st_mode & 0o777)
            with contextlib.suppress(OSError):
                os.fchown(descriptor, former.st_uid, former.st_gid)
        return descriptor

    def keep(self) -> None:
        """Replace the target with the written file. Raises OutputError if that cannot be done."""
        try:
            self.file.close()
            if self._part is not None:
                self._part.replace(self._target)
                self._part = None
        except OSError as error:
            raise _failure(self.path, error) from None
        finally:
            self._forget()

    def drop(self) -> None:
        """Discard the written file; the target stays as it was."""
        with contextlib.suppress(OSError):
            self.file.close()
        self._forget()

    def _forget(self) -> None:
        if self._part is not None:
            with contextlib.suppress(OSError):
                self._part.unlink(missing_ok=True)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write an output in a ``with`` statement: it is replaced at its end, and unchanged after an exception.

    Raises OutputError if it cannot be written; BrokenPipeError if it is a pipe without a reader.
    """
    output = Output(path)
    try:
        with os.fdopen(os.dup(output.file.fileno()), "wb") as file:
            yield file
    except BaseException as error:
        output.drop()
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise _failure(path, error) from None
        raise
    output.keep()


def write_bytes(path: Path, data: bytes) -> None:
    """Write an output, whole or not at all. Raises as :func:`whole_file` does."""
    with whole_file(path) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """The same for a text, in UTF-8; surrogate escapes become the bytes that they stand for."""
    write_bytes(path, text.encode("utf-8", "surrogateescape"))


def check_writable(path: Path) -> None:
    """Check, before anything is run, that an output can be written, and leave no trace. Raises OutputError."""
    status = None
    with contextlib.suppress(OSError):
        status = path.stat()
    if status is None or stat.S_ISREG(status.st_mode):
        Output(path).drop()
    elif stat.S_ISDIR(status.st_mode):
        raise OutputError(f"{path}: cannot be written: this is a directory")
    elif stat.S_ISSOCK(status.st_mode) or not os.access(path, os.W_OK):
        raise OutputError(f"{path}: cannot be written: neither a file, nor a pipe or a device that can be written")


def own_descriptor(path: Path) -> int | None:
    """The number of the open file of this process that a path names, as ``/dev/stdout`` and ``>(command)`` do."""
    # Links are followed one by one: realpath would go on through /dev/fd/1 to the file behind it.
    place = str(path)
    for _ in range(_MOST_LINKS):
        folder, name = os.path.split(place)
        folder = os.path.realpath(folder)
        match = _OWN_DESCRIPTORS.fullmatch(folder)
        if match and name.isdecimal() and match[1] in (None, str(os.getpid())):
            return int(name)
        if not Path(place).is_symlink():
            return None
        place = os.path.join(folder, os.readlink(place))  # noqa: PTH115, PTH118 -- a Path would drop what `..' means
    return None


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _failure(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written: {error.strerror or error}")
