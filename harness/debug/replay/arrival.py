"""How a movement through a machine's history ended, and which hits end it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from harness.debug.replay.position import Position
from harness.debug.replay.stops import Hit
from harness.xen.outcome import Outcome


class Why(Enum):
    """Why a movement ended where it did."""

    HIT = "a stop was hit"
    MOVED = "the machine is where it was to go"
    END = "the guest ended, or waits for ever"
    LIMIT = "the limit is reached"
    START = "this is the start of the history"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a movement ended, and why: with the stop that was hit, or the outcome of the machine's run."""

    why: Why
    position: Position
    hit: Hit | None = None
    outcome: Outcome | None = None


def hits_after(start: Position, *, here: Callable[[Hit], bool]) -> Callable[[Hit], bool]:
    """A filter for hits: those after ``start`` count, and of those at ``start`` the ones that ``here`` accepts."""
    return lambda hit: hit.position > start or (hit.position == start and here(hit))
