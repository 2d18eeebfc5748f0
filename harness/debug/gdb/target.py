"""The target of a debugger: a machine with its history, its threads, and a record of recent events."""

from collections import deque
from typing import Any

from harness import events
from harness.api import Machine
from harness.debug.gdb.threads import Threads
from harness.debug.replay.history import History
from harness.debug.replay.position import Position

_RECORDED = (
    events.HypercallMade,
    events.SmcccCall,
    events.VcpuUp,
    events.VcpuDown,
    events.ContextSwitch,
    events.RunstatePublished,
    events.UpdateStep,
    events.AreaRegistered,
    events.GuestException,
    events.DomainShutdown,
)
_MOST_EVENTS = 10_000


class GdbTarget:
    """One machine under a debugger. It outlives the connections of its clients."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._recent: deque[tuple[Position, Any]] = deque(maxlen=_MOST_EVENTS)
        for kind in _RECORDED:
            machine.events.listen(kind, _heard)
        self.history = History(machine)
        self.history.on_event = self._record
        self.threads = Threads(machine)

    def _record(self, position: Position, event: Any) -> None:
        if isinstance(event, _RECORDED):
            self._recent.append((position, event))

    def recent(self, *kinds: type) -> list[Any]:
        """Return the events up to the present position, of these kinds or any: the last 10,000 at most."""
        here = self.history.position
        return [event for at, event in self._recent if at <= here and (not kinds or type(event) in kinds)]

    def changed(self) -> None:
        """Record that the client changed the machine by hand. The future known so far is discarded."""
        here = self.history.position
        past = [each for each in self._recent if each[0] <= here]
        self._recent.clear()
        self._recent.extend(past)
        self.history.changed()

    def type(self, data: bytes) -> None:
        """Give the console input at the present position."""
        self.machine.type(data)
        self.changed()


def _heard(_event: Any) -> None:
    """A listener that does nothing; events of a kind are emitted only if somebody listens."""
