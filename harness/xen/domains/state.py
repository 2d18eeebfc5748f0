"""Xen's state of a domain and of each of its vCPUs: plain, copyable data, which snapshots contain as it is."""

from dataclasses import dataclass, field

from harness.abi.shared_info import VCPU_INFO
from harness.machine.fault_chain import FaultChain
from harness.platform.gic_distributor import DistributorState
from harness.platform.gic_queue import InterruptQueue
from harness.platform.gic_rank import Rank
from harness.platform.timer import COUNTER_LEAD_NS, PhysicalTimer, Timer
from harness.xen.event_channels.state import EventState
from harness.xen.memory.grant_state import GrantTableState
from harness.xen.runstate.area import Area
from harness.xen.runstate.info import RunstateInfo


@dataclass
class DomainState:
    """Xen's state of a domain, plain and copyable."""

    assists: int = 0
    """vm_assist bits that are on."""
    shutdown: int | None = None
    """The reason of its shutdown; None while it runs."""
    shutdown_code: int | None = None
    """The reason that SCHEDOP_shutdown_code set; it overrides that of a later shutdown."""
    max_pages: int = 0
    """How many pages of memory it may have."""
    grants: GrantTableState = field(default_factory=GrantTableState)
    distributor: DistributorState = field(default_factory=DistributorState)
    events: EventState = field(default_factory=EventState)
    unread_vcpu_info: bytearray = field(default_factory=lambda: bytearray(VCPU_INFO.size))
    """Receives the events of vCPUs that have registered no vcpu_info (Xen: ``dummy_vcpu_info``)."""
    watchdogs_ns: list[int | None] = field(default_factory=lambda: [None, None])
    """The deadlines of the watchdogs of SCHEDOP_watchdog; None is off."""


@dataclass
class VcpuState:
    """Xen's state of a vCPU, plain and copyable."""

    timer: Timer
    """The virtual timer."""
    physical_timer: PhysicalTimer = field(default_factory=lambda: PhysicalTimer(-COUNTER_LEAD_NS))
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
    faults: FaultChain = field(default_factory=FaultChain)
    """The last exceptions that its CPU took one inside the other."""
    pinned: bool = False
    """Pinned to a pCPU by SCHEDOP_pin_override."""
