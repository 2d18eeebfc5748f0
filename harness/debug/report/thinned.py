"""A long history in bounded space that remains true: entries that are too close together become one that spans them.

The first two values of an entry are the times at which it begins and ends. A merged entry keeps what is true of both:
how long each state lasted, the least and the greatest value, the number of updates. No entry is ever dropped.
"""

from collections.abc import Callable
from typing import Any

MOST_ENTRIES = 60_000
"""Up to this number, entries are not merged."""


class Thinned:
    """Entries in the order of time; ``merge(one, next)`` merges the next entry into the one before it.

    Only entries of the same ``lane`` are merged; ``lanes`` is the number of lanes.
    """

    def __init__(
        self,
        merge: Callable[[list[Any], list[Any]], None],
        lane: Callable[[list[Any]], int] = lambda _: 0,
        lanes: int = 1,
    ) -> None:
        self._merge, self._lane, self._lanes = merge, lane, lanes
        self.entries: list[list[Any]] = []
        self.count = 0
        """The number of entries before any merging."""
        self.width_ns = 0
        """Entries within this time have been merged; 0: none have."""
        self._last: dict[int, list[Any]] = {}

    def add(self, entry: list[Any]) -> None:
        """Add an entry."""
        self.count += 1
        self._put(entry)
        if len(self.entries) > MOST_ENTRIES:
            self.thin_to(MOST_ENTRIES)

    def _put(self, entry: list[Any]) -> None:
        lane = self._lane(entry)
        last = self._last.get(lane)
        if self.width_ns and last is not None and entry[1] - last[0] <= self.width_ns:
            self._merge(last, entry)
            last[1] = entry[1]
            return
        self.entries.append(entry)
        self._last[lane] = entry

    def thin_to(self, most: int) -> None:
        """Merge entries until there are at most ``most``."""
        if len(self.entries) <= most:
            return
        # Two neighbours in a lane that were not merged span more than the width together. So each lane keeps fewer
        # than 2 * whole / width entries, which bounds the width that is needed.
        whole = self.entries[-1][1] - self.entries[0][0]
        self.width_ns = max(2 * self.width_ns, 4 * self._lanes * whole // most, 1)
        entries, self.entries, self._last = self.entries, [], {}
        for entry in entries:
            self._put(entry)


def add_shares(one: list[Any], following: list[Any]) -> None:
    """Merge two entries whose values are sums."""
    for index in range(2, len(one)):
        one[index] += following[index]


def widen(one: list[Any], following: list[Any]) -> None:
    """Merge two entries of least, greatest and last value."""
    one[2:] = [min(one[2], following[2]), max(one[3], following[3]), following[4]]


def count_up(one: list[Any], following: list[Any]) -> None:
    """Merge two entries of a kind, a number of updates, and the words for the first of them."""
    one[3] += following[3]
