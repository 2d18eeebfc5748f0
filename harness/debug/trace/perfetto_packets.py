"""Packets of a Perfetto trace: tracks, slices, instants, counters and flows (``protos/perfetto/trace/*.proto``).

Within a track, the times of slices never go back, so that slices nest properly. If the stream's times do (the clocks
of two pCPUs differ a little), the later time is used. The time stamp is the last field of a packet and has a fixed
length, so that everything before it can be prepared in advance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.debug.trace.protobuf import fixed64, number, sized, text, varint
from harness.debug.trace.trace_file import Sized

PACKET = 1
TIMESTAMP, SEQUENCE_ID, TRACK_EVENT, SEQUENCE_FLAGS, TRACK_DESCRIPTOR = 8, 10, 11, 13, 60
UUID, NAME, PARENT, COUNTER, CHILD_ORDERING, RANK = 1, 2, 5, 8, 11, 12
ANNOTATION, TYPE, TRACK_UUID, EVENT_NAME, COUNTER_VALUE, FLOW, TERMINATING_FLOW = 4, 9, 11, 23, 30, 47, 48
ANNOTATION_NAME, ANNOTATION_TEXT = 10, 6
COUNTER_UNIT, UNIT_TIME_NS = 3, 1
SLICE_BEGIN, SLICE_END, INSTANT, COUNTER_EVENT = 1, 2, 3, 4
EXPLICIT_ORDER = 3
INCREMENTAL_STATE_CLEARED = 1

_SEQUENCE = number(SEQUENCE_ID, 1)
BEGINS = sized(PACKET, _SEQUENCE + number(SEQUENCE_FLAGS, INCREMENTAL_STATE_CLEARED))
"""The first packet of every trace."""
_STAMP_BYTES = 8
CHUNK_BITS = 14
CHUNK = (1 << CHUNK_BITS) - 1
LOW_BITS = tuple(bytes((chunk & 0x7F | 0x80, chunk >> 7 | 0x80)) for chunk in range(CHUNK + 1))
"""The first two bytes of a time stamp (a varint: 7 bits in each byte), by its lowest 14 bits."""


@dataclass
class Track:
    """A track: its number, and when a slice last began or ended on it."""

    uuid: int
    last_ns: int = 0


class Packets:
    """Writes packets to ``out``."""

    def __init__(self, out: Sized) -> None:
        self.write = out.write
        self.last_ns = 0
        self._tracks: dict[str, Track] = {}
        self.write(BEGINS)

    # -- Tracks -------------------------------------------------------------------------------------------------

    def group(self, name: str, rank: int) -> Track:
        """A new track that contains others, in the order of their ranks."""
        return self._named(name, number(CHILD_ORDERING, EXPLICIT_ORDER) + number(RANK, rank))

    def track(self, name: str, parent: Track, rank: int) -> Track:
        """The track of this name, made when first asked for."""
        return self._tracks.get(name) or self._named(name, number(PARENT, parent.uuid) + number(RANK, rank))

    def counter(self, name: str, parent: Track, rank: int) -> Track:
        """The counter of this name, in ns, made when first asked for."""
        found = self._tracks.get(name)
        if found is not None:
            return found
        unit = sized(COUNTER, number(COUNTER_UNIT, UNIT_TIME_NS))
        return self._named(name, number(PARENT, parent.uuid) + number(RANK, rank) + unit)

    def _named(self, name: str, how: bytes) -> Track:
        track = self._tracks[name] = Track(len(self._tracks) + 1)
        self.write(
            sized(PACKET, _SEQUENCE + sized(TRACK_DESCRIPTOR, number(UUID, track.uuid) + text(NAME, name) + how))
        )
        return track

    # -- Events -------------------------------------------------------------------------------------------------

    def begin(self, track: Track, time_ns: int, name: str, notes: Mapping[str, str]) -> None:
        """Begin a slice within the innermost open one."""
        track.last_ns = self._put(track, time_ns, self.begun(track, name, notes))

    def end(self, track: Track, time_ns: int) -> None:
        """End the innermost open slice."""
        track.last_ns = self._put(track, time_ns, self.ended(track))

    def instant(
        self,
        track: Track,
        time_ns: int,
        name: str,
        notes: Mapping[str, str] | None = None,
        *,
        begins: Iterable[int] = (),
        ends: int | None = None,
    ) -> None:
        """Write an instant event; it ``begins`` the flows with these numbers, or ``ends`` one."""
        flows = b"".join(fixed64(FLOW, flow) for flow in begins)
        if ends is not None:
            flows += fixed64(TERMINATING_FLOW, ends)
        event = number(TYPE, INSTANT) + text(EVENT_NAME, name) + _notes(notes or {}) + flows
        self._put(track, time_ns, _packet(track, event))

    def count(self, track: Track, time_ns: int, value: int) -> None:
        """Set a counter to a value from this time on."""
        event = number(TYPE, COUNTER_EVENT) + number(COUNTER_VALUE, value)
        self._put(track, time_ns, _packet(track, event))

    def begun(self, track: Track, name: str, notes: Mapping[str, str]) -> bytes:
        """The packet that begins a slice, without its time stamp."""
        return _packet(track, number(TYPE, SLICE_BEGIN) + text(EVENT_NAME, name) + _notes(notes))

    def ended(self, track: Track) -> bytes:
        """The packet that ends a slice, without its time stamp."""
        return _packet(track, number(TYPE, SLICE_END))

    def _put(self, track: Track, time_ns: int, packet: bytes) -> int:
        time_ns = max(time_ns, track.last_ns)
        self.last_ns = max(self.last_ns, time_ns)
        self.write(packet + LOW_BITS[time_ns & CHUNK] + high_bits(time_ns >> CHUNK_BITS))
        return time_ns


def high_bits(window: int) -> bytes:
    """The last six bytes of a time stamp, by its bits from 14 up: a varint of eight bytes is enough for two years."""
    least = LOW_BITS[window & CHUNK] + LOW_BITS[window >> CHUNK_BITS & CHUNK]
    most = window >> 2 * CHUNK_BITS
    return least + bytes((most & 0x7F | 0x80, most >> 7 & 0x7F))


def _packet(track: Track, event: bytes) -> bytes:
    fields = _SEQUENCE + sized(TRACK_EVENT, number(TRACK_UUID, track.uuid) + event) + varint(TIMESTAMP << 3)
    return varint(PACKET << 3 | 2) + varint(len(fields) + _STAMP_BYTES) + fields


def _notes(notes: Mapping[str, str]) -> bytes:
    return b"".join(
        sized(ANNOTATION, text(ANNOTATION_NAME, name) + text(ANNOTATION_TEXT, value)) for name, value in notes.items()
    )
