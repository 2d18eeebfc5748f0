"""What the distributor and the redistributors keep of 32 interrupts in a row (Xen: ``struct vgic_irq_rank``)."""

from dataclasses import dataclass, field

RANK_SIZE = 32


@dataclass
class Rank:
    """Plain, copyable. ``target`` is the vCPU to which each interrupt is routed."""

    enabled: int = 0
    priority: bytearray = field(default_factory=lambda: bytearray(RANK_SIZE))
    configuration: list[int] = field(default_factory=lambda: [0, 0])
    """GICD_ICFGR, two bits an interrupt; it has no effect but to be read back."""
    target: list[int] = field(default_factory=lambda: [0] * RANK_SIZE)
