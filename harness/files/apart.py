"""Checks that the files of a command are distinct: no output is also an input or another output, under any name."""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError
from harness.files.output import check_writable, own_descriptor

_STANDARD = ("standard input", "standard output", "standard error")


@dataclass(frozen=True, slots=True)
class Named:
    """A file, and the option or argument that named it: ``--trace``, ``GUEST``."""

    what: str
    path: Path

    def __str__(self) -> str:
        return f"{self.what} {self.path}"


def check_outputs(outputs: Iterable[Named], inputs: Iterable[Named] = ()) -> None:
    """Check, before a command starts, that it can write its outputs and destroys nothing by writing them.

    Raises InputError, which names both files, if an output is the same file as an input, as another output, or as the
    file that standard input, output or error is redirected to; OutputError if one cannot be written.
    """
    asked = list(outputs)
    check_apart(asked, inputs)
    for output in asked:
        check_writable(output.path)


def check_apart(outputs: Iterable[Named], inputs: Iterable[Named]) -> None:
    """The first half of :func:`check_outputs`, for inputs that are known only after others were read."""
    asked = list(outputs)
    if not asked:
        return
    taken: dict[tuple[object, ...], str] = {}
    for number, name in enumerate(_STANDARD):
        identity = _of_descriptor(number)
        if identity is not None:
            taken.setdefault(identity, f"what {name} is redirected to")
    for each in inputs:
        identity = _identity(each.path)
        if identity is not None:
            taken[identity] = str(each)
    mine: dict[tuple[object, ...], str] = {}
    for output in asked:
        identity = _identity(output.path, pipes=True)
        if identity is None:
            continue
        other = mine.get(identity)
        # /dev/stdout is by definition the same file as standard output: that is what the user asked for.
        if other is None and own_descriptor(output.path) is None:
            other = taken.get(identity)
        if other is not None:
            raise InputError(f"{output}: this is the same file as {other}; an output needs one of its own")
        mine[identity] = str(output)


def _identity(path: Path, *, pipes: bool = False) -> tuple[object, ...] | None:
    """A key that is equal for two names of one file; None for a device, and for a pipe unless ``pipes``."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return _of_nothing(path)
    return _of_status(status, pipes)


def _of_status(status: os.stat_result, pipes: bool) -> tuple[object, ...] | None:
    if stat.S_ISREG(status.st_mode) or (pipes and stat.S_ISFIFO(status.st_mode)):
        return status.st_dev, status.st_ino
    return None


def _of_descriptor(number: int) -> tuple[object, ...] | None:
    try:
        return _of_status(os.fstat(number), False)
    except OSError:
        return None


def _of_nothing(path: Path) -> tuple[object, ...]:
    """A key that is equal for two names of one file that does not exist yet: its directory, and its name there."""
    target = Path(os.path.realpath(path))
    try:
        folder = target.parent.stat()
    except (OSError, ValueError):
        return (str(target),)
    return folder.st_dev, folder.st_ino, target.name
