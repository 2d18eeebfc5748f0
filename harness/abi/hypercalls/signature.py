"""How a hypercall is called: the meaning of its registers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.layout import Layout


@dataclass(frozen=True)
class Signature:
    """A hypercall by its number in x16: ``parameters`` name x0 and the registers after it.

    ``commands`` are the values of x0's lowest ``command_bits`` bits. ``structures`` gives for each command the
    structure that the parameter ``arg`` points to (the first one, if there is a ``count``).
    """

    number: Hypercall
    parameters: tuple[str, ...]
    commands: type[IntEnum] | None = None
    command_bits: int = 32
    structures: Mapping[int, Layout] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name without HYPERVISOR_."""
        return self.number.name.removeprefix("HYPERVISOR_")

    def command(self, x0: int) -> int:
        """The command in a value of x0."""
        return x0 & (1 << self.command_bits) - 1
