"""Reads Perfetto traces back, by the wire format and the message definitions, and orders events as its viewer does."""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Event:
    time_ns: int
    kind: int  # 1 begins a slice, 2 ends one, 3 is an instant, 4 a counter's value
    track: str
    name: str
    notes: dict[str, str]
    flows: list[int]
    ended_flows: list[int]
    value: int


@dataclass
class PerfettoTrace:
    tracks: dict[int, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def of(self, track: str, kind: int) -> list[Event]:
        return [event for event in self.events if event.track == track and event.kind == kind]


@dataclass
class Slice:
    name: str
    begin: int
    end: int
    depth: int


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def message(data: bytes) -> dict[int, list]:
    fields: dict[int, list] = defaultdict(list)
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        match key & 7:
            case 0:
                value, at = varint(data, at)
            case 1:
                value, at = int.from_bytes(data[at : at + 8], "little"), at + 8
            case 2:
                size, at = varint(data, at)
                assert at + size <= len(data)
                value, at = data[at : at + size], at + size
            case other:
                raise AssertionError(f"wire type {other}")
        fields[key >> 3].append(value)
    return fields


def read(data: bytes) -> PerfettoTrace:
    trace = PerfettoTrace()
    for raw in message(data)[1]:
        packet = message(raw)
        assert packet[10] == [1], "every packet is of the one sequence"
        for descriptor in map(message, packet[60]):
            name = descriptor[2][0].decode()
            trace.tracks[descriptor[1][0]] = name
            if descriptor[5]:
                trace.parents[name] = trace.tracks[descriptor[5][0]]
        for event in map(message, packet[11]):
            notes = {note[10][0].decode(): note[6][0].decode() for note in map(message, event[4])}
            track, name = trace.tracks[event[11][0]], b"".join(event[23]).decode()
            value = event[30][0] if event[30] else 0
            trace.events.append(Event(packet[8][0], event[9][0], track, name, notes, event[47], event[48], value))
    trace.events.sort(key=lambda event: event.time_ns)  # stable: what comes first in the file stays first
    return trace


def slices(trace: PerfettoTrace) -> dict[str, list[Slice]]:
    """The slices of each track; an AssertionError where one ends that did not begin, or never ends."""
    done: dict[str, list[Slice]] = defaultdict(list)
    open_ones: dict[str, list[Slice]] = defaultdict(list)
    for event in trace.events:
        stack = open_ones[event.track]
        if event.kind == 1:
            stack.append(Slice(event.name, event.time_ns, -1, len(stack)))
            done[event.track].append(stack[-1])
        elif event.kind == 2:
            assert stack, f"a slice of {event.track} ends at {event.time_ns}, and none has begun"
            stack.pop().end = event.time_ns
    assert not any(open_ones.values())
    return done
