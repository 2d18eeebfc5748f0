"""A virtual CPU: its emulated CPU, programmed at EL2 as Xen programs it, and what Xen keeps of it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.abi.memory_map import GUEST_TIMER_PHYS_NS_PPI, GUEST_TIMER_VIRT_PPI
from harness.events import GuestException
from harness.machine.counter_sites import CounterAccess
from harness.machine.cpu import Cpu
from harness.machine.exits import Trap
from harness.machine.vmap import Mapping
from harness.platform.affinity import vcpu_affinity
from harness.platform.gic_cpu_interface import ICC_REGISTERS
from harness.platform.gic_queue import InterruptQueue
from harness.platform.gic_rank import Rank
from harness.platform.timer import TICK_NS, Timer
from harness.xen.delivery import Area
from harness.xen.runstate import RunstateInfo

if TYPE_CHECKING:
    from harness.xen.domain import Domain

PSTATE_I = 1 << 7
"""IRQs are masked."""
ENTRY_PSTATE = 0x1C5
"""EL1h; asynchronous aborts, IRQ and FIQ masked, debug exceptions not: as seen on 4.14, 4.17 and 4.20."""
ENTRY_SCTLR = 0x00C5_0078
CORTEX_A53 = 0x410F_D034
"""MIDR_EL1 of the CPU that QEMU gives the real Xen."""

HCR_VM, HCR_SWIO, HCR_PTW, HCR_FMO, HCR_IMO, HCR_AMO = (1 << bit for bit in range(6))
HCR_VI = 1 << 7
HCR_FB, HCR_BSU_INNER, HCR_TWI, HCR_TWE = 1 << 9, 1 << 10, 1 << 13, 1 << 14
HCR_TID3, HCR_TSC, HCR_TIDCP, HCR_TAC, HCR_TSW = (1 << bit for bit in range(18, 23))
HCR_TPU, HCR_TTLB, HCR_RW = 1 << 24, 1 << 25, 1 << 31

XEN_HCR = (
    (HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_FB | HCR_BSU_INNER)
    | (HCR_TWI | HCR_TWE | HCR_TID3 | HCR_TSC | HCR_TIDCP | HCR_TAC | HCR_TSW | HCR_RW)
)  # fmt: skip
"""HCR_EL2 as ``get_default_hcr_flags`` has it for a 64-bit guest (``xen/arch/arm/traps.c``)."""

HCR_TID2 = 1 << 17
"""Trapped beyond that: cache identification, which is to be a Cortex-A53's and not the emulator's A72's."""

XEN_MDCR = 1 << 11 | 1 << 10 | 1 << 9 | 1 << 6 | 1 << 5
"""MDCR_EL2: TDRA, TDOSA, TDA, TPM, TPMCR (``init_traps``)."""

CNTHCTL_EL1PCTEN = 1 << 0
"""All that ``init_timer_interrupt`` sets (``xen/arch/arm/time.c``)."""

_TIMER_REGISTERS = {
    "CNTVCT_EL0": "CT",
    "CNTV_CTL_EL0": "CTL",
    "CNTV_CVAL_EL0": "CVAL",
    "CNTV_TVAL_EL0": "TVAL",
}

_CLEARED_AT_START = ("TCR_EL1", "TTBR0_EL1", "TTBR1_EL1", "ELR_EL1", "SPSR_EL1", "SP_EL0")

SMP_HCR = HCR_TPU | HCR_TTLB
"""Also trapped where a domain has several vCPUs: their emulators' TLBs and code caches are kept in step by hand."""


