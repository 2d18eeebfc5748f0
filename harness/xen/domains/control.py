"""What traps and hypercalls can make the hypervisor do: start vCPUs, wake them, and end domains."""

from harness.abi.hypercalls.sched_op import Shutdown
from harness.events import DomainShutdown, VcpuUp
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.host import Host
from harness.xen.outcome import End, Outcome
from harness.xen.scheduler import Key, Scheduler


class DomainControl:
    """All domains of a machine, and how the machine ended. ``vcpus`` is the dictionary that the scheduler uses, too."""

    def __init__(self, host: Host, vcpus: dict[Key, Vcpu], scheduler: Scheduler) -> None:
        self.host = host
        self.events = host.events
        self.domains: dict[int, Domain] = {}
        self.vcpus = vcpus
        self.scheduler = scheduler
        self.outcome: Outcome | None = None
        """How the machine ended; None while it can go on."""

    def add(self, domain: Domain) -> None:
        """Add a domain."""
        self.domains[domain.number] = domain
        self.vcpus.update({vcpu.key: vcpu for vcpu in domain.vcpus})

    def start(self, vcpu: Vcpu, entry: int, context: int) -> None:
        """Start a vCPU at ``entry`` (an IPA) with ``context`` in x0."""
        vcpu.reset(entry, context)
        vcpu.state.down = False
        if self.events.of(VcpuUp):
            self.events.emit(VcpuUp(self.host.now_ns(), *vcpu.key, entry, context))
        self.scheduler.wake(vcpu, self.host.now_ns())

    def unblock(self, vcpu: Vcpu) -> None:
        """End a vCPU's wait, because something happened that it may wait for (Xen: ``vcpu_unblock``)."""
        if vcpu.state.blocked:
            vcpu.wake()
            self.scheduler.wake(vcpu, self.host.now_ns())
            self._let_plan_anew()

    def _let_plan_anew(self) -> None:
        """End the slice in progress, if there is one: which vCPU may run, or until when, has changed."""
        # Only the vCPU that traps is really running; pausing any other one does nothing.
        for pcpu in self.scheduler.state.pcpus:
            running = self.scheduler.current(pcpu)
            if running is not None:
                running.cpu.pause()

    def shut_down(self, domain: Domain, reason: int, vcpu: Vcpu | None = None) -> None:
        """Shut a domain down; a code that SCHEDOP_shutdown_code set overrides ``reason`` (Xen: ``domain_shutdown``)."""
        if domain.state.shutdown is not None:
            return
        if domain.state.shutdown_code is not None:
            reason = domain.state.shutdown_code
        domain.state.shutdown = reason
        for other in domain.vcpus:
            self.scheduler.sleep(other, self.host.now_ns())
        if self.events.of(DomainShutdown):
            self.events.emit(DomainShutdown(self.host.now_ns(), domain.number, reason))
        end = End.CRASH if reason == Shutdown.SHUTDOWN_crash else End.SHUTDOWN
        number = vcpu.number if vcpu is not None else 0
        self._end(domain, Outcome(end, domain.number, reason, number))

    def crash(self, vcpu: Vcpu, detail: str, address: int | None = None, *, vector: int | None = None) -> None:
        """Crash a domain that cannot go on; ``detail`` is a text for the user."""
        # Set before shut_down(), which keeps an outcome that exists: this one has the detail.
        reason = Shutdown.SHUTDOWN_crash
        outcome = Outcome(End.CRASH, vcpu.domain.number, reason, vcpu.number, detail, address, vector)
        self._end(vcpu.domain, outcome)
        self.shut_down(vcpu.domain, reason, vcpu)

    def _end(self, domain: Domain, outcome: Outcome) -> None:
        """End the machine as it does with a domain; where there is a dom0, only that ends it (``hwdom_shutdown``)."""
        if domain.privileged or not any(each.privileged for each in self.domains.values()):
            self.outcome = self.outcome or outcome
