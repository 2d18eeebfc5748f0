"""Snapshots along a run, close together near the present and ever further apart behind it.

How many there are grows with the logarithm of the run's length; what they hold is shared where it did not change.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import zip_longest

from harness.api import Machine
from harness.debug.replay.position import Position
from harness.xen.snapshot import Snapshot

SPACING = 200_000
"""Instructions between two checkpoints near the present."""
_SPREAD = 4
"""Two checkpoints may be as far apart as a quarter of what lies between them and the present."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state that can be put back. A ``pinned`` one is where somebody changed the machine by hand, after that."""

    position: Position
    snapshot: Snapshot
    pinned: bool = False


class Checkpoints:
    """All checkpoints of one history, in order; there is always one at its start."""

    def __init__(self, machine: Machine, start: Position) -> None:
        self._machine = machine
        self._all = [Checkpoint(start, machine.snapshot(), pinned=True)]

    @property
    def positions(self) -> tuple[Position, ...]:
        """Where there are checkpoints."""
        return tuple(each.position for each in self._all)

    def take(self, position: Position, *, pinned: bool = False) -> None:
        """Keep the present state, which is at ``position``; a pinned one replaces what is there."""
        index = bisect_right(self.positions, position)
        there = index > 0 and self._all[index - 1].position == position
        if there and not pinned:
            return
        previous = self._all[index - 1].snapshot if index else None
        new = Checkpoint(position, self._machine.snapshot(previous), pinned)
        self._all[index - there : index] = [new]
        self._thin_out(position.instructions)

    def before(self, position: Position) -> Checkpoint:
        """The last one at or before ``position``."""
        return self._all[max(bisect_right(self.positions, position) - 1, 0)]

    def pinned_within(self, after: Position, to: Position | None) -> Checkpoint | None:
        """The first change by hand after one position, and not after the other (None: whenever)."""
        for each in self._all:
            if each.pinned and each.position > after and (to is None or each.position <= to):
                return each
        return None

    def forget_after(self, position: Position) -> None:
        """Drop all that lie after ``position``: that future will not be."""
        self._all = [each for each in self._all if each.position <= position] or self._all[:1]

    def _thin_out(self, present: int) -> None:
        kept = self._all[:1]
        for each, following in zip_longest(self._all[1:], self._all[2:]):
            if following is not None and not each.pinned:
                gap = following.position.instructions - kept[-1].position.instructions
                distance = abs(present - following.position.instructions)
                if gap <= max(SPACING, distance // _SPREAD):
                    continue
            kept.append(each)
        self._all = kept
