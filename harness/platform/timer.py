"""A timer of one vCPU (Arm DDI 0487, D11.2), with the behaviour of Xen's (``xen/arch/arm/vtimer.c``).

The virtual counter is virtual time: it starts at 0 with the domain. Xen masks the virtual timer (CNTV_CTL.IMASK) when
it injects its interrupt, so that an expiry interrupts the guest once, and the guest then reads CNTV_CTL = 7. The
physical timer is emulated and keeps its mask.
"""

from dataclasses import dataclass

from harness.abi.words import MASK64

FREQUENCY_HZ = 62_500_000
"""CNTFRQ_EL0, as on QEMU's virt board."""

TICK_NS = 16
assert FREQUENCY_HZ * TICK_NS == 1_000_000_000

ENABLE, IMASK, ISTATUS = 1, 2, 4
_EMULATED_CONTROL = 0xFFFF_FFFF & ~ISTATUS
"""The bits of CNTP_CTL_EL0 that Xen stores: also those that are RES0 in hardware (``vtimer_cntp_ctl``)."""


@dataclass
class Timer:
    """CTL (without ISTATUS) and CVAL; the counter was 0 at ``origin_ns``.

    ``masks_itself``: firing sets IMASK, as Xen does for the virtual timer. ``fired``: the timer has fired, and does
    not fire again until one of its registers is written.
    """

    origin_ns: int
    masks_itself: bool = True
    control: int = 0
    compare: int = 0
    fired: bool = False

    def count(self, now_ns: int) -> int:
        """The counter at ``now_ns``."""
        return (now_ns - self.origin_ns) // TICK_NS & MASK64

    @property
    def deadline_ns(self) -> int | None:
        """When the timer will fire: None if it is off, masked, or has fired."""
        if self.fired or self.control & (ENABLE | IMASK) != ENABLE:
            return None
        return self.origin_ns + self.compare * TICK_NS

    def expire(self, now_ns: int) -> bool:
        """Fire if the deadline has passed; return whether the timer fired."""
        deadline = self.deadline_ns
        if deadline is None or deadline > now_ns:
            return False
        self.fired = True
        if self.masks_itself:
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
        if register == "CVAL":
            self.compare = value
        elif register == "TVAL":
            signed = (value & 0xFFFF_FFFF ^ 0x8000_0000) - 0x8000_0000
            self.compare = self.count(now_ns) + signed & MASK64
        elif register == "CTL":
            self.control = value & (ENABLE | IMASK if self.masks_itself else _EMULATED_CONTROL)
        self.fired = False
