"""A domain and its vCPUs: their identity, their state in Xen, and their emulated CPUs.

They refer to each other, and to the strategy that delivers runstate, so they are in one file. The code that acts on
them is in the room of its subject, above this one; :mod:`harness.xen.wiring` puts the parts together.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol, runtime_checkable

from harness.abi import memory_map
from harness.abi.domain_id import DomainId
from harness.abi.hypercalls.vm_assist import VmAssist
from harness.events import GuestException
from harness.machine.counter_sites import CounterAccess
from harness.machine.cpu import Cpu
from harness.machine.exits import Stage2Abort, Trap
from harness.machine.lifetime import MachineClosedError, MachineError
from harness.machine.vmap import Mapping as Vmapping
from harness.platform.affinity import vcpu_affinity
from harness.platform.gic_cpu_interface import ICC_REGISTERS
from harness.platform.timer import TICK_NS, Timer
from harness.xen.domains import el2
from harness.xen.domains.state import DomainState, VcpuState
from harness.xen.host import Host
from harness.xen.memory.p2m import P2m
from harness.xen.models.interrupt_releases import ANY_PORT
from harness.xen.models.releases import Release
from harness.xen.runstate.info import RunstateInfo
from harness.xen.runstate.publication import Publication


class Vcpu:
    """vCPU ``number`` of ``domain``. It has an emulated CPU once it was started."""

    def __init__(self, domain: "Domain", number: int) -> None:
        self.domain = domain
        self.number = number
        self.key = domain.number, number
        """(domain, vcpu), by which events and the scheduler's plain state refer to it."""
        self.state = VcpuState(Timer(domain.created_ns), runstate=RunstateInfo(state_entry_time=domain.created_ns))
        self.mapping: Vmapping | None = None
        """Xen's own mapping of its runstate area, if the model makes one."""
        self._cpu: Cpu | None = None
        self.in_trap = False
        """A trap is being answered at whose end its list registers are filled (:meth:`watch_traps`)."""

    def __str__(self) -> str:
        return f"d{self.domain.number}v{self.number}"

    @property
    def mpidr(self) -> int:
        """MPIDR_EL1: bit 31 (RES1) and the affinity."""
        return 1 << 31 | vcpu_affinity(self.number)

    @property
    def cpu(self) -> Cpu:
        """The emulated CPU. Raises MachineError for a vCPU that was never started, or of a closed machine."""
        if self._cpu is None:
            if self.domain.memory.fd < 0:
                raise MachineClosedError(f"{self} has no CPU any more: its machine is closed")
            raise MachineError(f"{self} has no CPU: it was never started")
        return self._cpu

    @property
    def has_cpu(self) -> bool:
        """Whether it was ever started."""
        return self._cpu is not None

    @property
    def runnable(self) -> bool:
        """Whether the scheduler may run it."""
        return not (self.state.down or self.state.blocked or self.domain.state.shutdown is not None)

    # -- Its CPU ------------------------------------------------------------------------------------------------

    def reset(self, entry: int, context: int) -> None:
        """Set it up to start at IPA ``entry`` with ``context`` in x0, and forget interrupts in flight.

        Interrupts that it enabled stay enabled (``do_common_cpu_on``).
        """
        if self._cpu is None:
            self._cpu = self._first_cpu()
        el2.start(self._cpu, entry, context)
        self._cpu.faults.clear()
        self.state.interrupts.clear()
        self.state.irq_line = False
        self.watch_traps()

    def _first_cpu(self) -> Cpu:
        # An emulator costs about a millisecond and some memory, so a vCPU gets one only when it is started.
        cpu = self._new_cpu()
        p2m, several = self.domain.p2m, len(self.domain.vcpus) > 1
        el2.program(cpu, vtcr=p2m.vtcr, vttbr=p2m.vttbr, mpidr=self.mpidr, several=several)
        self.state.timer = Timer(self.domain.created_ns)
        self.state.physical_timer = Timer(0, masks_itself=False)
        return cpu

    def restore_cpu(self, context: Any) -> None:
        """Restore its CPU from ``context``; None for a vCPU that was not started when the state was saved."""
        if context is None:
            self.close()
            return
        if self._cpu is None:
            self._cpu = self._new_cpu()
        self._cpu.restore(context)
        self._cpu.faults = self.state.faults
        self.watch_traps()

    def _new_cpu(self) -> Cpu:
        answer = partial(self.domain.on_trap, self)
        cpu = Cpu(self.domain.memory, answer, self._on_counter, emulated=ICC_REGISTERS)
        cpu.checks_alignment = self.domain.check_alignment
        cpu.on_exception = self._on_exception
        cpu.faults = self.state.faults
        cpu.now_ns = self.domain.now_ns
        cpu.read_counters_natively(TICK_NS.bit_length() - 1, self.domain.created_ns, 0)
        return cpu

    def close(self) -> None:
        """Release the emulated CPU."""
        if self._cpu is not None:
            self._cpu.close()
            self._cpu = None

    def watch_traps(self) -> None:
        """Have its traps answered as the present state wants it; to be called when an interrupt is in flight."""
        # Xen looks at the list registers at every trap. Here only a vCPU with interrupts in flight pays for that.
        if self._cpu is not None:
            domain = self.domain
            handler = domain.on_trap_in_flight if self.state.interrupts.in_flight else domain.on_trap
            self._cpu.on_trap = partial(handler, self)

    def _on_counter(self, access: CounterAccess) -> int:
        return self.domain.on_counter(self, access)

    def _on_exception(self, syndrome: int, far: int | None) -> None:
        """Announce an exception that the CPU takes to EL1 without Xen."""
        events = self.domain.host.events
        if events.of(GuestException):
            now, cpu = self.domain.now_ns(), self.cpu
            events.emit(GuestException(now, *self.key, syndrome, cpu.pc, far, cpu.el, injected=False))

    # -- Its waits ----------------------------------------------------------------------------------------------

    def poll(self, port: int, deadline_ns: int | None) -> None:
        """Turn the wait that has begun into a poll: for an event at ``port`` (0: several), or until a time."""
        self.state.polling = True
        self.state.polled_port = port
        self.state.poll_deadline_ns = deadline_ns

    def wake(self) -> None:
        """End a wait."""
        self.state.blocked = False
        self.state.polling = False
        self.state.poll_deadline_ns = None

    @property
    def due_at_ns(self) -> int | None:
        """When a timer or poll timeout of it expires next; None for never."""
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


