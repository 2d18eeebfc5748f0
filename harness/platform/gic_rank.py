"""The state of 32 consecutive interrupts in distributor and redistributors (Xen: ``struct vgic_irq_rank``)."""

from dataclasses import dataclass, field

RANK_SIZE = 32


@dataclass
class Rank:
    """Plain, copyable. ``target`` is the vCPU to which each interrupt is routed."""

    enabled: int = 0
    priority: bytearray = field(default_factory=lambda: bytearray(RANK_SIZE))
    configuration: list[int] = field(default_factory=lambda: [0, 0])
    """GICD_ICFGR, two bits per interrupt; it can be read back, and has no other effect."""
    target: list[int] = field(default_factory=lambda: [0] * RANK_SIZE)