@dataclass
class VcpuState:
    """What Xen keeps of a vCPU, plain and copyable."""

    timer: Timer
    """The virtual timer."""
    physical_timer: Timer = field(default_factory=lambda: Timer(0, masks_itself=False))
    runstate: RunstateInfo = field(default_factory=RunstateInfo)
    down: bool = True
    """Not started yet, or off by CPU_OFF (Xen: _VPF_down)."""
    blocked: bool = False
    """Waiting for an event, or polling (Xen: _VPF_blocked)."""
    poll_deadline_ns: int | None = None
    polling: bool = False
    """Waiting in SCHEDOP_poll (Xen: its bit in ``poll_mask``)."""
    polled_port: int = 0
    """The one port that it polls; 0 for none or several."""
    private_rank: Rank = field(default_factory=Rank)
    """Its SGIs and PPIs in its redistributor."""
    interrupts: InterruptQueue = field(default_factory=InterruptQueue)
    irq_line: bool = False
    """Whether its CPU's virtual IRQ is pending (HCR_EL2.VI)."""
    vcpu_info: int | None = None
    """The machine address of the vcpu_info that it registered."""
    area: Area | None = None
    """Its runstate area, by virtual address."""
    physical_area: Area | None = None
    """Its runstate area by guest-physical address, under a model that has them."""
    pinned: bool = False
    """Kept on a pCPU by SCHEDOP_pin_override."""


