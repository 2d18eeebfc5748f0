"""The data of one run in a report, collected from its events: plain lists that go into the page as they are.

Times are ns of Xen system time. Histories and tables are kept whole up to a limit. Beyond it, entries that are close
in time are merged (:mod:`harness.debug.report.thinned`), rows of tables are left out, and the page says so.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.abi.runstate import Runstate
from harness.debug.call_words import hypercall
from harness.debug.event_words import in_words, vcpu_name
from harness.debug.report.columns import sparse, steps, table
from harness.debug.report.thinned import Thinned, add_shares, count_up, widen
from harness.debug.trace.header import TraceHeader
from harness.events import (
    AreaRegistered,
    ConsoleOutput,
    HypercallMade,
    RunstateChange,
    RunstatePublished,
)

MOST_ROWS = 200_000
"""Maximum number of hypercalls, and of events, in the page: half from the beginning, half from the end."""
MOST_DRAWN = 100_000
"""Maximum number of entries of one kind of history in the page, for all vCPUs together."""
MOST_CONSOLE = 200_000
"""Maximum number of console bytes in the page."""
_STOLEN = (Runstate.RUNSTATE_runnable, Runstate.RUNSTATE_offline)


@dataclass
class Rows:
    """The first and the last events of a table that may be long; ``row`` turns an event into a row."""

    row: Callable[[Any], list[Any]]
    first: list[Any] = field(default_factory=list)
    last: deque[Any] = field(default_factory=lambda: deque(maxlen=MOST_ROWS // 2))
    count: int = 0

    def add(self, event: Any) -> None:
        """Add an event."""
        self.count += 1
        (self.first if len(self.first) < MOST_ROWS // 2 else self.last).append(event)

    def plain(self) -> dict[str, Any]:
        """The packed rows, the total ``count``, and the number of rows before the ``gap`` of those left out."""
        rows = [self.row(event) for event in (*self.first, *self.last)]
        return {**table(rows), "count": self.count, "gap": len(self.first)}


def _event_row(event: Any) -> list[Any]:
    words = in_words(event)
    return [event.time_ns, words.who, words.kind, words.details]


def _call_row(event: HypercallMade) -> list[Any]:
    call = hypercall(event.number, event.arguments)
    who, arguments = vcpu_name((event.domain, event.vcpu)), ", ".join(map(str, call.arguments))
    return [
        event.time_ns,
        who,
        call.name,
        arguments,
        call.result(event.result),
        f"{event.took_ns:,}" if event.took_ns else "",
    ]


@dataclass
class VcpuData:
    """The history of one vCPU."""

    name: str
    states: Thinned = field(default_factory=lambda: Thinned(add_shares))
    """[from, to, ns in each state]: usually one state; several if entries were merged."""
    told: Thinned = field(default_factory=lambda: Thinned(widen))
    """[from, to, least, greatest, last]: stolen time as written to the area; a value is valid until the next one."""
    updates: Thinned = field(default_factory=lambda: Thinned(count_up, lambda entry: int(entry[2]), 4))
    """[from, to, arrived * 2 + leaving, number of updates, the first one in words]."""
    changes: int = 0
    now: int | None = None
    """The present state of the vCPU; ``since_ns`` is when it entered that state."""
    since_ns: int = 0
    arrived: int = 0
    lost: int = 0
    stolen_ns: int = 0
    believed_ns: int | None = None
    """Stolen time according to the area."""
    gap_ns: int | None = None
    """How far the area was behind, at most, when the vCPU began to run."""
    began: tuple[int, int] | None = None
    """When the vCPU last began to run, and its stolen time then, until the area has been compared for that instant."""
    area: str = ""

    def look_at_gap(self, time_ns: int) -> None:
        """Compare the area with the truth at the instant at which the vCPU began to run, once that instant is over."""
        # Xen updates the area after the change of state, at the same instant.
        if self.began is None or time_ns == self.began[0]:
            return
        if self.believed_ns is not None:
            self.gap_ns = max(self.gap_ns or 0, self.began[1] - self.believed_ns)
        self.began = None

    def plain(self, most: int) -> dict[str, Any]:
        """The data for the page, with at most ``most`` entries of each kind."""
        for history in (self.states, self.told, self.updates):
            history.thin_to(most)
        gap = 0 if self.gap_ns is None and self.told.count else self.gap_ns
        words: dict[str, int] = {}
        return {
            "name": self.name,
            "area": self.area,
            "arrived": self.arrived,
            "lost": self.lost,
            "stolen": self.stolen_ns,
            "believed": self.believed_ns,
            "gap": gap,
            "changes": self.changes,
            "merged": max(each.width_ns for each in (self.states, self.told, self.updates)),
            "states": {
                "from": steps(entry[0] for entry in self.states.entries),
                "end": self.states.entries[-1][1] if self.states.entries else 0,
                "state": "".join(str(_only_state(entry)) for entry in self.states.entries),
                "shares": [entry[2:] for entry in self.states.entries if _only_state(entry) == MIXED],
            },
            "told": {
                "from": steps(entry[0] for entry in self.told.entries),
                "length": sparse(entry[1] - entry[0] for entry in self.told.entries),
                "last": steps(entry[4] for entry in self.told.entries),
                "below": sparse(entry[4] - entry[2] for entry in self.told.entries),
                "above": sparse(entry[3] - entry[4] for entry in self.told.entries),
            },
            "updates": {
                "from": steps(entry[0] for entry in self.updates.entries),
                "length": sparse(entry[1] - entry[0] for entry in self.updates.entries),
                "kind": "".join(str(entry[2]) for entry in self.updates.entries),
                "more": sparse(entry[3] - 1 for entry in self.updates.entries),
                "words": [words.setdefault(entry[4], len(words)) for entry in self.updates.entries],
                "texts": list(words),
            },
        }


MIXED = 4
"""The state of an entry that covers several states."""


def _only_state(entry: list[Any]) -> int:
    states = [state for state, share in enumerate(entry[2:]) if share]
    return states[0] if len(states) == 1 else MIXED


class RunData:
    """Collects events; :meth:`plain` returns the data for the page."""

    def __init__(self, header: TraceHeader) -> None:
        self.header = header
        self.end = ""
        self.maps: list[dict[str, Any]] = []
        self.unseen = 0
        """How many directories there were besides those in ``maps``."""
        self.note = ""
        self._vcpus: dict[tuple[int, int], VcpuData] = {}
        self._calls = Rows(_call_row)
        self._events = Rows(_event_row)
        self._console = bytearray()
        self._written = 0
        self._first_ns: int | None = None
        self._last_ns = 0
        self._main = 0 if header.dom0 else 1

    def take(self, event: Any) -> None:
        """Add the next event."""
        if self._first_ns is None:
            self._first_ns = event.time_ns
        self._last_ns = max(self._last_ns, event.time_ns)
        self._events.add(event)
        match event:
            case HypercallMade():
                self._calls.add(event)
            case RunstateChange():
                self._change(event)
            case RunstatePublished():
                self._update(event)
            case AreaRegistered():
                self._register(event)
            case ConsoleOutput(domain=self._main, data=data):
                self._written += len(data)
                self._console += data[: MOST_CONSOLE - len(self._console)]
            case _:
                pass

    def _vcpu(self, key: tuple[int, int]) -> VcpuData:
        if key not in self._vcpus:
            self._vcpus[key] = VcpuData(vcpu_name(key))
        return self._vcpus[key]

    def _change(self, event: RunstateChange) -> None:
        vcpu = self._vcpu((event.domain, event.vcpu))
        vcpu.look_at_gap(event.time_ns)
        vcpu.changes += 1
        self._spent(vcpu, event.old, event.time_ns - event.time_in, event.time_ns)
        vcpu.now, vcpu.since_ns = event.new, event.time_ns
        if event.new == Runstate.RUNSTATE_running:
            vcpu.began = event.time_ns, vcpu.stolen_ns

    def _spent(self, vcpu: VcpuData, state: int, from_ns: int, to_ns: int) -> None:
        if to_ns == from_ns:
            return
        if state in _STOLEN:
            vcpu.stolen_ns += to_ns - from_ns
        vcpu.states.add([from_ns, to_ns, *(to_ns - from_ns if each == state else 0 for each in range(4))])

    def _update(self, event: RunstatePublished) -> None:
        vcpu = self._vcpu((event.domain, event.vcpu))
        vcpu.look_at_gap(event.time_ns)
        whole = event.written == event.wanted
        vcpu.arrived += whole
        vcpu.lost += not whole
        vcpu.area = vcpu.area or f"{event.address:#x}"
        kind = whole * 2 + event.leaving
        vcpu.updates.add([event.time_ns, event.time_ns, kind, 1, in_words(event).details])
        if whole:
            self._tell(vcpu, event.time_ns, event.times)

    def _register(self, event: AreaRegistered) -> None:
        vcpu = self._vcpu((event.domain, event.vcpu))
        vcpu.look_at_gap(event.time_ns)
        vcpu.area = f"{event.address:#x}"
        # An area that could not be filled has not told the guest anything.
        if not event.fault:
            self._tell(vcpu, event.time_ns, event.times)

    def _tell(self, vcpu: VcpuData, time_ns: int, times: tuple[int, ...]) -> None:
        value = vcpu.believed_ns = sum(times[state] for state in _STOLEN)
        vcpu.told.add([time_ns, time_ns, value, value, value])

    def _ended(self) -> list[VcpuData]:
        """The vCPUs; the time in their last state counts up to the end of the run."""
        for vcpu in self._vcpus.values():
            # The last instant is over now, so the comparison at it is due.
            vcpu.look_at_gap(self._last_ns + 1)
            if vcpu.now is not None:
                self._spent(vcpu, vcpu.now, vcpu.since_ns, self._last_ns)
        return [vcpu for _, vcpu in sorted(self._vcpus.items())]

    def plain(self) -> dict[str, Any]:
        """All data that the page shows of the run, as JSON values. To be called when the run is over."""
        vcpus = self._ended()
        most = MOST_DRAWN // max(1, len(vcpus))
        return {
            "title": self.header.model + (" (debug build)" if self.header.debug_build else ""),
            "what": str(self.header),
            "end": self.end,
            "note": self.note,
            "from": self._first_ns or 0,
            "to": self._last_ns,
            "vcpus": [vcpu.plain(most) for vcpu in vcpus],
            "calls": self._calls.plain(),
            "events": self._events.plain(),
            "console": self._console.decode("utf-8", "replace"),
            "written": self._written,
            "consoleKept": len(self._console),
            "maps": self.maps,
            "unseen": self.unseen,
        }
