"""Which synchronous exceptions a CPU has taken to EL1 one inside the other: the first one, the last one, how many.

A vector that cannot be fetched, or a handler that faults, raises the next exception before the one before it is
dealt with. What a person wants to know then is the first. Nothing tells when a handler returns, but an exception
entry masks debug exceptions (PSTATE.D), and only code that returned, or a handler that is ready for more, unmasks them.
"""

from dataclasses import dataclass
from typing import NamedTuple

from harness.machine.exceptions import PSTATE_EL

PSTATE_D = 1 << 9
VECTORS_SIZE = 0x800


class Taken(NamedTuple):
    """A synchronous exception as it was taken to EL1: a tuple, for there may be very many.

    ``syndrome`` is ESR_EL1, ``far`` FAR_EL1 if it was set; ``pc``, ``sp``, ``pstate`` and ``registers`` (x0 to x30,
    8 bytes each, little-endian) are the CPU's before. ``injected`` says that the hypervisor raised it.
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
    """Plain, copyable: ``count`` exceptions, of which nobody knows that one has ended before the next began."""

    first: Taken | None = None
    last: Taken | None = None
    count: int = 0

    def take(self, fault: Taken, vbar: int) -> None:
        """Note an exception that is no system call; ``vbar`` is where the vectors are."""
        first = self.first
        masked = fault.pstate & PSTATE_EL and fault.pstate & PSTATE_D
        if first is not None and masked and self._is_inside(first, fault, vbar):
            self.last = fault
            self.count += 1
        else:
            self.first = self.last = fault
            self.count = 1

    def _is_inside(self, first: Taken, fault: Taken, vbar: int) -> bool:
        """Whether ``fault``, of code that masks D, is in the handler of the last exception.

        Where the first one found D masked already, its handler may have returned to such code: then only what the
        vectors themselves do, or the very place that has raised the last one, is taken for it.
        """
        if not first.pstate & PSTATE_D:
            return True
        assert self.last is not None
        return fault.pc == self.last.pc or 0 <= fault.pc - vbar < VECTORS_SIZE

    def clear(self) -> None:
        """Forget them: the CPU begins anew, or does what a system call asks for."""
        if self.first is not None:
            self.first = self.last = None
            self.count = 0