class Vcpu:
    """vCPU ``number`` of ``domain``. It has an emulated CPU from its first start on."""

    def __init__(self, domain: "Domain", number: int) -> None:
        self.domain = domain
        self.number = number
        self.key = domain.number, number
        """(domain, vcpu): how events and the scheduler's plain state name it."""
        self.state = VcpuState(Timer(domain.created_ns), runstate=RunstateInfo(state_entry_time=domain.created_ns))
        self.mapping: Mapping | None = None
        self._cpu: Cpu | None = None

    def __str__(self) -> str:
        return f"d{self.domain.number}v{self.number}"

    @property
    def mpidr(self) -> int:
        """MPIDR_EL1: bit 31 (RES1) and the affinity."""
        return 1 << 31 | vcpu_affinity(self.number)

    @property
    def cpu(self) -> Cpu:
        """The emulated CPU; only a vCPU that was started has one."""
        assert self._cpu is not None, f"{self} was never started"
        return self._cpu

    @property
    def has_cpu(self) -> bool:
        """Whether it was ever started."""
        return self._cpu is not None

    @property
    def runnable(self) -> bool:
        """Whether the scheduler may run it."""
        return not (self.state.down or self.state.blocked or self.domain.state.shutdown is not None)

    def reset(self, entry: int, context: int) -> None:
        """Have it start at IPA ``entry`` with ``context`` in x0, as PSCI CPU_ON does (``do_common_cpu_on``).

        One that was on before keeps its other system registers, FP registers and timers (``arch_set_info_guest``).
        """
        if self._cpu is None:
            self._cpu = self._first_cpu()
        cpu = self._cpu
        for name in _CLEARED_AT_START:
            cpu.write_sysreg(name, 0)
        cpu.write_sysreg("SCTLR_EL1", ENTRY_SCTLR)
        cpu.pstate = ENTRY_PSTATE
        cpu.sp = 0
        cpu.pc = entry
        for number in range(31):
            cpu.x[number] = 0
        cpu.x[0] = context
        cpu.flush_tlb()
        self.domain.interrupts.reset(self)

    def _first_cpu(self) -> Cpu:
        """An emulated CPU as hardware and Xen have it before its guest's first instruction."""
        cpu = self._new_cpu()
        several = len(self.domain.vcpus) > 1
        for name, value in (
            ("HCR_EL2", XEN_HCR | HCR_TID2 | (SMP_HCR if several else 0)),
            ("VTCR_EL2", self.domain.p2m.vtcr),
            ("VTTBR_EL2", self.domain.p2m.vttbr),
            ("VPIDR_EL2", CORTEX_A53),
            ("VMPIDR_EL2", self.mpidr),
            ("MDCR_EL2", XEN_MDCR),
            ("CNTHCTL_EL2", CNTHCTL_EL1PCTEN),  # EL1 reads the physical counter; its timer traps, and is answered
            ("CPACR_EL1", 0),  # FP traps to EL1 until the guest allows it
        ):
            cpu.write_sysreg(name, value)
        self.state.timer = Timer(self.domain.created_ns)
        self.state.physical_timer = Timer(0, masks_itself=False)
        return cpu

    def restore_cpu(self, context: Any) -> None:
        """Make its CPU what it was when ``context`` was saved; None for a vCPU that was not started then."""
        if context is None:
            self.close()
            return
        if self._cpu is None:
            self._cpu = self._new_cpu()
        self._cpu.restore(context)

    def _new_cpu(self) -> Cpu:
        cpu = Cpu(self.domain.memory, self._on_trap, self._on_counter, emulated=ICC_REGISTERS)
        cpu.on_exception = self._on_exception
        cpu.read_counters_natively(TICK_NS.bit_length() - 1, self.domain.created_ns, 0)
        return cpu

    def close(self) -> None:
        """Give the emulated CPU back."""
        if self._cpu is not None:
            self._cpu.close()
            self._cpu = None

    def _on_trap(self, trap: Trap) -> bool:
        return self.domain.on_trap(self, trap)

    def _on_exception(self, syndrome: int, far: int | None) -> None:
        """Announce an exception that its CPU takes to EL1 by itself."""
        events = self.domain.host.events
        if events.of(GuestException):
            now, cpu = self.domain.now_ns(), self.cpu
            events.emit(GuestException(now, *self.key, syndrome, cpu.pc, far, cpu.el, injected=False))

    def _on_counter(self, access: CounterAccess) -> int:
        if access.name == "CNTPCT_EL0":
            return self.access_timer(self.state.physical_timer, "CT", access.value)
        return self.access_timer(self.state.timer, _TIMER_REGISTERS[access.name], access.value)

    def access_timer(self, timer: Timer, register: str, value: int | None) -> int:
        """Read (``value`` is None) or write a register of one of its timers, now."""
        now = self.domain.now_ns()
        self.expire_timers(now)
        if value is None:
            return timer.read(register, now)
        before = timer.deadline_ns
        timer.write(register, value, now)
        self.expire_timers(now)
        if timer.deadline_ns is not None and timer.deadline_ns != before:
            self.cpu.pause()  # it may fire within the slice that was planned
        return 0

    def expire_timers(self, now_ns: int) -> None:
        """Raise the interrupts of the timers that are due."""
        state = self.state
        if state.timer.expire(now_ns):
            self.domain.interrupts.inject(self, GUEST_TIMER_VIRT_PPI)
        if state.physical_timer.expire(now_ns):
            self.domain.interrupts.inject(self, GUEST_TIMER_PHYS_NS_PPI)

    def wait(self, *, unless_masked: bool = False) -> None:
        """Block until an interrupt or event comes; with one that waits already, not at all (``vcpu_block``).

        A timer that was due has fired before; what it raised counts only where the guest has enabled it.
        ``unless_masked``: IRQs that PSTATE.I masks do not keep it from waiting, as in SCHEDOP_poll.
        """
        self.expire_timers(self.domain.now_ns())
        masked = unless_masked and bool(self.cpu.pstate & PSTATE_I)
        self.state.blocked = masked or not self.has_events()

    def poll(self, port: int, deadline_ns: int | None) -> None:
        """Mark the wait that was begun as one for an event at ``port`` (0: any polled one), or for a time."""
        self.state.polling = True
        self.state.polled_port = port
        self.state.poll_deadline_ns = deadline_ns

    def has_events(self) -> bool:
        """Whether an interrupt or event waits for it (``local_events_need_delivery_nomask``)."""
        return self.domain.interrupts.wants_attention(self) or self.domain.events.wants_attention(self)

    @property
    def due_at_ns(self) -> int | None:
        """When time alone will next change something for it; None for never."""
        state = self.state
        due = state.timer.deadline_ns
        other = state.physical_timer.deadline_ns
        if other is not None and (due is None or other < due):
            due = other
        if state.blocked:
            other = state.poll_deadline_ns
            if other is not None and (due is None or other < due):
                due = other
        return due

    def wake(self) -> None:
        """End a wait."""
        self.state.blocked = False
        self.state.polling = False
        self.state.poll_deadline_ns = None
