"""How a movement through a machine's history ended, and which hits end one."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from harness.debug.replay.position import Position
from harness.debug.replay.stops import Hit
from harness.xen.outcome import Outcome


class Why(Enum):
    """Why a movement ended where it did."""

    HIT = "a stop was hit"
    MOVED = "it is where it was asked to go"
    END = "the guest ended, or waits for ever"
    LIMIT = "the limit is reached"
    START = "here the history begins"
    INTERRUPTED = "somebody asked it to stop"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a movement ended, and why: with the stop that was hit, or the outcome of the machine's run."""

    why: Why
    position: Position
    hit: Hit | None = None
    outcome: Outcome | None = None


def hits_after(start: Position, *, here: Callable[[Hit], bool]) -> Callable[[Hit], bool]:
    """Count the hits after ``start``, and of those right there the ones that ``here`` says yes to."""
    return lambda hit: hit.position > start or (hit.position == start and here(hit))
