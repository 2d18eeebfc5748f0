"""Collects events with their positions instead of sending them to listeners, because a run may repeat the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from harness.debug.replay.position import Position, Tracker
from harness.debug.replay.scan import Scan
from harness.events import EventBus


@contextmanager
def diverted(
    events: EventBus, tracker: Tracker, heard: list[tuple[Position, Any]], scan: Scan | None = None
) -> Iterator[None]:
    """Within the context, append every event to ``heard`` and pass it to ``scan``."""

    def take(event: Any) -> None:
        heard.append((tracker.after, event))
        if scan is not None:
            scan.saw(event)

    ends = [events.listen(kind, _ignore) for kind in (scan.kinds if scan is not None else ())]
    ends.append(events.divert(take))
    try:
        yield
    finally:
        for end in reversed(ends):
            end()


def _ignore(_event: Any) -> None:
    """A listener that does nothing; events of a kind are emitted only if somebody listens."""
