"""What all parts of the hypervisor share: machine memory and its frames, the walker, clock, events and log."""

from typing import Any

from harness.events import EventBus, XenLog
from harness.machine.cpu import Cpu
from harness.machine.memory import Memory
from harness.machine.mmu.memo import WalkMemo
from harness.machine.mmu.walker import Walker
from harness.machine.saved_frames import SavedFrames
from harness.machine.vmap import VmapArea
from harness.xen.memory.frames import FrameTable

BOOT_NS = 1_600_000
"""Xen system time in ns when the first domain is made: the time that Xen needs to boot."""


class Host:
    """The shared parts of one machine with ``memory_size`` bytes of machine memory."""

    def __init__(self, memory_size: int, events: EventBus) -> None:
        self.memory = Memory(memory_size)
        try:
            self.frames = FrameTable(self.memory)
            self.vmap = VmapArea(self.memory)
        except BaseException:
            self.memory.close()
            raise
        self.saved_frames = SavedFrames(self.memory)
        self.walker = Walker(self.memory)
        self.walks: WalkMemo[Any] = WalkMemo(self.memory)
        self.events = events
        self._log_listeners = events.of(XenLog)
        self._running: Cpu | None = None
        self._time_ns = BOOT_NS
        self._until_ns = 0
        self.again = False
        """Set by the answer to a trap that makes the vCPU execute the same instruction again later."""

    def start_clock(self, time_ns: int, cpu: Cpu, length_ns: int) -> None:
        """Start the clock at ``time_ns``: it advances by 1 ns for each instruction of ``cpu``, for ``length_ns``."""
        self._running = cpu
        # ``retired`` counts since the CPU was made. With this origin, now_ns() is one addition.
        self._time_ns = time_ns - cpu.retired
        cpu.set_clock(time_ns)
        self._until_ns = time_ns + length_ns

    def stop_clock(self, time_ns: int) -> None:
        """Stop the clock at ``time_ns``."""
        self._running = None
        self._time_ns = time_ns

    def now_ns(self) -> int:
        """Xen system time: exact to the instruction inside a trap."""
        return self._time_ns if self._running is None else self._time_ns + self._running.retired

    def spend(self, time_ns: int) -> None:
        """Add the time that Xen itself takes to answer a trap. The CPU's run must then end: its length excludes it."""
        self._time_ns += time_ns
        if self._running is not None:
            # The CPU answers reads of the counter by itself, so its clock must follow.
            self._running.set_clock(self.now_ns())

    @property
    def run_is_over(self) -> bool:
        """Whether the time for which the clock was started has passed."""
        return self.now_ns() >= self._until_ns

    def log(self, line: str) -> None:
        """Write a line to Xen's log."""
        if self._log_listeners:
            self.events.emit(XenLog(self.now_ns(), line))

    def discard(self) -> None:
        """Release machine memory, even if parts of it are still mapped."""
        self.saved_frames.close()
        self.vmap.discard()
        self.memory.close()

    def close(self) -> None:
        """Release machine memory; raises if parts of it are still mapped."""
        self.saved_frames.close()
        try:
            self.vmap.close()
        finally:
            self.memory.close()
