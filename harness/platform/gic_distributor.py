"""A guest's GICv3 as Xen keeps it, apart from its vCPUs: state of the distributor, and what its frames call."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harness.platform.gic_interrupt import Interrupt, Wire
from harness.platform.gic_rank import Rank

CTLR_ARE = 1 << 4
SPI_RANKS = 7
"""Ranks of 32 shared interrupts: 224, as many as the interrupt controller of QEMU's virt board has."""


@dataclass
class DistributorState:
    """Plain, copyable: GICD_CTLR, and the shared interrupts from 32 on."""

    control: int = CTLR_ARE
    ranks: list[Rank] = field(default_factory=lambda: [Rank() for _ in range(SPI_RANKS)])
    interrupts: dict[int, Interrupt] = field(default_factory=dict)
    """Shared interrupts by number: those of devices, and as far as they were ever enabled or pending."""
    latched: list[Interrupt] = field(default_factory=list)
    """Interrupts of devices that are pending at the board's interrupt controller."""

    def interrupt(self, number: int) -> Interrupt:
        """A shared interrupt's state."""
        found = self.interrupts.get(number)
        if found is None:
            found = self.interrupts[number] = Interrupt(number)
        return found

    def connect(self, devices: Iterable[int]) -> None:
        """Connect shared interrupts with devices of the board."""
        for number in devices:
            self.interrupt(number).wire = Wire()

    def latch(self, interrupt: Interrupt) -> None:
        """Make a device's interrupt pending at the board's interrupt controller."""
        if interrupt not in self.latched:
            self.latched.append(interrupt)
            self.latched.sort(key=lambda other: other.number)

    def deliverable(self) -> list[Interrupt]:
        """Those of the latched interrupts that are enabled and not active, in order."""
        return [one for one in self.latched if one.enabled and one.wire is not None and not one.wire.active]


@dataclass(frozen=True)
class VgicRelease:
    """The differences between releases of Xen."""

    pending_can_be_written: bool
    """GICD_ICPENDR and GICR_ICPENDR0 accept writes, which only log that the interrupt is in flight."""
    knows_igrpmodr: bool
    router_index_cut: bool
    """A write to GICD_IROUTER<n> goes to entry ``8n & n`` of its rank: Xen masks the index with the byte offset."""


@dataclass
class Vgic:
    """One guest's GIC: access to its state, and the functions that it calls.

    ``private`` returns each vCPU's private rank. ``enable``, ``disable`` and ``inject`` are called with a vCPU and an
    interrupt, private to that vCPU or shared; ``log`` writes a line to Xen's log.
    """

    state: Callable[[], DistributorState]
    private: list[Callable[[], Rank]]
    interrupt_bits: int
    release: VgicRelease
    enable: Callable[[int, int], None]
    disable: Callable[[int, int], None]
    inject: Callable[[int, int], None]
    migrate: Callable[[int, int, int], bool]
    """Moves an interrupt from one vCPU to another; False if it cannot be moved now."""
    is_in_flight: Callable[[int, int], bool]
    log: Callable[[str], None]
