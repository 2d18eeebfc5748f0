"""Trace sinks: the event stream as a file, to read, to process, or to look at in Perfetto.

A format is a class that is given a binary file and a :class:`TraceHeader`; ``listeners`` says which function takes each
kind of event, and ``close`` writes what is still to be said.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from harness.debug.trace import json_lines, perfetto_packets, text
from harness.debug.trace.header import TraceHeader
from harness.debug.trace.json_lines import JsonLines, as_json
from harness.debug.trace.kinds import KINDS
from harness.debug.trace.perfetto import Perfetto
from harness.debug.trace.text import Text
from harness.debug.trace.trace_file import Sized, TraceFile
from harness.errors import InputError, OutputError, TimeUp
from harness.events import EventBus
from harness.files.output import Output
from harness.words import suggestion

__all__ = ["FORMATS", "KINDS", "TraceHeader", "as_json", "open_trace", "own_trace", "trace_format"]


class Sink(Protocol):
    """What a format is."""

    @property
    def listeners(self) -> Mapping[type, Callable[[Any], None]]:
        """The function that takes each kind of event."""

    def close(self) -> None:
        """Write what is still to be said: the stream has ended."""

    def cut(self, reason: str) -> None:
        """Say, after ``close``, that the stream goes on where the trace ends, and why the trace does not."""


FORMATS: dict[str, Callable[[Sized, TraceHeader], Sink]] = {"text": Text, "json": JsonLines, "perfetto": Perfetto}
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


def own_trace(head: bytes) -> str | None:
    """The format of a trace that begins with these bytes; None for what is no trace of the harness."""
    beginnings = {"json": json_lines.BEGINS, "text": text.BEGINS, "perfetto": perfetto_packets.BEGINS}
    return next((name for name, begins in beginnings.items() if head.startswith(begins)), None)


class Trace:
    """A trace that is being written. ``cut_short`` is why it ends before the run does, if somebody says so."""

    def __init__(self) -> None:
        self.cut_short = ""


@contextmanager
def open_trace(
    path: Path | None,
    format_name: str | None,
    events: EventBus,
    header: TraceHeader,
    tell: Callable[[str], None] = lambda line: None,
) -> Iterator[Trace]:
    """Write every event to ``path`` while the context lasts; None writes none. The suffix names the format if need be.

    A regular file appears when the context ends. Where that ends by an exception, Ctrl-C or a full disk, the trace has
    all up to the last event, says at its end that it was cut short, and ``tell`` is given a line about it; before the
    first event nothing is left or lost. A device or a pipe is written to as it is. Raises InputError where nothing
    can be written.
    """
    trace = Trace()
    if path is None:
        yield trace
        return
    make = FORMATS[format_name or trace_format(path)]
    file = TraceFile(Output(path))
    try:
        yield from _written(file, make(file, header), events, trace)
    finally:
        if file.worth_keeping:
            file.keep()
        else:
            file.drop()
        if trace.cut_short and file.worth_keeping:
            tell(f"{path}: the trace ends early: {trace.cut_short}; all that happened until then is in it")


def _written(file: TraceFile, sink: Sink, events: EventBus, trace: Trace) -> Iterator[Trace]:
    """Write events while the caller waits; whatever ends that, the file then holds a whole number of them."""
    empty = file.size
    try:
        ends = [events.listen(kind, listener) for kind, listener in sink.listeners.items()]
        try:
            yield trace
        finally:
            for end in ends:
                end()
            sink.close()
        if trace.cut_short:
            sink.cut(trace.cut_short)
        file.flush()
        file.worth_keeping = True
    except BaseException as error:
        trace.cut_short = _reason(error)
        file.worth_keeping = file.size > empty
        file.go_on()
        with contextlib.suppress(OutputError):
            sink.cut(trace.cut_short)
            file.flush()
        raise


def _reason(error: BaseException) -> str:
    """Why a trace is cut short, for people."""
    match error:
        case KeyboardInterrupt():
            return "interrupted by Ctrl-C"
        case TimeUp():
            return "the time on the host is up"
        case BrokenPipeError():
            return "nobody reads the output any more"
        case OutputError():
            return "no more of it can be written"
        case InputError():
            return str(error)
        case Exception():
            return f"{type(error).__name__}: {error}"
    return "interrupted"
