"""Trace sinks: the event stream as a file, to read, to process, or to look at in Perfetto.

A format is a class that is given a binary file and a :class:`Header`; ``listeners`` says which function takes each
kind of event, and ``close`` writes what is still to be said.
"""

import io
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from harness.debug.trace.header import Header
from harness.debug.trace.json_lines import JsonLines, as_json
from harness.debug.trace.kinds import KINDS
from harness.debug.trace.perfetto import Perfetto
from harness.debug.trace.text import Text
from harness.errors import InputError
from harness.events import EventBus
from harness.words import suggestion

__all__ = ["FORMATS", "KINDS", "Header", "as_json", "open_trace", "trace_format"]

_BUFFER = 1 << 20
"""Bytes that are kept before the system is asked to write."""


class Sink(Protocol):
    """What a format is."""

    @property
    def listeners(self) -> Mapping[type, Callable[[Any], None]]:
        """The function that takes each kind of event."""

    def close(self) -> None:
        """Write what is still to be said: the stream has ended."""


FORMATS: dict[str, Callable[[BinaryIO, Header], Sink]] = {"text": Text, "json": JsonLines, "perfetto": Perfetto}
SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".log": "text",
    ".jsonl": "json",
    ".json": "json",
    ".ndjson": "json",
    ".perfetto": "perfetto",
    ".pftrace": "perfetto",
    ".perfetto-trace": "perfetto",
}
"""The format that a file's name asks for."""


def trace_format(path: Path) -> str:
    """The format for a file of that name. Raises InputError for a suffix that says nothing."""
    if path.name.endswith(".perfetto.json"):
        raise InputError(f"{path}: a Perfetto trace is written as protobuf, not JSON: name it .pftrace")
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        known = ", ".join(f"{suffix} ({name})" for suffix, name in SUFFIXES.items())
        meant = suggestion(path.suffix, SUFFIXES)
        raise InputError(
            f"{path}: that suffix names no trace format{meant}: give --trace-format, or one of {known}"
        ) from None


class _Out(io.FileIO):
    """A file whose failure to take bytes (a full disk, a pipe that nobody reads) is bad input, not a bug."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            raise InputError(f"the trace cannot be written: {error.strerror}") from None


@contextmanager
def open_trace(path: Path | None, format_name: str | None, events: EventBus, header: Header) -> Iterator[None]:
    """Write every event to ``path`` while the context lasts; None writes none. The suffix names the format if need be.

    A regular file appears when the context ends, whole, unless it ends by bad input: then nothing is left or lost.
    A device or a pipe is written to as it is. Raises InputError where nothing can be written.
    """
    if path is None:
        yield
        return
    make = FORMATS[format_name or trace_format(path)]
    with _opened(path) as out:
        sink = make(out, header)
        ends = [events.listen(kind, listener) for kind, listener in sink.listeners.items()]
        try:
            yield
        finally:
            for end in ends:
                end()
        sink.close()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    direct = path.exists() and not path.is_file()
    try:
        fd, part = (
            (os.open(path, os.O_WRONLY), "") if direct else tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        )
    except OSError as error:
        raise InputError(f"{path}: no trace can be written there: {error.strerror}") from None
    keep = False
    try:
        with io.BufferedWriter(_Out(fd, "w"), _BUFFER) as out:
            yield out
        keep = True
    finally:
        if keep and not direct:
            Path(part).chmod(0o666 & ~_umask())
            Path(part).replace(path)
        elif not direct:
            Path(part).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
