"""What a report shows of one run, collected from its events: plain lists that go into the page as they are.

Times are ns of Xen system time. What grows with the run is kept up to a limit, and what was left out is said.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.abi.runstate import Runstate
from harness.debug.call_words import hypercall
from harness.debug.event_words import in_words, state_name, vcpu_name
from harness.debug.trace.header import TraceHeader
from harness.events import (
    AreaRegistered,
    ConsoleOutput,
    HypercallMade,
    RunstateChange,
    RunstatePublished,
)

MOST_ROWS = 4000
"""Hypercalls, and events, that are kept: half of them from the beginning, half from the end."""
MOST_CHANGES = 6000
"""Changes of state, and updates, that are kept of each vCPU, from the beginning."""
MOST_CONSOLE = 20_000
"""Bytes of console that are kept."""
_STOLEN = (Runstate.RUNSTATE_runnable, Runstate.RUNSTATE_offline)


@dataclass
class Rows:
    """The first and the last events of a table that may be long; ``row`` makes one a row."""

    row: Callable[[Any], list[Any]]
    first: list[Any] = field(default_factory=list)
    last: deque[Any] = field(default_factory=lambda: deque(maxlen=MOST_ROWS // 2))
    count: int = 0

    def add(self, event: Any) -> None:
        """Take one more."""
        self.count += 1
        (self.first if len(self.first) < MOST_ROWS // 2 else self.last).append(event)

    def plain(self) -> dict[str, Any]:
        """The rows that were kept, how many there were, and after which some were left out."""
        rows = [self.row(event) for event in (*self.first, *self.last)]
        return {"rows": rows, "count": self.count, "gap": len(self.first)}


def _event_row(event: Any) -> list[Any]:
    words = in_words(event)
    return [event.time_ns, words.who, words.kind, words.details]


def _call_row(event: HypercallMade) -> list[Any]:
    call = hypercall(event.number, event.arguments)
    who, arguments = vcpu_name((event.domain, event.vcpu)), ", ".join(map(str, call.arguments))
    return [event.time_ns, who, call.name, arguments, call.result(event.result), event.took_ns]


@dataclass
class VcpuData:
    """The history of one vCPU."""

    name: str
    states: list[list[Any]] = field(default_factory=list)
    """[time, state]: it is in that state from then on."""
    true: list[list[int]] = field(default_factory=list)
    """[time, ns]: stolen time by the scheduler's history; in between it grows evenly or stands."""
    told: list[list[int]] = field(default_factory=list)
    """[time, ns]: stolen time by the area, from then on."""
    updates: list[list[Any]] = field(default_factory=list)
    """[time, whether it arrived, level, leaving, in words]."""
    arrived: int = 0
    lost: int = 0
    stolen_ns: int = 0
    area: str = ""
    cut_ns: int | None = None
    """From when on the history is not kept."""

    def plain(self) -> dict[str, Any]:
        """All of it, for the page."""
        told = self.told[-1][1] if self.told else None
        kept = {name: getattr(self, name) for name in ("name", "states", "true", "updates", "arrived", "lost", "area")}
        return {**kept, "told": self.told, "stolen": self.stolen_ns, "believed": told, "cut": self.cut_ns}


class RunData:
    """Collects events; :meth:`plain` is what the page gets."""

    def __init__(self, header: TraceHeader) -> None:
        self.header = header
        self.end = ""
        self.maps: list[dict[str, Any]] = []
        self.note = ""
        self._vcpus: dict[tuple[int, int], VcpuData] = {}
        self._calls = Rows(_call_row)
        self._events = Rows(_event_row)
        self._console = b""
        self._first_ns: int | None = None
        self._last_ns = 0
        self._main = 0 if header.dom0 else 1

    def take(self, event: Any) -> None:
        """Take the next event."""
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
            case ConsoleOutput(domain=self._main, data=data) if len(self._console) < MOST_CONSOLE:
                self._console += data
            case _:
                pass

    def _vcpu(self, key: tuple[int, int]) -> VcpuData:
        if key not in self._vcpus:
            self._vcpus[key] = VcpuData(vcpu_name(key))
        return self._vcpus[key]

    def _change(self, event: RunstateChange) -> None:
        vcpu = self._vcpu((event.domain, event.vcpu))
        if event.old in _STOLEN:
            vcpu.stolen_ns += event.time_in
        if len(vcpu.states) >= MOST_CHANGES:
            vcpu.cut_ns = vcpu.cut_ns or event.time_ns
            return
        if not vcpu.states:
            vcpu.states.append([event.time_ns - event.time_in, state_name(event.old)])
            vcpu.true.append([event.time_ns - event.time_in, 0])
        vcpu.states.append([event.time_ns, state_name(event.new)])
        vcpu.true.append([event.time_ns, vcpu.stolen_ns])

    def _update(self, event: RunstatePublished) -> None:
        vcpu = self._vcpu((event.domain, event.vcpu))
        whole = event.written == event.wanted
        vcpu.arrived += whole
        vcpu.lost += not whole
        vcpu.area = vcpu.area or f"{event.address:#x}"
        if len(vcpu.updates) < MOST_CHANGES:
            vcpu.updates.append([event.time_ns, int(whole), event.el, int(event.leaving), in_words(event).details])
        if whole:
            self._tell(vcpu, event.time_ns, event.times)

    def _register(self, event: AreaRegistered) -> None:
        vcpu = self._vcpu((event.domain, event.vcpu))
        vcpu.area = f"{event.address:#x}"
        if not event.fault:
            self._tell(vcpu, event.time_ns, event.times)

    def _tell(self, vcpu: VcpuData, time_ns: int, times: tuple[int, ...]) -> None:
        point = [time_ns, sum(times[state] for state in _STOLEN)]
        if len(vcpu.told) < MOST_CHANGES:
            vcpu.told.append(point)
        else:
            vcpu.told[-1] = point

    def _ended(self) -> Iterator[VcpuData]:
        """The vCPUs, their last state accounted for up to the end."""
        for _, vcpu in sorted(self._vcpus.items()):
            if vcpu.states and vcpu.cut_ns is None:
                since, state = vcpu.states[-1]
                if state in {state_name(each) for each in _STOLEN}:
                    vcpu.stolen_ns += self._last_ns - since
                vcpu.true.append([self._last_ns, vcpu.stolen_ns])
            yield vcpu

    def plain(self) -> dict[str, Any]:
        """All that the page shows of the run, of what JSON has. The run is over."""
        return {
            "title": self.header.model + (" (debug build)" if self.header.debug_build else ""),
            "what": str(self.header),
            "end": self.end,
            "note": self.note,
            "from": self._first_ns or 0,
            "to": self._last_ns,
            "vcpus": [vcpu.plain() for vcpu in self._ended()],
            "calls": self._calls.plain(),
            "events": self._events.plain(),
            "console": self._console.decode("utf-8", "replace"),
            "maps": self.maps,
        }
