"""Runstate accounting: how long a vCPU has been running, runnable, blocked and offline (``common/sched/core.c``)."""

import struct
from dataclasses import dataclass, field

from harness.abi.runstate import VCPU_RUNSTATE_INFO, Runstate
from harness.abi.words import MASK64

AREA_SIZE = VCPU_RUNSTATE_INFO.size
ENTRY_TIME_OFFSET = VCPU_RUNSTATE_INFO.offset("state_entry_time")

_INFO = struct.Struct("<i4xQ4Q")
assert _INFO.size == AREA_SIZE


@dataclass
class RunstateInfo:
    """Xen's own ``struct vcpu_runstate_info`` of a vCPU; a vCPU is born offline.

    Bit 63 of ``state_entry_time`` is the update flag where a runstate delivery sets it here, too.
    """

    state: int = Runstate.RUNSTATE_offline
    state_entry_time: int = 0
    time: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def account(self, now_ns: int) -> None:
        """Bring the time in the present state up to ``now_ns`` (``vcpu_runstate_change``).

        Xen computes the difference as a signed 64-bit number. As long as the update flag (bit 63) is left in the entry
        time, every difference is negative, and nothing is added.
        """
        delta = self._spent(now_ns)
        if delta:
            self.time[self.state] += delta
            self.state_entry_time = now_ns

    def change(self, state: int, now_ns: int) -> None:
        """Enter ``state`` at ``now_ns``; do nothing if it is the present state."""
        if state != self.state:
            self.account(now_ns)
            self.state = state

    def _spent(self, now_ns: int) -> int:
        delta = now_ns - self.state_entry_time & MASK64
        return delta if delta < 1 << 63 else 0

    def at(self, now_ns: int) -> "RunstateInfo":
        """A copy with the time up to ``now_ns`` added; its entry time is unchanged (``vcpu_runstate_get``)."""
        copy = self.copy()
        copy.time[copy.state] += copy._spent(now_ns)
        return copy

    def copy(self) -> "RunstateInfo":
        """An independent copy."""
        return RunstateInfo(self.state, self.state_entry_time, list(self.time))

    def pack(self) -> bytes:
        """The 48 bytes as a guest sees them; the padding is zero."""
        return _INFO.pack(self.state, self.state_entry_time, *self.time)

    @classmethod
    def unpack(cls, data: bytes) -> "RunstateInfo":
        """Read the 48 bytes of an area."""
        state, entry, *time = _INFO.unpack(data)
        return cls(state, entry, time)

    @property
    def stolen_ns(self) -> int:
        """Stolen time as Linux counts it: runnable and offline."""
        return self.time[Runstate.RUNSTATE_runnable] + self.time[Runstate.RUNSTATE_offline]