Registration = Callable[[Vcpu, Vcpu, int], int]
"""Registers an area for the first vCPU at the address, on behalf of the second, current one: 0 or a negative errno."""


@runtime_checkable
class RunstateDelivery(Protocol):
    """A strategy for runstate areas; each domain has one of its own."""

    def registration(self, command: int) -> Registration | None:
        """Return the function with which a command of vcpu_op registers an area; None if it registers none."""

    def publication(self, vcpu: Vcpu) -> Publication | None:
        """Make the update of the area of ``vcpu``, whose tables are live; None if it has no area."""

    def release(self, vcpu: Vcpu) -> None:
        """Drop every mapping and reference of ``vcpu``, when its domain is destroyed."""

    def rebuild(self, vcpu: Vcpu) -> None:
        """Make the live mappings agree with ``vcpu.state.area`` again, after a restore."""


TrapHandler = Callable[[Vcpu, Trap], bool]
"""Answers a vCPU's trap to EL2, and returns whether its slice goes on."""
CounterHandler = Callable[[Vcpu, CounterAccess], int]
"""Answers a vCPU's access to the virtual counter or timer, and returns the value of a read."""
MmioHandler = Callable[[Vcpu, Stage2Abort], bool]
"""Performs a vCPU's load or store outside its domain's memory; False if there is no device or it refuses."""


class DomainModel(Protocol):
    """What a domain knows about its ABI model (``harness.xen.models.model``)."""

    @property
    def name(self) -> str:
        """The name for ``--abi``."""

    @property
    def release(self) -> Release:
        """The release that it is based on."""

    @property
    def delivery(self) -> Callable[[], RunstateDelivery]:
        """Makes the strategy of one domain."""


