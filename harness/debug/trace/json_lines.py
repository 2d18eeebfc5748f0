"""The event stream as JSON lines, and back.

The first line is the header: ``{"trace": "harness", "version": 1, "guest": ..., "model": ..., "vcpus": ...}``. Each
further line is one event: ``event`` names its type (:mod:`harness.events`), the other members are its fields as they
are called there. Times are ns of Xen system time, registers whole numbers of 64 bits; bytes are text, a character for
each; what is absent is null. A hypercall has its ``words``, too. A trace that was cut short ends with an object that
is no event: ``{"trace": "ends early", "reason": ...}``. New versions may add members and types.
"""

import dataclasses
import functools
import itertools
import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, TypeVar

from harness.abi.runstate import Runstate
from harness.debug.event_words import in_words
from harness.debug.trace.batch import Batch, Known
from harness.debug.trace.header import TraceHeader
from harness.debug.trace.kinds import KINDS, fields_of
from harness.debug.trace.trace_file import Sized
from harness.errors import InputError
from harness.events import HypercallMade

VERSION = 1
BEGINS = b'{"trace": "harness"'
"""How every trace begins."""
T = TypeVar("T")
_LENGTHS = {"times": (4,), "previous": (2,), "next": (2,), "arguments": (3, 5)}
"""How many numbers a field that is a tuple has, by its name."""
_STATES = ("old", "new")
_EARLY = "ends early"
_LONGEST_LINE = 1 << 20
"""Bytes: a console's output is cut into far smaller pieces."""


@dataclasses.dataclass(frozen=True, slots=True)
class CutShort:
    """A trace's last line, where the run went on after it; why, in words."""

    reason: str


class JsonLines:
    """Writes the lines."""

    def __init__(self, out: Sized, header: TraceHeader) -> None:
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

    def cut(self, reason: str) -> None:
        """Write a last object that is no event."""
        self._out.write(json.dumps({"trace": _EARLY, "reason": reason}).encode() + b"\n")


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


def read_trace(name: str, file: BinaryIO) -> tuple[TraceHeader, Iterator[object | CutShort]]:
    """Read an open trace, called ``name`` in errors, back: its header, and its events as they were.

    A trace that was cut short ends with a :class:`CutShort`. Raises InputError that names the line that is wrong.
    """
    header = _object(name, 1, _line(name, 1, file))
    if header.get("trace") != "harness" or header.get("version") != VERSION:
        raise InputError(f"{name}: not a trace in JSON lines, version {VERSION}, as harness run --trace F.jsonl writes")
    return _typed(name, 1, TraceHeader, header), _events(name, file)


def _events(name: str, file: BinaryIO) -> Iterator[object | CutShort]:
    for number in itertools.count(2):
        line = _line(name, number, file)
        if not line:
            return
        values = _object(name, number, line)
        kind = KINDS.get(str(values.get("event")))
        if kind is not None:
            yield _typed(name, number, kind, values)
        elif values.get("trace") == _EARLY:  # else a later version's
            yield CutShort(str(values.get("reason", "")))


def _line(name: str, number: int, file: BinaryIO) -> bytes:
    try:
        line = file.readline(_LONGEST_LINE)
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}") from None
    if len(line) == _LONGEST_LINE:
        raise InputError(f"{name}:{number}: no line of a trace: it is longer than any")
    return line


def _object(name: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode(errors="replace"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InputError(f"{name}:{number}: no line of a trace: an object of JSON is expected")
    return value


def _typed(name: str, number: int, kind: Callable[..., T], values: dict[str, Any]) -> T:
    """Make an event, or the header, from its members, if they are what they should be."""
    fields: dict[str, Any] = {}
    for member, is_right in _checks(kind).items():
        value = values.get(member)
        if isinstance(value, list):
            value = tuple(value)
        elif member == "data" and isinstance(value, str):
            value = value.encode("latin-1", "replace")
        if not is_right(value) or not _fits(member, value):
            raise InputError(f"{name}:{number}: {values.get('event', 'the header')} has no proper {member}: {value!r}")
        fields[member] = value
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
