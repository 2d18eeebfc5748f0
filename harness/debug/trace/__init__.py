"""Trace sinks: the event stream as a file, to read, to process, or to view in Perfetto.

A format is a class that is constructed with a binary file and a :class:`TraceHeader`; ``listeners`` says which
function takes each kind of event, and ``close`` writes what remains.
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
    """The interface of a format."""

    @property
    def listeners(self) -> Mapping[type, Callable[[Any], None]]:
        """The function that takes each kind of event."""

    def close(self) -> None:
        """Write what remains: the stream has ended."""

    def cut(self, reason: str) -> None:
        """After ``close``, note that the trace ends although the stream goes on, and why."""


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
"""The formats by the suffix of the file's name."""


def trace_format(path: Path) -> str:
    """The format for a file of this name. Raises InputError for an unknown suffix."""
    if path.name.endswith(".perfetto.json"):
        raise InputError(f"{path}: a Perfetto trace is written as protobuf, not JSON: name it .pftrace")
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        known = ", ".join(f"{suffix} ({name})" for suffix, name in SUFFIXES.items())
        meant = suggestion(path.suffix, SUFFIXES)
        raise InputError(
            f"{path}: the suffix is not that of a trace format{meant}: give --trace-format, or one of {known}"
        ) from None


def own_trace(head: bytes) -> str | None:
    """The format of a trace that begins with these bytes; None if it is not a trace of the harness."""
    beginnings = {"json": json_lines.BEGINS, "text": text.BEGINS, "perfetto": perfetto_packets.BEGINS}
    return next((name for name, begins in beginnings.items() if head.startswith(begins)), None)


class Trace:
    """A trace that is being written. ``cut_short`` is the reason why it ends before the run; empty if it does not."""

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
    """Within the context, write every event to ``path``; None writes no trace.

    Without ``format_name`` the suffix of ``path`` decides. A regular file appears when the context ends. If the
    context ends by an exception, by Ctrl-C or because the disk is full, the trace contains everything up to the last
    event and a note that it was cut short, and ``tell`` is called with a line about it; before the first event, no
    file is left and an existing one stays as it was. A device or a pipe is written to directly. Raises InputError if
    nothing can be written.
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
            tell(f"{path}: the trace ends early: {trace.cut_short}; it contains everything up to then")


def _written(file: TraceFile, sink: Sink, events: EventBus, trace: Trace) -> Iterator[Trace]:
    """Write events while the caller runs; however that ends, the file then holds only whole events."""
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
        # If the disk is full, the file has kept room for these last words.
        file.go_on()
        with contextlib.suppress(OutputError):
            sink.cut(trace.cut_short)
            file.flush()
        raise


def _reason(error: BaseException) -> str:
    """Why a trace is cut short, in words."""
    match error:
        case KeyboardInterrupt():
            return "interrupted"
        case TimeUp():
            return "the time on the host is up"
        case BrokenPipeError():
            return "nobody reads the output any more"
        case OutputError():
            return "the file cannot take more"
        case InputError():
            return str(error)
        case Exception():
            return f"{type(error).__name__}: {error}"
    return "interrupted"
