"""The pCPUs' tracks: which vCPU each runs, and the context switches that cause updates of runstate areas.

A flow leads from a switch to each update. Of two events at one instant, Perfetto puts the one first that comes first
in the file. A switch is therefore held back with its updates until nothing more can come between them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harness.debug.event_words import in_words, vcpu_name
from harness.debug.trace.perfetto_packets import Packets, Track
from harness.events import ContextSwitch, RunstatePublished, UpdateStep


@dataclass
class _Switch:
    """A context switch that is not yet written, the tracks of its vCPUs, and its updates so far."""

    event: ContextSwitch
    tracks: list[Track]
    updates: list[tuple[Track, int, str, Mapping[str, str], bool]] = field(default_factory=list)


class Switches:
    """Writes context switches and updates of areas; ``vcpu_track`` returns the track of a vCPU."""

    def __init__(self, packets: Packets, xen: Track, vcpu_track: Callable[[int, int], Track]) -> None:
        self._packets = packets
        self._xen = xen
        self._vcpu_track = vcpu_track
        self._waiting: dict[int, _Switch] = {}
        self._running: dict[int, Track] = {}
        self._flows = 1

    def switch(self, event: ContextSwitch) -> None:
        """Take a context switch: a pCPU goes from one vCPU to another."""
        self._settle(event.pcpu)
        track = self._packets.track(f"pCPU {event.pcpu}", self._xen, event.pcpu)
        if event.pcpu in self._running:
            self._packets.end(track, event.time_ns)
        self._running[event.pcpu] = track
        self._packets.begin(track, event.time_ns, vcpu_name(event.next), {})
        keys = [key for key in (event.previous, event.next) if key is not None]
        self._waiting[event.pcpu] = _Switch(event, [self._vcpu_track(*key) for key in keys])

    def update(
        self, event: RunstatePublished | UpdateStep, name: str, notes: Mapping[str, str], *, flow: bool = True
    ) -> None:
        """Take an update of an area, arrived or lost, within its pCPU's switch; without ``flow``, a step of one."""
        track = self._vcpu_track(event.domain, event.vcpu)
        waiting = self._waiting.get(event.pcpu)
        if waiting is None:
            self._packets.instant(track, event.time_ns, name, notes)
        else:
            waiting.updates.append((track, event.time_ns, name, notes, flow))

    def settle(self, track: Track) -> None:
        """Write any switch that is held back for a vCPU's track; call it before writing anything else to the track."""
        for pcpu in [pcpu for pcpu, waiting in self._waiting.items() if track in waiting.tracks]:
            self._settle(pcpu)

    def close(self) -> None:
        """Write the switches held back, and end the pCPUs' slices."""
        for pcpu in tuple(self._waiting):
            self._settle(pcpu)
        for track in self._running.values():
            self._packets.end(track, self._packets.last_ns)

    def _settle(self, pcpu: int) -> None:
        waiting = self._waiting.pop(pcpu, None)
        if waiting is None:
            return
        flows = range(self._flows, self._flows + sum(flow for *_, flow in waiting.updates))
        self._flows = flows.stop
        numbers = iter(flows)
        track = self._running[pcpu]
        what = {"what": in_words(waiting.event).details}
        self._packets.instant(track, waiting.event.time_ns, "context switch", what, begins=flows)
        for at, time_ns, name, notes, flow in waiting.updates:
            self._packets.instant(at, time_ns, name, notes, ends=next(numbers) if flow else None)
