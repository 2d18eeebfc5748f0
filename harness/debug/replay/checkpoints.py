"""Snapshots along a run, close together near the present and further and further apart before it.

Their number grows with the logarithm of the run's length, and they share the memory that did not change.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import zip_longest

from harness.api import Machine
from harness.debug.replay.position import Position
from harness.machine.memory import PAGE_SHIFT
from harness.xen.snapshot import Snapshot

LEAST_SPACING = 200_000
"""Number of instructions between two checkpoints near the present, if a checkpoint costs next to nothing."""
_PER_FRAME_LOOKED_AT = 2_000
_PER_FRAME_BEYOND = 30
_SMALL = 32_768
"""What a checkpoint costs, in instructions that could have run four times as long: some 3 us for each frame that was
written since the last one, and 40 ns for each frame of a memory of more than 128 MiB. It is estimated, not measured, so
that the same run has its checkpoints at the same places every time."""
_SPREAD = 4
"""Two checkpoints may be as far apart as a quarter of their distance from the present."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state that can be restored. A ``pinned`` one is the state after a debugger or a user changed the machine."""

    position: Position
    snapshot: Snapshot
    pinned: bool = False


class Checkpoints:
    """All checkpoints of one history, in order; there is always one at its start."""

    def __init__(self, machine: Machine, start: Position) -> None:
        self._machine = machine
        self._all = [Checkpoint(start, machine.snapshot(), pinned=True)]
        self.spacing = LEAST_SPACING
        """Number of instructions between two checkpoints near the present: it follows what the last one cost."""

    @property
    def positions(self) -> tuple[Position, ...]:
        """The positions of all checkpoints, in order."""
        return tuple(each.position for each in self._all)

    def take(self, position: Position, *, pinned: bool = False) -> None:
        """Save the present state, which is at ``position``; only a pinned one replaces an existing checkpoint."""
        index = bisect_right(self.positions, position)
        there = index > 0 and self._all[index - 1].position == position
        if there and not pinned:
            return
        previous = self._all[index - 1].snapshot if index else None
        new = Checkpoint(position, self._machine.snapshot(previous), pinned)
        beyond = max((self._machine.xen.host.memory.size >> PAGE_SHIFT) - _SMALL, 0)
        cost = _PER_FRAME_LOOKED_AT * new.snapshot.frames.looked_at + _PER_FRAME_BEYOND * beyond
        self.spacing = max(LEAST_SPACING, cost)
        self._all[index - there : index] = [new]
        self._thin_out(position.instructions)

    def before(self, position: Position) -> Checkpoint:
        """The last checkpoint at or before ``position``."""
        return self._all[max(bisect_right(self.positions, position) - 1, 0)]

    def pinned_within(self, after: Position, to: Position | None) -> Checkpoint | None:
        """The first pinned checkpoint after one position and not after the other (None: no limit)."""
        for each in self._all:
            if each.pinned and each.position > after and (to is None or each.position <= to):
                return each
        return None

    def forget_after(self, position: Position) -> None:
        """Drop all checkpoints after ``position``, because that future is discarded."""
        self._all = [each for each in self._all if each.position <= position] or self._all[:1]

    def _thin_out(self, present: int) -> None:
        kept = self._all[:1]
        for each, following in zip_longest(self._all[1:], self._all[2:]):
            # A pinned checkpoint cannot be dropped: running on from an earlier one would not repeat the change.
            if following is not None and not each.pinned:
                gap = following.position.instructions - kept[-1].position.instructions
                distance = abs(present - following.position.instructions)
                if gap <= max(self.spacing, distance // _SPREAD):
                    continue
            kept.append(each)
        self._all = kept
