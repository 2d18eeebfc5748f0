"""What a copy to a guest did not reach, and why."""

from dataclasses import dataclass

from harness.machine.mmu.faults import Fault


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A copy that met something that it could not write to: ``arrived`` bytes were written before that.

    ``reason`` is the fault of the very walk that failed, or says in words what else it was.
    """

    arrived: int
    reason: Fault | str
