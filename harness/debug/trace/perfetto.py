"""The event stream as a trace for Perfetto (ui.perfetto.dev): TrackEvent packets, exact to the nanosecond.

Every pCPU has a track with a slice for each vCPU that it runs. Every vCPU has a track with its states as slices and
its hypercalls within them, and counters of stolen time: the true one, and the one in its area. Updates of an area are
instants, with a flow from the context switch that caused them. An HVC takes the nanosecond in which it retired, so
every call is visible.
"""

from collections.abc import Callable, Mapping
from typing import Any

from harness import events
from harness.abi.runstate import Runstate
from harness.debug.call_words import hypercall, smccc
from harness.debug.event_words import in_words, state_name, vcpu_name
from harness.debug.trace.batch import Batch, Known
from harness.debug.trace.header import TraceHeader
from harness.debug.trace.perfetto_packets import CHUNK, CHUNK_BITS, LOW_BITS, Packets, Track, high_bits
from harness.debug.trace.perfetto_switches import Switches
from harness.debug.trace.trace_file import Sized
from harness.events import HypercallMade, RunstateChange, RunstatePublished

_STOLEN = (Runstate.RUNSTATE_runnable, Runstate.RUNSTATE_offline)
_Made = tuple[Track, bytes, bytes]
"""A hypercall's track, and the packets that begin and end its slice."""


