"""A vCPU's two timers (Arm DDI 0487, D11.2), with the behaviour of Xen's (``xen/arch/arm/vtimer.c``).

The virtual counter is virtual time: it starts at 0 with the domain. The virtual timer is the hardware's while its vCPU
runs. At a switch away from the vCPU, Xen lets a timer of its own wait instead; its time is a signed number of ns, so a
far compare value can be in its past. Xen masks the virtual timer (CNTV_CTL.IMASK) when it injects its interrupt: an
expiry interrupts the guest once, and the guest then reads CNTV_CTL = 7. The physical timer is emulated.
"""

from dataclasses import dataclass

from harness.abi.words import MASK64, signed

FREQUENCY_HZ = 62_500_000
"""CNTFRQ_EL0, as on QEMU's virt board."""

TICK_NS = 16
assert FREQUENCY_HZ * TICK_NS == 1_000_000_000

COUNTER_LEAD_NS = 10_000_000
"""How long before Xen, whose time begins at 0, the physical counter began: firmware ran first (Xen: ``boot_count``)."""

ENABLE, IMASK, ISTATUS = 1, 2, 4
_EMULATED_CONTROL = 0xFFFF_FFFF & ~ISTATUS
"""The bits of CNTP_CTL_EL0 that Xen stores: also those that are RES0 in hardware (``vtimer_cntp_ctl``)."""


@dataclass
class Timer:
    """The virtual timer: CTL (without ISTATUS) and CVAL; the counter was 0 at ``origin_ns``."""

    origin_ns: int
    control: int = 0
    compare: int = 0

    def count(self, now_ns: int) -> int:
        """The counter at ``now_ns``."""
        return (now_ns - self.origin_ns) // TICK_NS & MASK64

    def deadline_ns(self, *, running: bool) -> int | None:
        """When it will fire if its vCPU is ``running`` all the time, or not at all; None if it is off or masked."""
        if self.control & (ENABLE | IMASK) != ENABLE:
            return None
        return self.origin_ns + self.compare * TICK_NS if running else self._waits_until_ns

    @property
    def _waits_until_ns(self) -> int:
        """The time for which Xen's own timer is set (``ticks_to_ns``, an ``s_time_t``); past if negative."""
        return signed(self.origin_ns + self.compare * TICK_NS)

    def expire(self, now_ns: int, *, running: bool) -> bool:
        """Fire if the deadline has passed, and mask the timer; return whether it fired."""
        deadline = self.deadline_ns(running=running)
        if deadline is None or deadline > now_ns:
            return False
        self.control |= IMASK
        return True

    def read(self, register: str, now_ns: int) -> int:
        """The value at ``now_ns`` of ``CTL``, ``CVAL``, ``TVAL`` or the counter, ``CT``."""
        if register == "CT":
            return self.count(now_ns)
        if register == "CVAL":
            return self.compare
        if register == "TVAL":
            return self.compare - self.count(now_ns) & 0xFFFF_FFFF
        due = self.control & ENABLE and self.count(now_ns) >= self.compare
        return self.control | (ISTATUS if due else 0)

    def write(self, register: str, value: int, now_ns: int) -> None:
        """Write ``CTL``, ``CVAL`` or ``TVAL``; the counter is read-only."""
        if register == "CTL":
            self.control = value & (ENABLE | IMASK)
        else:
            self._write_compare(register, value, now_ns)

    def _write_compare(self, register: str, value: int, now_ns: int) -> None:
        if register == "CVAL":
            self.compare = value
        elif register == "TVAL":
            self.compare = self.count(now_ns) + signed(value << 32) // (1 << 32) & MASK64


@dataclass
class PhysicalTimer(Timer):
    """The physical timer, which Xen emulates: CTL includes ISTATUS, which is set when Xen's own timer expires.

    Xen's timer is ``armed`` whether or not the guest has masked its own, and also while the vCPU runs.
    """

    armed: bool = False

    def deadline_ns(self, *, running: bool) -> int | None:
        """When Xen's timer expires; None if it is not armed."""
        return self._waits_until_ns if self.armed else None

    def expire(self, now_ns: int, *, running: bool) -> bool:
        """Set ISTATUS if the deadline has passed (``phys_timer_expired``); return whether that raises an interrupt."""
        deadline = self.deadline_ns(running=running)
        if deadline is None or deadline > now_ns:
            return False
        self.armed = False
        self.control |= ISTATUS
        return not self.control & IMASK

    def read(self, register: str, now_ns: int) -> int:
        """The value at ``now_ns`` of ``CTL``, ``CVAL``, ``TVAL`` or the counter, ``CT``."""
        return self.control if register == "CTL" else super().read(register, now_ns)

    def write(self, register: str, value: int, now_ns: int) -> None:
        """Write ``CTL``, ``CVAL`` or ``TVAL``, and arm Xen's timer if the guest's is enabled."""
        if register == "CTL":
            kept = self.control & ISTATUS if value & ENABLE else 0
            self.control = value & _EMULATED_CONTROL | kept
            self.armed = bool(value & ENABLE)
        else:
            self._write_compare(register, value, now_ns)
            if self.control & ENABLE:
                self.control &= ~ISTATUS
                self.armed = True
