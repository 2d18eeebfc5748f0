"""Leaves out the turns of waiting loops, where Python answers each read of a counter (``wait_loop`` says which).

The result is that of executing them: the same instructions are counted, so the same time passes, and the last turns
are executed, which write all registers and flags that the others would have written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.machine.wait_loop import NotAWait, follow

_ALIKE = 3
"""So many turns in a row must have been alike before the loop is looked at."""
_EXECUTED = 3
"""So many turns before the end are executed."""
_LOOK_AGAIN = 1_000
"""Reads at a place after which a loop that was no wait is looked at again."""


@dataclass(frozen=True, slots=True)
class Read:
    """A read of a counter by the instruction at ``va``: its ``value`` at ``now_ns``, on a clock that began with it.

    A tick of the counter is ``1 << tick_shift`` ns.
    """

    va: int
    value: int
    now_ns: int
    tick_shift: int


class Waits:
    """Recognises the waiting loops of one CPU, whose general registers are ``x``."""

    def __init__(self, x: Sequence[int], fetch: Callable[[int], int]) -> None:
        self._x = x
        self._fetch = fetch
        self._last_va = -1
        self._last_ns = 0
        self._turn_ns = 0
        self._alike = 0
        self._unlike_va = -1

    def forget(self) -> None:
        """At the start of a slice: nothing is known about what ran before."""
        self._last_va = self._unlike_va = -1

    def skip(self, read: Read, most: int) -> int:
        """How many instructions, at most ``most``, need not be executed before this read is made; usually 0."""
        turn_ns = read.now_ns - self._last_ns
        alike = read.va == self._last_va and turn_ns == self._turn_ns
        self._alike = self._alike + 1 if alike else 0
        self._last_va, self._last_ns, self._turn_ns = read.va, read.now_ns, turn_ns
        if self._alike < _ALIKE or (read.va == self._unlike_va and self._alike % _LOOK_AGAIN):
            return 0
        try:
            length, ticks = follow(read.va, self._fetch(read.va) & 31, read.value, self._x, self._fetch)
            if length != turn_ns:  # an instruction takes a nanosecond
                raise NotAWait
        except NotAWait:
            self._unlike_va = read.va
            return 0
        # The first read that may have another outcome comes when the counter has moved on by ``ticks``.
        until_ns = ticks - 1 << read.tick_shift
        turns = min(until_ns, most) // length - _EXECUTED
        if turns <= 0:
            return 0
        self._last_ns += turns * length
        return turns * length
