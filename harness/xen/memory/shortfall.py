"""How far a copy to a guest got, and why it stopped."""

from typing import NamedTuple

from harness.machine.mmu.faults import Fault


class Shortfall(NamedTuple):
    """A copy that could not be completed: only ``arrived`` bytes were written.

    ``reason`` is the fault of the walk that failed, or a text if the reason was something else.
    """

    arrived: int
    reason: Fault | str
