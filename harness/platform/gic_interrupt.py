"""One interrupt of a guest, as Xen's vGIC knows it (``struct pending_irq``), and its place in a vCPU's lists."""

from dataclasses import dataclass, field


@dataclass
class Wire:
    """A device's interrupt at the board's own interrupt controller, which Xen passes on to dom0: plain, copyable.

    It is enabled there while the guest has it enabled, and active from its arrival until the guest deactivates it.
    """

    active: bool = False


@dataclass
class Interrupt:
    """What Xen knows about one interrupt of a domain (``struct pending_irq``): plain, copyable, and one of its kind.

    A shared interrupt has one such state. If it is routed to another vCPU while it is in flight, it stays in the lists
    of the old one.
    """

    number: int
    enabled: bool = False
    priority: int = 0
    """The priority at its injection, all eight bits; a later change of GICD_IPRIORITYR counts for the next one."""
    queued: bool = False
    """To be made pending as soon as possible: GIC_IRQ_GUEST_QUEUED."""
    visible: bool = False
    """In a list register, as far as Xen knows: GIC_IRQ_GUEST_VISIBLE."""
    active: bool = False
    """The guest was handling it when Xen last looked: GIC_IRQ_GUEST_ACTIVE."""
    list_register: int = 0
    wire: "Wire | None" = None
    """The device behind it, of an interrupt that Xen passes on from the board."""
    migrating: bool = False
    """Routed to another vCPU while it was in a list register: GIC_IRQ_GUEST_MIGRATING."""
    # The lists contain the interrupt, so a comparison of them would never end.
    flight: "list[Interrupt] | None" = field(default=None, compare=False, repr=False)
    """The queue's list of interrupts in flight that it is in."""
    line: "list[Interrupt] | None" = field(default=None, compare=False, repr=False)
    """The queue's list of interrupts that wait for a list register that it is in."""

    def disable(self) -> None:
        """The guest disables it: it waits no longer, but stays in a list register (``vgic_disable_irqs``)."""
        self.enabled = False
        self.leave_line()

    def wait_in(self, line: "list[Interrupt]") -> None:
        """Enter a list of those that wait, behind those of the same priority; stay where it waits already."""
        if self.line is None:
            self.line = line
            _insert(self, line)

    def leave_line(self) -> None:
        """Wait no longer."""
        if self.line is not None:
            self.line.remove(self)
            self.line = None

    def fly_in(self, flight: "list[Interrupt]") -> None:
        """Enter a queue's list of interrupts in flight, behind those of the same priority."""
        self.flight = flight
        _insert(self, flight)

    def land(self) -> None:
        """Be in flight no longer."""
        if self.flight is not None:
            self.flight.remove(self)
            self.flight = None


def _insert(interrupt: Interrupt, among: list[Interrupt]) -> None:
    at = (index for index, other in enumerate(among) if other.priority > interrupt.priority)
    among.insert(next(at, len(among)), interrupt)