class Domain:
    """Domain ``number`` under ABI ``model``, with ``vcpus`` vCPUs that are all down.

    ``delivery`` is the model's strategy for its runstate areas; ``all_domains`` are all domains of the machine, by
    number. ``privileged`` makes it dom0. :mod:`harness.xen.wiring` must set its handlers. Its p2m is empty until
    :mod:`harness.xen.domains.builder` gives it memory and a guest.
    """

    on_trap_in_flight: TrapHandler
    """Answers a trap of a vCPU that has interrupts in flight."""
    on_counter: CounterHandler
    on_mmio: MmioHandler
    unblock: Callable[[Vcpu], None]
    """Ends a vCPU's wait, if it waits: something happened that it may wait for."""

    def __init__(
        self,
        number: int,
        host: Host,
        model: DomainModel,
        delivery: RunstateDelivery,
        vcpus: int,
        all_domains: "Mapping[int, Domain]",
        *,
        privileged: bool = False,
        debug_build: bool = False,
    ) -> None:
        self._on_trap: TrapHandler
        self.number = number
        self.host = host
        self.model = model
        self.abi = model.name
        self.release = model.release
        self.delivery = delivery
        self.all_domains = all_domains
        self.privileged = privileged
        self.debug_build = debug_build
        """Whether its Xen is a debug build, which overwrites argument registers and logs more."""
        self.check_alignment = False
        """Whether CPUs that are made from now on check every LDAR and STLR (:mod:`harness.machine.alignment`)."""
        self.memory = host.memory
        self.frames = host.frames
        self.vmap = host.vmap
        self.walker = host.walker
        self.now_ns = host.now_ns
        self.created_ns = host.now_ns()
        self.state = DomainState()
        self.p2m = P2m(host.frames, number + 1, self.flush_tlbs)  # VMID 0 is reserved (INVALID_VMID)
        self.shared_info_mfn = self.p2m.share_xen_page()
        """The frame of its shared_info; the guest maps it wherever it likes (XENMEM_add_to_physmap)."""
        self.vcpus = [Vcpu(self, index) for index in range(vcpus)]
        self.load_shift = 0
        """What was added to the guest's link addresses when it was loaded."""
        self.device_tree = 0
        """The IPA of its device tree."""

    @property
    def on_trap(self) -> TrapHandler:
        """Answers the traps of its vCPUs."""
        return self._on_trap

    @on_trap.setter
    def on_trap(self, handler: TrapHandler) -> None:
        self._on_trap = handler
        # Traps come by the million: the CPUs call a partial, without a function or a look-up in between.
        for vcpu in self.vcpus:
            vcpu.watch_traps()

    @property
    def direct_mapped(self) -> bool:
        """Whether gfn = mfn, in which case the domain keeps pages that it gives back (``is_domain_direct_mapped``)."""
        return self.privileged

    @property
    def last_port(self) -> int:
        """The highest port that its event channels may have, if their ABI has that many."""
        return ANY_PORT if self.privileged else self.release.interrupts.domu_last_port

    @property
    def event_interrupt(self) -> int:
        """The private interrupt by which events are delivered."""
        return memory_map.BOARD_EVTCHN_PPI if self.privileged else memory_map.GUEST_EVTCHN_PPI

    def by_any_id(self, number: int) -> "Domain | None":
        """The domain that a number in its hypercall refers to; DOMID_SELF is itself (``rcu_lock_domain_by_any_id``)."""
        return self if number == DomainId.DOMID_SELF else self.all_domains.get(number)

    def update_flag_assist(self) -> bool:
        """Whether the guest asked for XEN_RUNSTATE_UPDATE (vm_assist type 5)."""
        return bool(self.state.assists >> VmAssist.VMASST_TYPE_runstate_update_flag & 1)

    def log_for(self, vcpu: Vcpu, line: str) -> None:
        """Write a line to Xen's log that begins with the vCPU's name, as ``gprintk`` does."""
        self.host.log(f"{vcpu} {line}")

    def flush_tlbs(self) -> None:
        """Flush the TLBs of its CPUs, because stage 2 changed."""
        for vcpu in self.vcpus:
            if vcpu.has_cpu:
                vcpu.cpu.flush_tlb()

    def flush_code(self) -> None:
        """Discard the translated code of its CPUs, because the host wrote to memory that may contain code."""
        for vcpu in self.vcpus:
            if vcpu.has_cpu:
                vcpu.cpu.flush_code()
