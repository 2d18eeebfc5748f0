"""The interrupts in flight to one vCPU, as Xen's vGIC queues them (``xen/arch/arm/vgic.c``, ``gic-vgic.c``).

An interrupt is in flight from its injection until the guest has ended it. While it is enabled and there is room, it is
in a list register of the CPU interface, where the guest sees it; otherwise it waits. If it is injected again while in
flight, Xen remembers that, but only once. Xen's vGIC does not model levels: an interrupt that was ended does not come
again by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.platform.gic_cpu_interface import LIST_REGISTERS, CpuInterface, ListRegister

IsEnabled = Callable[[int], bool]
"""Whether the guest has enabled an interrupt in the distributor or the redistributor."""

GUEST_PRIORITY_SHIFT = 3


@dataclass
class InterruptQueue:
    """Plain, copyable. ``in_flight`` is sorted by the priority that each interrupt had when it was injected."""

    interface: CpuInterface = field(default_factory=CpuInterface)
    in_flight: list[int] = field(default_factory=list)
    priority: dict[int, int] = field(default_factory=dict)
    queued: set[int] = field(default_factory=set)
    """Those to be made pending as soon as possible: GIC_IRQ_GUEST_QUEUED."""

    def inject(self, interrupt: int, priority: int) -> None:
        """Queue an interrupt; it keeps its present priority until the guest has ended it."""
        self.queued.add(interrupt)
        if interrupt in self.priority:
            return
        self.priority[interrupt] = priority
        at = sum(1 for other in self.in_flight if self.priority[other] <= priority)
        self.in_flight.insert(at, interrupt)

    def clear(self) -> None:
        """Forget the interrupts in flight (``vgic_clear_pending_irqs``): the vCPU is reset."""
        self.in_flight.clear()
        self.priority.clear()
        self.queued.clear()
        self.interface.lists = [None] * LIST_REGISTERS

    def settle(self, is_enabled: IsEnabled) -> None:
        """Synchronise list registers and queue, as Xen does at every entry from and return to the guest."""
        if self.in_flight:
            self._collect(is_enabled)
            self._fill(is_enabled)

    def _collect(self, is_enabled: IsEnabled) -> None:
        """Update the queue by what the guest did with the list registers (``gic_update_one_lr``)."""
        lists = self.interface.lists
        for index, entry in enumerate(lists):
            if entry is None:
                continue
            if entry.active:
                # It came again while the guest handles it: active and pending at once.
                if entry.interrupt in self.queued and is_enabled(entry.interrupt):
                    self.queued.discard(entry.interrupt)
                    entry.pending = True
            elif entry.pending:
                self.queued.discard(entry.interrupt)
            else:  # the guest has ended it
                lists[index] = None
                if not (entry.interrupt in self.queued and is_enabled(entry.interrupt)):
                    self.in_flight.remove(entry.interrupt)
                    del self.priority[entry.interrupt]

    def _fill(self, is_enabled: IsEnabled) -> None:
        """Put waiting interrupts into list registers, evicting lower priorities (``gic_restore_pending_irqs``)."""
        interface = self.interface
        visible = {entry.interrupt for entry in interface.lists if entry is not None}
        for interrupt in list(self.in_flight):
            if interrupt in visible or interrupt not in self.queued or not is_enabled(interrupt):
                continue
            index = interface.find_free()
            if index is None:
                index = self._evict(self.priority[interrupt])
                if index is None:
                    return  # sorted by priority: the following interrupts find no room, either
            interface.lists[index] = ListRegister(interrupt, self.priority[interrupt])
            self.queued.discard(interrupt)

    def _evict(self, priority: int) -> int | None:
        """Take a pending interrupt of lower priority out of its list register; return that register's number."""
        lists = self.interface.lists
        held = [(entry.priority, index) for index, entry in enumerate(lists) if entry is not None and not entry.active]
        worst, index = max(held, default=(0, 0))
        entry = lists[index]
        if worst <= priority or entry is None:
            return None
        self.queued.add(entry.interrupt)
        return index

    def wants_attention(self, is_enabled: IsEnabled) -> bool:
        """Whether a vCPU that is about to wait has a deliverable interrupt (``vgic_vcpu_pending_irq``).

        Xen compares the five bits of a priority with all eight bits of the mask; this is reproduced here.
        """
        interface = self.interface
        running = (interface.active1 & -interface.active1).bit_length() - 1 if interface.active1 else 32
        for interrupt in self.in_flight:
            priority = self.priority[interrupt] >> GUEST_PRIORITY_SHIFT
            if priority >= interface.priority_mask or priority >= running:
                return False
            if is_enabled(interrupt):
                return True
        return False
