"""A GICv3 virtual CPU interface: what a guest reaches by ICC_*_EL1, as data and logic (Arm IHI 0069, 4 and 12).

The hypervisor puts interrupts into the list registers; the guest acknowledges, drops and deactivates them. All are in
group 1, as under Xen. There are four list registers and 5 bits of priority, as on the Cortex-A53 of the QEMU on which
the real Xen was recorded.
"""

from dataclasses import dataclass, field

from harness.machine.sysregs import Encoding
from harness.platform.gic_interrupt import Interrupt

LIST_REGISTERS = 4
PRIORITY_BITS = 5
PRIORITY_MASK = 0xFF & ~((1 << 8 - PRIORITY_BITS) - 1)
LEAST_BPR0 = 7 - PRIORITY_BITS
LEAST_BPR1 = LEAST_BPR0 + 1
IDLE_PRIORITY = 0xFF
SPURIOUS = 1023
FIRST_SPECIAL = 1020
INTID_MASK = 0xFF_FFFF
"""The interrupt number in ICC_EOIR<n>_EL1 and ICC_DIR_EL1."""

CTLR_CBPR, CTLR_EOIMODE = 1 << 0, 1 << 1
CTLR_FIXED = 1 << 15 | 1 << 11 | PRIORITY_BITS - 1 << 8
"""ICC_CTLR_EL1's read-only fields: A3V, 24 bits of INTID, and the number of priority bits minus one."""
SRE_ALL = 7
"""ICC_SRE_EL1: system registers are on, FIQ and IRQ bypass are off; read-only."""

ICC_REGISTERS: dict[Encoding, str] = {
    Encoding(3, 0, crn, crm, op2): name
    for (crn, crm, op2), name in {
        (4, 6, 0): "PMR",
        (12, 8, 0): "IAR0",
        (12, 8, 1): "EOIR0",
        (12, 8, 2): "HPPIR0",
        (12, 8, 3): "BPR0",
        (12, 8, 4): "AP0R0",
        (12, 9, 0): "AP1R0",
        (12, 11, 1): "DIR",
        (12, 11, 3): "RPR",
        (12, 11, 5): "SGI1R",
        (12, 12, 0): "IAR1",
        (12, 12, 1): "EOIR1",
        (12, 12, 2): "HPPIR1",
        (12, 12, 3): "BPR1",
        (12, 12, 4): "CTLR",
        (12, 12, 5): "SRE",
        (12, 12, 6): "IGRPEN0",
        (12, 12, 7): "IGRPEN1",
    }.items()
}
"""The registers of a guest under Xen, without ``ICC_`` and ``_EL1``; other ICC registers are undefined."""


@dataclass
class ListRegister:
    """An interrupt that the guest can see (ICH_LR<n>_EL2). Once it has ended, it is neither pending nor active."""

    interrupt: Interrupt
    priority: int
    """Its priority, without the bits that the CPU interface does not have."""
    pending: bool = True
    active: bool = False

    def deactivate(self) -> None:
        """The guest has handled it. One that came from the board is deactivated there, too (ICH_LR<n>_EL2.HW)."""
        self.active = False
        if self.interrupt.wire is not None:
            self.interrupt.wire.active = False


