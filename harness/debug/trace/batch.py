"""Hypercalls on their way into a trace, handled in batches, because there may be a million in a second.

The same call of the same vCPU looks the same except for its time, so each format renders it once and keeps the result.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from harness.events import HypercallMade

_BATCH = 256
"""Small enough to stay in the CPU's cache, and below the number of objects that starts Python's garbage collector."""
_MOST_KNOWN = 4096

T = TypeVar("T")


class Known(dict[tuple[Any, ...], T], Generic[T]):
    """Results of ``make`` for hypercalls, by all fields except the time (``event[1:]``)."""

    def __init__(self, make: Callable[[HypercallMade], T]) -> None:
        self._make = make

    def __missing__(self, call: tuple[Any, ...]) -> T:
        """Make the result, and keep it; the number kept is limited."""
        if len(self) >= _MOST_KNOWN:
            self.clear()
        made = self[call] = self._make(HypercallMade(0, *call))
        return made


class Batch:
    """Collects hypercalls for ``write``; call :meth:`flush` before writing anything else, to keep the order."""

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
        """Write the hypercalls collected so far."""
        if self.waiting:
            self._write(self.waiting)
            self.waiting.clear()
