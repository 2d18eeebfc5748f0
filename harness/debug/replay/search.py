"""A search for the first hit of some stops, in stretches of a run that is watched all the while."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from harness.api import Machine
from harness.debug.replay.diversion import diverted
from harness.debug.replay.position import Position, Tracker
from harness.debug.replay.scan import Scan
from harness.debug.replay.stops import Hit, Stop
from harness.xen.outcome import Outcome


class Search:
    """Looks for the first hit of ``stops`` that ``counts``. A context: no probe is left when it ends.

    Between two stretches the probes stay where they are, because each change of them discards all translated code.
    """

    def __init__(
        self, machine: Machine, tracker: Tracker, stops: Iterable[Stop], counts: Callable[[Hit], bool]
    ) -> None:
        self.hit: Hit | None = None
        self._events = machine.events
        self._xen = machine.xen
        self._tracker = tracker
        self._counts = counts
        self._scan = Scan(self._xen, machine.domain, tracker, stops, self._found)
        self._watching: ExitStack | None = None

    def __enter__(self) -> "Search":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pause()

    def pause(self) -> None:
        """Remove all probes, so that the machine can be restored; the next stretch sets them again."""
        if self._watching is not None:
            self._watching.close()
            self._watching = None

    def run(self, to: int, interrupted: Callable[[], bool], heard: list[tuple[Position, Any]]) -> Outcome:
        """Run to an instruction number, and add the events to ``heard``.

        After a hit, the machine is left a little past it.
        """
        if self._watching is None:
            self._watching = ExitStack()
            self._watching.enter_context(self._scan.watching())
        with diverted(self._events, self._tracker, heard, self._scan):
            return self._tracker.run(to, lambda: self.hit is not None or interrupted())

    def _found(self, hit: Hit) -> None:
        if self.hit is None and self._counts(hit):
            self.hit = hit
            for vcpu in self._xen.vcpus.values():
                if vcpu.has_cpu:
                    vcpu.cpu.end_slice()