class Perfetto:
    """Writes the packets."""

    def __init__(self, out: Sized, header: TraceHeader) -> None:
        self._packets = Packets(out)
        self._made = Known(self._make)
        self._hypercalls = Batch(self._write_hypercalls)
        self._states: dict[tuple[int, int], int] = {}
        self._stolen: dict[tuple[int, int], int] = {}
        self._guests: dict[int, Track] = {}
        xen = self._packets.group("Xen", 0)
        self._log = self._packets.track("log", xen, 1000)
        self._packets.instant(self._log, 0, f"harness: {header}")
        self._switches = Switches(self._packets, xen, self._vcpu)

    @property
    def listeners(self) -> Mapping[type, Callable[[Any], None]]:
        """The function that takes each kind of event."""
        others: dict[type, Callable[[Any], None]] = {
            events.SmcccCall: self._smccc,
            events.ContextSwitch: self._switches.switch,
            RunstateChange: self._change,
            RunstatePublished: self._publication,
            events.UpdateStep: self._step,
            events.AreaRegistered: self._registration,
            events.GuestException: self._instant,
            events.VcpuUp: self._instant,
            events.VcpuDown: self._instant,
            events.DomainShutdown: self._of_domain,
            events.ConsoleOutput: self._of_domain,
            events.XenLog: lambda event: self._packets.instant(self._log, event.time_ns, event.line),
        }
        ordered = {kind: self._after_hypercalls(listener) for kind, listener in others.items()}
        return {HypercallMade: self._hypercalls.listener(), **ordered}

    def _after_hypercalls(self, listener: Callable[[Any], None]) -> Callable[[Any], None]:
        def take(event: Any) -> None:
            self._hypercalls.flush()
            listener(event)

        return take

    # -- Tracks -------------------------------------------------------------------------------------------------

    def _guest(self, domain: int) -> Track:
        if domain not in self._guests:
            self._guests[domain] = self._packets.group(f"d{domain}", 1 + domain)
        return self._guests[domain]

    def _vcpu(self, domain: int, vcpu: int) -> Track:
        return self._packets.track(vcpu_name((domain, vcpu)), self._guest(domain), 10 * vcpu)

    def _settled(self, domain: int, vcpu: int) -> Track:
        """The track of a vCPU, ready to be written to: switches that wait for it are written first."""
        track = self._vcpu(domain, vcpu)
        self._switches.settle(track)
        return track

    def _stolen_by(self, who: str, domain: int, vcpu: int, rank: int) -> Track:
        name = f"{vcpu_name((domain, vcpu))} stolen time, {who}"
        return self._packets.counter(name, self._guest(domain), 10 * vcpu + rank)

    # -- Slices of a vCPU ---------------------------------------------------------------------------------------

    def _make(self, event: HypercallMade) -> _Made:
        track = self._vcpu(event.domain, event.vcpu)
        call = hypercall(event.number, event.arguments)
        notes = {"call": str(call), "result": call.result(event.result)}
        return track, self._packets.begun(track, call.name, notes), self._packets.ended(track)

    def _write_hypercalls(self, batch: list[HypercallMade]) -> None:
        """Write a slice for each hypercall: the nanosecond of its HVC, and the time that Xen took beyond that."""
        # This is a hot path: packets are prepared up to their time stamps, and the upper bytes of a stamp are made
        # only once for calls that are close in time.
        pieces: list[bytes] = []
        last: Track | None = None
        window, high, middle, made = -1, b"", b"", self._made
        for event in batch:
            time_ns = event[0]
            track, begin, end = made[event[1:]]
            began = time_ns - event[6] - 1
            if track is not last:
                self._packets.write(b"".join(pieces))
                pieces.clear()
                self._switches.settle(track)
                began, last, window = max(began, track.last_ns), track, -1
                time_ns = max(time_ns, began + 1)
            track.last_ns = time_ns
            if time_ns >> CHUNK_BITS == window == began >> CHUNK_BITS:
                pieces += (begin, LOW_BITS[began & CHUNK], middle, LOW_BITS[time_ns & CHUNK], high)
            else:
                window = time_ns >> CHUNK_BITS
                high = high_bits(window)
                middle = high + end
                pieces += (begin, LOW_BITS[began & CHUNK], high_bits(began >> CHUNK_BITS), end)
                pieces += (LOW_BITS[time_ns & CHUNK], high)
        self._packets.last_ns = max(self._packets.last_ns, time_ns)
        self._packets.write(b"".join(pieces))

    def _smccc(self, event: events.SmcccCall) -> None:
        track = self._settled(event.domain, event.vcpu)
        name = smccc(event.function, event.arguments).name
        self._packets.begin(track, event.time_ns - 1, name, {"call": in_words(event).details})
        self._packets.end(track, event.time_ns)

    def _change(self, event: RunstateChange) -> None:
        key = event.domain, event.vcpu
        track = self._settled(*key)
        # The first change of a vCPU also tells the state before it.
        if key not in self._states:
            self._packets.begin(track, event.time_ns - event.time_in, state_name(event.old), {})
        self._packets.end(track, event.time_ns)
        self._packets.begin(track, event.time_ns, state_name(event.new), {})
        self._states[key] = event.new
        before = self._stolen.get(key)
        if before is None or event.old in _STOLEN:
            self._stolen[key] = (before or 0) + (event.time_in if event.old in _STOLEN else 0)
            self._packets.count(self._stolen_by("true", *key, 1), event.time_ns, self._stolen[key])

    # -- Instants -----------------------------------------------------------------------------------------------

    def _publication(self, event: RunstatePublished) -> None:
        whole = event.written == event.wanted
        notes = {"what": in_words(event).details, **({} if whole else {"fault": event.fault})}
        self._switches.update(event, "area updated" if whole else "area NOT updated", notes)
        if whole:
            self._area(event)

    def _step(self, event: events.UpdateStep) -> None:
        name = f"{event.step}{' (seen late)' if event.late else ''}"
        self._switches.update(event, name, {"what": in_words(event).details}, flow=False)

    def _registration(self, event: events.AreaRegistered) -> None:
        self._instant(event)
        if not event.fault:
            self._area(event)

    def _area(self, event: RunstatePublished | events.AreaRegistered) -> None:
        stolen = sum(event.times[state] for state in _STOLEN)
        self._packets.count(self._stolen_by("by its area", event.domain, event.vcpu, 2), event.time_ns, stolen)

    def _instant(self, event: Any) -> None:
        words = in_words(event)
        track = self._settled(event.domain, event.vcpu)
        self._packets.instant(track, event.time_ns, words.kind, {"what": words.details})

    def _of_domain(self, event: Any) -> None:
        words = in_words(event)
        track = self._packets.track(f"d{event.domain} console and end", self._guest(event.domain), 1000)
        self._packets.instant(track, event.time_ns, words.details)

    def close(self) -> None:
        """End every open slice at the time of the last event."""
        self._hypercalls.flush()
        self._switches.close()
        for key in self._states:
            self._packets.end(self._vcpu(*key), self._packets.last_ns)

    def cut(self, reason: str) -> None:
        """Write an instant that says that the trace ends early."""
        self._packets.instant(self._log, self._packets.last_ns, f"harness: the trace ends early: {reason}")
