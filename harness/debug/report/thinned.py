"""A long history, kept in bounded space without a lie: what is too close together becomes one entry that spans it.

An entry begins with the times at which it begins and ends. Two that are merged keep what is true of both: how long
each state lasted, the least and the greatest value, how many there were. No entry is ever left out.
"""

from collections.abc import Callable
from typing import Any

MOST_ENTRIES = 60_000
"""Up to so many are kept each by itself."""


class Thinned:
    """Entries in the order of time; ``merge(one, next)`` puts the next one into the one before.

    Only entries of the same ``lane`` are merged, of ``lanes`` that there are.
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
        """How many there were."""
        self.width_ns = 0
        """What lies within this time has been merged; 0: nothing has."""
        self._last: dict[int, list[Any]] = {}

    def add(self, entry: list[Any]) -> None:
        """Take one more."""
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
        """Merge until there are at most so many, if there are more."""
        if len(self.entries) <= most:
            return
        # Of two neighbours that were not merged, both together are longer than the width.
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
    """Merge two entries of a kind, how many, and the first one's words."""
    one[3] += following[3]
