"""Outcomes of walks, remembered as long as they are true."""

from collections.abc import Collection, Hashable
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

from harness.machine.memory import Memory

_MOST = 256
"""Outcomes that are kept; a guest that asks for more addresses than that makes them forgotten, all at once."""

_T = TypeVar("_T")


class _Remembered(NamedTuple, Generic[_T]):
    """An outcome; ``read`` picks the doublewords that the walk read, which were ``values``."""

    read: Any
    values: Any
    outcome: _T


class WalkMemo(Generic[_T]):
    """Remembers the outcomes of walks in ``memory``.

    A walk depends on its question (registers, address, access) and on the doublewords that it reads in memory, and on
    nothing else. So an outcome still holds if these doublewords are as they were, whoever has written to them in the
    meantime. To compare them takes a tenth of the time of the walk, and nobody has to say when something has changed.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._known: dict[Hashable, _Remembered[_T]] = {}

    def recall(self, question: Hashable) -> _T | None:
        """The outcome of a walk, if it is known and still holds."""
        known = self._known.get(question)
        if known is None or known.read(self._memory.words) != known.values:
            return None
        return known.outcome

    def keep(self, question: Hashable, addresses: Collection[int], outcome: _T) -> None:
        """Remember the ``outcome`` of a walk that has read the doublewords at these machine addresses."""
        if not addresses:
            return  # nothing was read: the walk was short
        if len(self._known) >= _MOST:
            self._known.clear()
        read = itemgetter(*(address - self._memory.base >> 3 for address in dict.fromkeys(addresses)))
        self._known[question] = _Remembered(read, read(self._memory.words), outcome)