@dataclass
class CpuInterface:
    """Plain, copyable: one vCPU's interface registers and list registers (ICH_VMCR, ICH_AP<n>R0, ...)."""

    lists: list[ListRegister | None] = field(default_factory=lambda: [None] * LIST_REGISTERS)
    priority_mask: int = 0
    bpr0: int = LEAST_BPR0
    bpr1: int = LEAST_BPR1
    control: int = 0
    group0_enabled: bool = False
    group1_enabled: bool = False
    active0: int = 0
    active1: int = 0
    """ICH_AP0R0 and ICH_AP1R0: bit n is set while an interrupt of group priority n is active."""

    # -- What the hypervisor asks -------------------------------------------------------------------------------

    def signals(self) -> bool:
        """Whether the virtual IRQ is asserted: a pending interrupt is enabled, unmasked and has sufficient priority."""
        best = self._highest_pending()
        return best is not None and self._can_preempt(best)

    # -- What the guest does ------------------------------------------------------------------------------------

    def read(self, name: str) -> int | None:
        """Answer an MRS; reading IAR1 acknowledges. None for a register that cannot be read."""
        match name:
            case "PMR":
                return self.priority_mask
            case "IAR1":
                return self._acknowledge()
            case "HPPIR1":
                best = self._highest_pending()
                return SPURIOUS if best is None else best.interrupt.number
            case "IAR0" | "HPPIR0":  # there is never an interrupt in group 0
                return SPURIOUS
            case "RPR":
                return self._running_priority()
            case "BPR0":
                return self.bpr0
            case "BPR1":
                return min(self.bpr0 + 1, 7) if self.control & CTLR_CBPR else self.bpr1
            case "CTLR":
                return CTLR_FIXED | self.control
            case "IGRPEN0":
                return int(self.group0_enabled)
            case "IGRPEN1":
                return int(self.group1_enabled)
            case "AP0R0":
                return self.active0
            case "AP1R0":
                return self.active1
            case "SRE":
                return SRE_ALL
            case _:
                return None

    def write(self, name: str, value: int) -> bool:
        """Perform an MSR; False for a register that cannot be written."""
        match name:
            case "PMR":
                self.priority_mask = value & PRIORITY_MASK
            case "EOIR0" | "EOIR1":
                self._end(value & INTID_MASK, group1=name == "EOIR1")
            case "DIR":
                if self.control & CTLR_EOIMODE:
                    self._deactivate(value & INTID_MASK)
            case "BPR0":
                self.bpr0 = max(value & 7, LEAST_BPR0)
            case "BPR1":
                if not self.control & CTLR_CBPR:
                    self.bpr1 = max(value & 7, LEAST_BPR1)
            case "CTLR":
                self.control = value & (CTLR_CBPR | CTLR_EOIMODE)
            case "IGRPEN0":
                self.group0_enabled = bool(value & 1)
            case "IGRPEN1":
                self.group1_enabled = bool(value & 1)
            case "AP0R0":
                self.active0 = value & 0xFFFF_FFFF
            case "AP1R0":
                self.active1 = value & 0xFFFF_FFFF
            case "SRE":  # read-only
                pass
            case _:
                return False
        return True

    def _highest_pending(self) -> ListRegister | None:
        """The pending interrupt of the highest priority (lowest number); the first list register among equals."""
        if not self.group1_enabled:
            return None
        waiting = [entry for entry in self.lists if entry is not None and entry.pending and not entry.active]
        return min(waiting, key=lambda entry: entry.priority, default=None)

    def _group_mask(self) -> int:
        """Mask of the priority bits that decide about preemption (the binary point of group 1)."""
        bpr = self.bpr0 if self.control & CTLR_CBPR else self.bpr1 - 1
        return 0xFF & ~((1 << bpr + 1) - 1)

    def _running_priority(self) -> int:
        active = self.active0 | self.active1
        if not active:
            return IDLE_PRIORITY
        # The lowest bit that is set is the highest active priority.
        return (active & -active).bit_length() - 1 << 8 - PRIORITY_BITS

    def _can_preempt(self, entry: ListRegister) -> bool:
        if entry.priority >= self.priority_mask:
            return False
        running = self._running_priority()
        return running == IDLE_PRIORITY or entry.priority & self._group_mask() < running & self._group_mask()

    def _acknowledge(self) -> int:
        best = self._highest_pending()
        if best is None or not self._can_preempt(best):
            return SPURIOUS
        best.pending, best.active = False, True
        self.active1 |= 1 << ((best.priority & self._group_mask()) >> 8 - PRIORITY_BITS)
        return best.interrupt.number

    def _end(self, interrupt: int, *, group1: bool) -> None:
        """Drop the running priority; without EOImode the interrupt is deactivated, too."""
        if FIRST_SPECIAL <= interrupt <= SPURIOUS:
            return
        # An EOI drops the highest active priority, whichever interrupt it names and whichever group that is of.
        dropped = (self.active0 | self.active1) & -(self.active0 | self.active1)
        if self.active0 & dropped:
            self.active0 ^= dropped
        else:
            self.active1 ^= dropped
        entry = self._find_active(interrupt)
        if entry is None or self.control & CTLR_EOIMODE or not group1:
            return
        if dropped == 1 << ((entry.priority & self._group_mask()) >> 8 - PRIORITY_BITS):
            entry.deactivate()

    def _deactivate(self, interrupt: int) -> None:
        entry = self._find_active(interrupt)
        if entry is not None:
            entry.deactivate()

    def _find_active(self, interrupt: int) -> ListRegister | None:
        held = (entry for entry in self.lists if entry is not None and entry.active)
        return next((entry for entry in held if entry.interrupt.number == interrupt), None)
