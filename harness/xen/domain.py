"""A domain: its memory, its vCPUs, and what Xen keeps of it as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harness.abi import memory_map
from harness.abi.layouts import VCPU_INFO
from harness.abi.numbers import VmAssist
from harness.errors import ModelError
from harness.machine.exits import Trap
from harness.machine.memory import PAGE_SHIFT
from harness.platform.gic_distributor import DistributorState
from harness.xen import shared_info
from harness.xen.delivery import RunstateDelivery
from harness.xen.event_channels import EventChannels, EventState
from harness.xen.grant_table import GrantTable, GrantTableState
from harness.xen.host import Host
from harness.xen.interrupt_releases import ANY_PORT
from harness.xen.interrupts import Interrupts
from harness.xen.model_blame import blame, wrong_answer
from harness.xen.models import AbiModel
from harness.xen.p2m import P2m
from harness.xen.vcpu import Vcpu

TrapHandler = Callable[[Vcpu, Trap], bool]


class LeakError(Exception):
    """A destroyed domain did not give everything back: a bug in the harness."""


@dataclass
class DomainState:
    """What Xen keeps of a domain, plain and copyable."""

    assists: int = 0
    """vm_assist bits that are on."""
    shutdown: int | None = None
    """The reason of its shutdown; None while it lives."""
    shutdown_code: int | None = None
    """What SCHEDOP_shutdown_code set beforehand."""
    max_pages: int = 0
    """How many pages of memory it may have."""
    grants: GrantTableState = field(default_factory=GrantTableState)
    distributor: DistributorState = field(default_factory=DistributorState)
    events: EventState = field(default_factory=EventState)
    unread_vcpu_info: bytearray = field(default_factory=lambda: bytearray(VCPU_INFO.size))
    """Where events go for vCPUs that have registered no vcpu_info (Xen: ``dummy_vcpu_info``)."""
    watchdogs_ns: list[int | None] = field(default_factory=lambda: [None, None])
    """When each of the watchdogs of SCHEDOP_watchdog will fire; None is off."""


class Domain:
    """Domain ``number`` under ``model``, with ``vcpus`` vCPUs that are all down; ``privileged`` makes it dom0.

    Its p2m is empty: :mod:`harness.xen.builder` gives it memory and a guest. ``on_trap`` answers its traps,
    ``unblock`` ends a vCPU's wait; ``domains`` are all of the machine, for the other ends of its event channels.
    """

    def __init__(
        self,
        number: int,
        host: Host,
        model: AbiModel,
        vcpus: int,
        on_trap: TrapHandler,
        unblock: Callable[[Vcpu], None],
        domains: "Mapping[int, Domain]",
        *,
        privileged: bool = False,
        debug_build: bool = False,
    ) -> None:
        self.number = number
        self.host = host
        self.model = model
        self.privileged = privileged
        self.debug_build = debug_build
        """Whether its Xen is a debug build: it spoils argument registers and says more in its log."""
        self.on_trap = on_trap
        self.unblock = unblock
        self.memory = host.memory
        self.frames = host.frames
        self.vmap = host.vmap
        self.walker = host.walker
        self.now_ns = host.now_ns
        self.created_ns = host.now_ns()
        self.delivery = _delivery_of(model, number)
        self.state = DomainState()
        self.p2m = P2m(host.frames, number + 1, self.flush_tlbs)
        self.shared_info_mfn = self.p2m.share_xen_page()
        """The frame of its shared_info; the guest sees it where it asks for it (XENMEM_add_to_physmap)."""
        shared_info.start_wallclock(self)
        self.grants = GrantTable(self, domains)
        self.interrupts = Interrupts(self)
        ppi = memory_map.BOARD_EVTCHN_PPI if privileged else memory_map.GUEST_EVTCHN_PPI
        self.events = EventChannels(self, domains, ppi)
        self.vcpus: list[Vcpu] = []
        for index in range(vcpus):
            self.vcpus.append(Vcpu(self, index))
            self.interrupts.add_vcpu(self.vcpus[index])
        self.load_shift = 0
        """What was added to the guest's link addresses when it was loaded."""
        self.device_tree = 0
        """The IPA of its device tree."""

    @property
    def direct_mapped(self) -> bool:
        """Whether its gfns are mfns, so that a page that it gives back stays its own (``is_domain_direct_mapped``)."""
        return self.privileged

    @property
    def last_port(self) -> int:
        """The highest port that its event channels may have, as far as their ABI has room for it."""
        return ANY_PORT if self.privileged else self.model.release.interrupts.domu_last_port

    def update_flag_assist(self) -> bool:
        """Whether the guest asked for XEN_RUNSTATE_UPDATE (vm_assist type 5)."""
        return bool(self.state.assists >> VmAssist.VMASST_TYPE_runstate_update_flag & 1)

    def log_for(self, vcpu: Vcpu, line: str) -> None:
        """Write a line to Xen's log that names the vCPU, as ``gprintk`` does."""
        self.host.log(f"{vcpu} {line}")

    def flush_tlbs(self) -> None:
        """Forget what the TLBs of its CPUs have cached: stage 2 changed."""
        for vcpu in self.vcpus:
            if vcpu.has_cpu:
                vcpu.cpu.flush_tlb()

    def flush_code(self) -> None:
        """Forget code translated for its CPUs: the host wrote where it may execute."""
        for vcpu in self.vcpus:
            if vcpu.has_cpu:
                vcpu.cpu.flush_code()

    def destroy(self) -> None:
        """Give back every mapping, reference, frame and emulated CPU."""
        self.events.reset()
        failure: ModelError | None = None
        for vcpu in self.vcpus:
            try:
                self._let_go(vcpu)
            except ModelError as error:  # what else is held is given back all the same
                failure = failure or error
            if vcpu.state.vcpu_info is not None:
                self.frames.put(vcpu.state.vcpu_info >> PAGE_SHIFT)
                vcpu.state.vcpu_info = None
            vcpu.close()
        self.grants.destroy()
        self.p2m.destroy()
        if failure is not None:
            raise failure

    def _let_go(self, vcpu: Vcpu) -> None:
        try:
            self.delivery.release(vcpu)
        except (Exception, SystemExit) as error:
            blame(error, self.model, f"letting go of what is held for {vcpu}, at its domain's end")


def _delivery_of(model: AbiModel, number: int) -> RunstateDelivery:
    doing = f"making the delivery of domain {number}"
    try:
        delivery = model.delivery()
    except (Exception, SystemExit) as error:
        blame(error, model, doing)
    if not isinstance(delivery, RunstateDelivery):
        raise wrong_answer(model, "its delivery", "a RunstateDelivery (harness.xen.delivery)", delivery, doing)
    return delivery


def check_nothing_left(host: Host) -> None:
    """Raise LeakError unless all frames are free and no vmap is open: all domains have been destroyed."""
    if host.frames.in_use or host.vmap.live or host.frames.state.references:
        raise LeakError(
            f"after the last domain: {host.frames.in_use} frames, {host.vmap.live} mappings, "
            f"{len(host.frames.state.references)} frames with references"
        )
