"""The event stream as JSON lines, and back.

The first line is the header: ``{"trace": "harness", "version": 1, "guest": ..., "model": ..., "vcpus": ...}``. Each
further line is one event: ``event`` names its type (:mod:`harness.events`), and the other members are its fields,
under their names there. Times are ns of Xen system time, registers are unsigned 64-bit numbers, bytes are text with
one character (Latin-1) per byte, and an absent value is null. A hypercall also has its ``words``. A trace that was cut
short ends with an object that is not an event: ``{"trace": "ends early", "reason": ...}``. New versions may add
members and types.
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
"""The possible lengths of the fields that are tuples, by name."""
_STATES = ("old", "new")
_EARLY = "ends early"
_LONGEST_LINE = 1 << 20
"""In bytes; real lines are much shorter, because console output comes in small pieces."""


@dataclasses.dataclass(frozen=True, slots=True)
class CutShort:
    """The last line of a trace that ends before its run, with the reason in words."""

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
        """The function that takes each kind of event."""
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
        """Write a last object that is not an event."""
        self._out.write(json.dumps({"trace": _EARLY, "reason": reason}).encode() + b"\n")


def _members(event: HypercallMade) -> str:
    """A hypercall's line without its beginning, which is the event's type and the time, the first member."""
    return json.dumps({**event._asdict(), "words": in_words(event).details}).partition(",")[2] + "\n"


def as_json(event: object) -> str:
    """Return one event as a JSON object."""
    kind = type(event)
    values = {name: getattr(event, name) for name in fields_of(kind)}
    for name, value in values.items():
        if isinstance(value, bytes):
            values[name] = value.decode("latin-1")
    return json.dumps({"event": kind.__name__, **values})


def read_trace(name: str, file: BinaryIO) -> tuple[TraceHeader, Iterator[object | CutShort]]:
    """Read the header and the events of an open trace; ``name`` is its name in error messages.

    A trace that was cut short ends with a :class:`CutShort`. Raises InputError, which names the faulty line.
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
        elif values.get("trace") == _EARLY:  # anything else is from a later version, and is skipped
            yield CutShort(str(values.get("reason", "")))


def _line(name: str, number: int, file: BinaryIO) -> bytes:
    try:
        line = file.readline(_LONGEST_LINE)
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}") from None
    if len(line) == _LONGEST_LINE:
        raise InputError(f"{name}:{number}: not a line of a trace: too long")
    return line


def _object(name: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode(errors="replace"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InputError(f"{name}:{number}: not a line of a trace: expected a JSON object")
    return value


def _typed(name: str, number: int, kind: Callable[..., T], values: dict[str, Any]) -> T:
    """Construct an event, or the header, from its members. Raises InputError if one has a wrong type or value."""
    fields: dict[str, Any] = {}
    for member, is_right in _checks(kind).items():
        value = values.get(member)
        if isinstance(value, list):
            value = tuple(value)
        elif member == "data" and isinstance(value, str):
            value = value.encode("latin-1", "replace")
        if not is_right(value) or not _fits(member, value):
            raise InputError(f"{name}:{number}: {values.get('event', 'the header')} has an invalid {member}: {value!r}")
        fields[member] = value
    return kind(**fields)


@functools.cache
def _checks(kind: Any) -> dict[str, Callable[[Any], bool]]:
    hints = typing.get_type_hints(kind)
    return {name: functools.partial(_is_a, hints[name]) for name in fields_of(kind)}


def _fits(name: str, value: Any) -> bool:
    """Whether a field of the right type has a valid value."""
    if isinstance(value, tuple):
        return len(value) in _LENGTHS[name]
    return name not in _STATES or value in set(Runstate)


def _is_a(hint: Any, value: Any) -> bool:
    """Whether a value matches an annotation of an event's field: a class, a tuple of numbers, or a union."""
    if typing.get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(type(each) is int for each in value)
    if typing.get_origin(hint) is types.UnionType:
        return any(_is_a(each, value) for each in typing.get_args(hint))
    # Not isinstance: to Python, True is an int, but it is not a number in a trace.
    return type(value) is hint
