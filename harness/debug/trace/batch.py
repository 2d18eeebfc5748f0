"""Hypercalls on their way into a trace: many at once, for there may be a million in a second.

The same call of the same vCPU reads the same but for its time, so what a format makes of it is made once and kept.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from harness.events import HypercallMade

_BATCH = 256
"""Few enough to stay in the cache, and below the number that makes Python look for garbage."""
_MOST_KNOWN = 4096

T = TypeVar("T")


class Known(dict[tuple[Any, ...], T], Generic[T]):
    """What ``make`` makes of a hypercall, by all of it but its time (``event[1:]``)."""

    def __init__(self, make: Callable[[HypercallMade], T]) -> None:
        self._make = make

    def __missing__(self, call: tuple[Any, ...]) -> T:
        """Make it, and remember it; not without bounds."""
        if len(self) >= _MOST_KNOWN:
            self.clear()
        made = self[call] = self._make(HypercallMade(0, *call))
        return made


class Batch:
    """Collects hypercalls for ``write``; whoever writes anything else asks for :meth:`flush` before."""

    def __init__(self, write: Callable[[list[HypercallMade]], None]) -> None:
        self._write = write
        self.waiting: list[HypercallMade] = []

    def listener(self) -> Callable[[HypercallMade], None]:
        """The function that takes hypercalls."""
        waiting = self.waiting
        append, flush = waiting.append, self.flush

        def take(event: HypercallMade) -> None:
            append(event)
            if len(waiting) >= _BATCH:
                flush()

        return take

    def flush(self) -> None:
        """Have written what was collected."""
        if self.waiting:
            self._write(self.waiting)
            self.waiting.clear()
