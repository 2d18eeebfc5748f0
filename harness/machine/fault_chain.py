"""The nested synchronous exceptions that a CPU has taken to EL1: the first one, the last one, how many.

A vector that cannot be fetched, or a handler that faults, raises the next exception before the previous one is
handled. A person then wants to see the first one. Nothing reports that a handler returns, but an exception entry masks
debug exceptions (PSTATE.D), and only code that has returned, or a handler that is ready for more, unmasks them.
"""

from dataclasses import dataclass
from typing import NamedTuple

from harness.machine.exceptions import PSTATE_EL

PSTATE_D = 1 << 9
VECTORS_SIZE = 0x800


class Taken(NamedTuple):
    """A synchronous exception that was taken to EL1: a tuple, because there may be very many.

    ``syndrome`` is ESR_EL1, ``far`` FAR_EL1 if it was set; ``pc``, ``sp``, ``pstate`` and ``registers`` (x0 to x30,
    8 bytes each, little-endian) are the CPU's before the entry. ``injected`` says that the hypervisor raised it.
    """

    time_ns: int
    syndrome: int
    far: int | None
    pc: int
    sp: int
    pstate: int
    registers: bytes
    injected: bool


@dataclass(slots=True)
class FaultChain:
    """Plain, copyable: ``count`` exceptions, each of which was probably raised while the previous one was handled."""

    first: Taken | None = None
    last: Taken | None = None
    count: int = 0

    def take(self, fault: Taken, vbar: int) -> None:
        """Note an exception that is not a system call; ``vbar`` is the address of the vectors."""
        first = self.first
        masked = fault.pstate & PSTATE_EL and fault.pstate & PSTATE_D
        if first is not None and masked and self._is_inside(first, fault, vbar):
            self.last = fault
            self.count += 1
        else:
            self.first = self.last = fault
            self.count = 1

    def _is_inside(self, first: Taken, fault: Taken, vbar: int) -> bool:
        """Whether ``fault``, raised by code that masks D, was raised in the handler of the last exception.

        If D was already masked at the first exception, its handler may have returned to such code. Then only a fault
        in the vectors themselves, or at the address that raised the last one, counts as nested.
        """
        if not first.pstate & PSTATE_D:
            return True
        assert self.last is not None
        return fault.pc == self.last.pc or 0 <= fault.pc - vbar < VECTORS_SIZE

    def clear(self) -> None:
        """Forget the exceptions: the CPU is reset, or handles a system call."""
        if self.first is not None:
            self.first = self.last = None
            self.count = 0
