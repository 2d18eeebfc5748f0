"""The event stream as JSON lines, and back.

The first line is the header: ``{"trace": "harness", "version": 1, "guest": ..., "model": ..., "vcpus": ...}``. Each
further line is one event: ``event`` names its type (:mod:`harness.events`), the other members are its fields as they
are called there. Times are ns of Xen system time, registers whole numbers of 64 bits; bytes are text, a character for
each; what is absent is null. A hypercall has its ``words``, too. New versions may add members and types.
"""

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from harness.abi.runstate import Runstate
from harness.debug.event_words import in_words
from harness.debug.trace.batch import Batch, Known
from harness.debug.trace.header import TraceHeader
from harness.debug.trace.kinds import KINDS, fields_of
from harness.errors import InputError
from harness.events import HypercallMade

VERSION = 1
T = TypeVar("T")
_LENGTHS = {"times": (4,), "previous": (2,), "next": (2,), "arguments": (3, 5)}
"""How many numbers a field that is a tuple has, by its name."""
_STATES = ("old", "new")


class JsonLines:
    """Writes the lines."""

    def __init__(self, out: BinaryIO, header: TraceHeader) -> None:
        self._out = out
        self._members = Known(_members)
        self._hypercalls = Batch(self._write_hypercalls)
        first = {"trace": "harness", "version": VERSION, **dataclasses.asdict(header)}
        self._out.write(json.dumps(first).encode() + b"\n")

    @property
    def listeners(self) -> Mapping[type, Callable[[Any], None]]:
        """What is done with each kind of event."""
        return dict.fromkeys(KINDS.values(), self._event) | {HypercallMade: self._hypercalls.listener()}

    def _event(self, event: Any) -> None:
        self._hypercalls.flush()
        self._out.write(as_json(event).encode() + b"\n")

    def _write_hypercalls(self, batch: list[HypercallMade]) -> None:
        members = self._members
        lines = [f'{{"event": "HypercallMade", "time_ns": {event[0]},{members[event[1:]]}' for event in batch]
        self._out.write("".join(lines).encode())

    def close(self) -> None:
        """Write the last hypercalls."""
        self._hypercalls.flush()


def _members(event: HypercallMade) -> str:
    """All of a hypercall's line but its beginning, and its time that is the first member."""
    return json.dumps({**event._asdict(), "words": in_words(event).details}).partition(",")[2] + "\n"


def as_json(event: object) -> str:
    """Write one event as an object of JSON."""
    kind = type(event)
    values = {name: getattr(event, name) for name in fields_of(kind)}
    for name, value in values.items():
        if isinstance(value, bytes):
            values[name] = value.decode("latin-1")
    return json.dumps({"event": kind.__name__, **values})


def read_trace(path: Path) -> tuple[TraceHeader, Iterator[object]]:
    """Read a trace back: its header, and its events as they were. Raises InputError that names the line."""
    try:
        with path.open(encoding="utf-8") as lines:
            header = _object(path, 1, lines.readline())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or 'not text'}") from None
    if header.get("trace") != "harness" or header.get("version") != VERSION:
        raise InputError(f"{path}: not a trace in JSON lines, version {VERSION}, as harness run --trace F.jsonl writes")
    return _typed(path, 1, TraceHeader, header), _events(path)


def _events(path: Path) -> Iterator[object]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        next(lines)
        for number, line in enumerate(lines, 2):
            values = _object(path, number, line)
            kind = KINDS.get(str(values.get("event")))
            if kind is not None:  # else a later version's
                yield _typed(path, number, kind, values)


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise InputError(f"{path}:{number}: no line of a trace: an object of JSON is expected")
    return value


def _typed(path: Path, number: int, kind: Callable[..., T], values: dict[str, Any]) -> T:
    """Make an event, or the header, from its members, if they are what they should be."""
    fields: dict[str, Any] = {}
    for name, is_right in _checks(kind).items():
        value = values.get(name)
        if isinstance(value, list):
            value = tuple(value)
        elif name == "data" and isinstance(value, str):
            value = value.encode("latin-1", "replace")
        if not is_right(value) or not _fits(name, value):
            raise InputError(f"{path}:{number}: {values.get('event', 'the header')} has no proper {name}: {value!r}")
        fields[name] = value
    return kind(**fields)


@functools.cache
def _checks(kind: Any) -> dict[str, Callable[[Any], bool]]:
    hints = typing.get_type_hints(kind)
    return {name: functools.partial(_is_a, hints[name]) for name in fields_of(kind)}


def _fits(name: str, value: Any) -> bool:
    """Whether a field of the right type has a value that it can have."""
    if isinstance(value, tuple):
        return len(value) in _LENGTHS[name]
    return name not in _STATES or value in set(Runstate)


def _is_a(hint: Any, value: Any) -> bool:
    """Whether a value is of an annotation as events have them: a class, a tuple of numbers, or one of several."""
    if typing.get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(type(each) is int for each in value)
    if typing.get_origin(hint) is types.UnionType:
        return any(_is_a(each, value) for each in typing.get_args(hint))
    return type(value) is hint
