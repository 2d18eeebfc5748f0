"""The interrupts in flight to one vCPU, as Xen's vGIC queues them (``xen/arch/arm/vgic.c``, ``gic-vgic.c``).

An interrupt is in flight from its injection until Xen has seen that the guest ended it. While it is enabled and there
is room, it is in a list register of the CPU interface, where the guest sees it; otherwise it waits. The guest changes
list registers without Xen's knowledge: Xen looks at them when the vCPU traps (:meth:`InterruptQueue.collect`), and
fills them when it returns to the guest (:meth:`InterruptQueue.fill`). If an interrupt is injected again while in
flight, Xen remembers that, but only once. Xen's vGIC does not model levels: an interrupt that was ended does not come
again by itself.
"""

from dataclasses import dataclass, field

from harness.platform.gic_cpu_interface import LIST_REGISTERS, PRIORITY_MASK, CpuInterface, ListRegister
from harness.platform.gic_interrupt import Interrupt

GUEST_PRIORITY_SHIFT = 3
LEAST_VALID = 2
"""With fewer valid list registers the CPU interface raises the underflow interrupt (ICH_HCR_EL2.UIE)."""


@dataclass
class InterruptQueue:
    """One vCPU's: plain, copyable. ``current`` says in each method whether this vCPU runs: only then has it registers.

    ``used`` are the list registers that Xen has filled and not yet found empty (``lr_mask``).
    """

    interface: CpuInterface = field(default_factory=CpuInterface)
    private: list[Interrupt] = field(default_factory=lambda: [Interrupt(number) for number in range(32)])
    """Its SGIs and PPIs."""
    in_flight: list[Interrupt] = field(default_factory=list)
    waiting: list[Interrupt] = field(default_factory=list)
    used: list[bool] = field(default_factory=lambda: [False] * LIST_REGISTERS)
    underflow_interrupt: bool = False
    """ICH_HCR_EL2.UIE: Xen wants to know when the list registers are nearly empty, because others wait."""

    # -- What happens to an interrupt ---------------------------------------------------------------------------

    def inject(self, interrupt: Interrupt, priority: int, *, current: bool) -> None:
        """Make an interrupt pending (``vgic_inject_irq``)."""
        interrupt.queued = True
        if interrupt.flight is not None:
            self._inject_again(interrupt, current=current)
            return
        interrupt.priority = priority
        if interrupt.enabled:
            self._raise(interrupt, current=current)
        interrupt.fly_in(self.in_flight)

    def _inject_again(self, interrupt: Interrupt, *, current: bool) -> None:
        """It is in flight already (``gic_raise_inflight_irq``)."""
        # Xen does not check that the list register is this vCPU's: of an interrupt that was routed here while it was
        # in flight to another vCPU, it looks at the register of the same number.
        if interrupt.enabled and interrupt.line is None and current:
            self._update(interrupt.list_register)

    def enable(self, interrupt: Interrupt, *, current: bool) -> None:
        """The guest enables an interrupt: one that is in flight may become visible (``vgic_enable_irqs``)."""
        interrupt.enabled = True
        if interrupt.flight is not None and not interrupt.visible:
            self._raise(interrupt, current=current)

    def clear(self) -> None:
        """Forget the interrupts in flight, but not what the registers hold (``vgic_clear_pending_irqs``)."""
        for interrupt in list(self.in_flight):
            interrupt.land()
        for interrupt in list(self.waiting):
            interrupt.leave_line()
        self.used = [False] * LIST_REGISTERS

    def _raise(self, interrupt: Interrupt, *, current: bool) -> None:
        """Give it a list register, or let it wait for one (``gic_raise_guest_irq``)."""
        if current and not self.waiting and False in self.used:
            self._show(interrupt, self.used.index(False))
        else:
            interrupt.wait_in(self.waiting)

    def _show(self, interrupt: Interrupt, index: int) -> None:
        self.interface.lists[index] = ListRegister(interrupt, interrupt.priority & PRIORITY_MASK)
        self.used[index] = True
        interrupt.list_register = index
        interrupt.visible = True
        interrupt.queued = False

    # -- At the vCPU's traps, and when it goes on ---------------------------------------------------------------

    def collect(self) -> None:
        """Note what the guest did with the list registers (``vgic_sync_from_lrs``): the vCPU has trapped."""
        self.underflow_interrupt = False
        for index, used in enumerate(self.used):
            if used:
                self._update(index)

    def _update(self, index: int) -> None:
        """Note what the guest did with one list register (``gic_update_one_lr``)."""
        entry = self.interface.lists[index]
        interrupt = self.private[0] if entry is None else entry.interrupt  # an empty register names interrupt 0
        if entry is not None and entry.active:
            interrupt.active = True
            if interrupt.enabled and interrupt.queued:  # it came again: active and pending at once
                interrupt.queued = False
                # A list register of a device (HW) cannot be both: that one is lost.
                entry.pending = entry.pending or interrupt.wire is None
        elif entry is not None and entry.pending:
            interrupt.queued = False
        else:
            self.interface.lists[index] = None
            self.used[index] = False
            interrupt.visible = interrupt.active = False
            if interrupt.enabled and interrupt.queued and not interrupt.migrating:
                self._raise(interrupt, current=True)
            else:
                interrupt.land()
                interrupt.migrating = False

    def fill(self) -> None:
        """Put waiting interrupts into list registers (``vgic_sync_to_lrs``): the vCPU goes on."""
        if not self.waiting:
            return
        self._show_waiting()
        self.underflow_interrupt = bool(self.waiting) and all(self.used)

    def _show_waiting(self) -> None:
        """Show those that wait, in place of less urgent ones if need be (``gic_restore_pending_irqs``).

        Xen goes on with what it has evicted itself, and that may then evict a more urgent one: this is reproduced.
        """
        index = 0
        interrupt: Interrupt | None = self.waiting[0]
        victim: Interrupt | None = None
        for _ in range(LIST_REGISTERS):  # as many as there are registers may come in
            if interrupt is None:
                return
            following = self._behind(interrupt)
            free = next((at for at in range(index, LIST_REGISTERS) if not self.used[at]), None)
            if free is None:
                victim = _find_victim(interrupt, self.in_flight, victim)
                if victim is None:
                    return
                free = self._evict(victim)
            index = free
            self._show(interrupt, index)
            interrupt.leave_line()
            interrupt = following

    def _behind(self, interrupt: Interrupt) -> Interrupt | None:
        at = self.waiting.index(interrupt) + 1
        return self.waiting[at] if at < len(self.waiting) else None

    def _evict(self, victim: Interrupt) -> int:
        """Take an interrupt out of its list register, and let it wait; return the register's number."""
        victim.queued, victim.visible = True, False
        victim.wait_in(self.waiting)
        return victim.list_register

    def underflows(self) -> bool:
        """Whether the CPU interface raises the maintenance interrupt, which makes the vCPU trap (ICH_MISR_EL2.U)."""
        if not self.underflow_interrupt:
            return False
        valid = sum(1 for entry in self.interface.lists if entry is not None and (entry.pending or entry.active))
        return valid < LEAST_VALID

    def wants_attention(self) -> bool:
        """Whether a vCPU that is about to wait has a deliverable interrupt (``gic_events_need_delivery``).

        Xen compares the five bits of a priority with all eight bits of the mask; this is reproduced here.
        """
        interface = self.interface
        running = (interface.active1 & -interface.active1).bit_length() - 1 if interface.active1 else 32
        for interrupt in self.in_flight:
            priority = interrupt.priority >> GUEST_PRIORITY_SHIFT
            if priority >= interface.priority_mask or priority >= running:
                return False
            if interrupt.enabled:
                return True
        return False


def _find_victim(interrupt: Interrupt, flight: list[Interrupt], last: Interrupt | None) -> Interrupt | None:
    """The next one that is visible, not active, and not of the same priority; from the end or from ``last`` backwards.

    Xen's list is a ring: a search that begins at the last victim comes round from the other end.
    """
    at = len(flight) if last is None else flight.index(last)
    for other in (*reversed(flight[:at]), *reversed(flight[at + 1 :])):
        if other.priority == interrupt.priority:
            return None
        if other.visible and not other.active:
            return other
    return None
