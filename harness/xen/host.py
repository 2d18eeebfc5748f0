"""What all parts of the hypervisor share: machine memory, its frames, the walker, the clock, events and the log."""

from harness.events import EventBus, XenLog
from harness.machine.cpu import Cpu
from harness.machine.memory import Memory
from harness.machine.mmu.walker import Walker
from harness.machine.vmap import VmapArea
from harness.xen.memory.frames import FrameTable

BOOT_NS = 1_600_000
"""Xen system time when the first domain is made: Xen has booted for that long."""


class Host:
    """One machine's worth of shared things, with ``memory_size`` bytes of machine memory."""

    def __init__(self, memory_size: int, events: EventBus) -> None:
        self.memory = Memory(memory_size)
        try:
            self.frames = FrameTable(self.memory)
            self.vmap = VmapArea(self.memory)
        except BaseException:
            self.memory.close()
            raise
        self.walker = Walker(self.memory)
        self.events = events
        self._log_listeners = events.of(XenLog)
        self._running: Cpu | None = None
        self._time_ns = BOOT_NS
        self._until_ns = 0
        self.again = False
        """Set by an answer to a trap that has the vCPU execute the same instruction again, later."""

    def start_clock(self, time_ns: int, cpu: Cpu, length_ns: int) -> None:
        """Let time run from ``time_ns`` with the instructions that ``cpu`` retires, 1 ns each, for ``length_ns``."""
        self._running = cpu
        self._time_ns = time_ns - cpu.retired
        cpu.set_clock(time_ns)
        self._until_ns = time_ns + length_ns

    def stop_clock(self, time_ns: int) -> None:
        """Let time stand at ``time_ns``."""
        self._running = None
        self._time_ns = time_ns

    def now_ns(self) -> int:
        """Xen system time: exact to the instruction inside a trap."""
        return self._time_ns if self._running is None else self._time_ns + self._running.retired

    def spend(self, time_ns: int) -> None:
        """Let Xen itself take time, in the answer to a trap of the CPU that runs; the run is to be stopped then."""
        self._time_ns += time_ns
        if self._running is not None:
            self._running.set_clock(self.now_ns())

    @property
    def run_is_over(self) -> bool:
        """Whether the time is up for which the clock was started."""
        return self.now_ns() >= self._until_ns

    def log(self, line: str) -> None:
        """Write a line to Xen's log."""
        if self._log_listeners:
            self.events.emit(XenLog(self.now_ns(), line))

    def discard(self) -> None:
        """Give machine memory back, whatever is mapped of it."""
        self.vmap.discard()
        self.memory.close()

    def close(self) -> None:
        """Give machine memory back."""
        try:
            self.vmap.close()
        finally:
            self.memory.close()
