"""The hypervisor's main loop: it runs vCPUs in slices, hands out time, and ends with an outcome.

Every physical CPU has its own time; the one that is furthest behind runs next, never far past the others. When all
vCPUs wait, time jumps to the next deadline; when there is none, the machine is deadlocked.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from threading import Lock

from harness.abi.numbers import Shutdown
from harness.events import DomainShutdown, EventBus, VcpuUp
from harness.machine import exits
from harness.machine.cpu import Cpu
from harness.machine.lifetime import ForkedMachineError, MachineBusyError, MachineClosedError
from harness.xen.console import Console
from harness.xen.domain import Domain, check_nothing_left
from harness.xen.host import Host
from harness.xen.models import AbiModel
from harness.xen.order import Order
from harness.xen.scheduler import Key, PcpuState, Scheduler, Turn
from harness.xen.traps import Traps
from harness.xen.vcpu import Vcpu

LONGEST_RUN = 1_000_000
"""Instructions between two looks at the host's clock and the other physical CPUs."""

WAKE_NS = 832
"""How long an idle physical CPU takes to switch to a vCPU that was woken, as real Xens do: the vCPU is runnable."""

BUILD_NS = 400_000
"""How long Xen takes to give its domains memory and what is in it. Real ones take longer, by how much there is."""

LONGEST_HOLD_NS = 100_000_000
"""How long a run with a limit lets Xen alone work, in its own time: a hypercall, or an access that it lets try again,
may go on for years without an instruction done."""

HELD = f"no instruction got done while Xen worked for {LONGEST_HOLD_NS:,} ns"

BUSY = "the machine is running: this has to wait until that run returns (no listener and no other thread can do it)"

SKEW_NS = 10_000
"""How far one physical CPU's time may run ahead of another that has work."""


class End(Enum):
    """How a run ended."""

    SHUTDOWN = "the guest shut down"
    CRASH = "the guest crashed"
    BUDGET = "the instruction budget is spent"
    TIMEOUT = "the time on the host is up"
    DEADLOCK = "every vCPU waits, and nothing will ever happen"
    STOPPED = "somebody asked it to stop"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a run ended: for SHUTDOWN and CRASH the domain and the shutdown reason; ``detail`` is for people."""

    end: End
    domain: int | None = None
    reason: int | None = None
    vcpu: int | None = None
    detail: str = ""
    address: int | None = None
    """The virtual address that a crash is about, if there is one."""


class Hypervisor:
    """All domains of one machine on ``pcpus`` physical CPUs; give it back with :meth:`close`."""

    def __init__(
        self,
        memory_size: int,
        events: EventBus,
        *,
        pcpus: int = 1,
        paged_vmap: bool | None = None,
        order: Order | None = None,
    ) -> None:
        self.host = Host(memory_size, events, paged_vmap=paged_vmap)
        self.events = events
        self.domains: dict[int, Domain] = {}
        self.vcpus: dict[Key, Vcpu] = {}
        self.scheduler = Scheduler(self.host, self.vcpus, pcpus, order, self._let_others_run)
        self.console = Console(self.host)
        self._traps = Traps(self.host, self.console, self)
        self.outcome: Outcome | None = None
        """How the machine ended; None while it can go on."""
        self.retired = 0
        """Instructions retired by all vCPUs so far, up to the present slice."""
        self.held_ns = 0
        """For how long Xen alone has worked: since a vCPU last got past the instruction that it traps on."""
        self.identity = object()
        """What its snapshots are known by."""
        self.closed = False
        self._running = Lock()
        """Held during a run: of two that begin at once, one is refused."""
        self._slice: tuple[Cpu, int] | None = None
        """The CPU that runs, and what it had retired as its slice began."""

    def create_domain(
        self, number: int, model: AbiModel, vcpus: int, *, privileged: bool = False, debug_build: bool = False
    ) -> Domain:
        """Make a domain without memory or guest; see :mod:`harness.xen.builder`."""
        domain = Domain(
            number,
            self.host,
            model,
            vcpus,
            self._traps.answer,
            self.unblock,
            self.domains,
            privileged=privileged,
            debug_build=debug_build,
        )
        self.domains[number] = domain
        self.vcpus.update({vcpu.key: vcpu for vcpu in domain.vcpus})
        return domain

    def check_usable(self) -> None:
        """Raise MachineClosedError or ForkedMachineError for a machine that is not this process's to use."""
        if self.closed:
            raise MachineClosedError("the machine is closed")
        if self.host.memory.forked:
            raise ForkedMachineError(
                "the machine belongs to the process that booted it, not to its forked child: boot another one here"
            )

    def check_idle(self) -> None:
        """Raise a MachineError also for a machine that is being run."""
        self.check_usable()
        if self._running.locked():
            raise MachineBusyError(BUSY)

    def close(self) -> None:
        """Destroy all domains and the host; LeakError if something was not given back.

        A forked child's copy is only let go. A second time does nothing; MachineBusyError in the middle of a run.
        """
        if self.closed:
            return
        if self.host.memory.forked:
            self.discard()
            return
        self.check_idle()
        self.closed = True
        try:
            for domain in self.domains.values():
                domain.destroy()
            check_nothing_left(self.host)
        finally:
            self.discard()

    def discard(self) -> None:
        """Give back what is the host's: memory, mappings, emulators; whatever state the domains are in."""
        self.closed = True
        if self._running.locked():
            return  # a child that was forked in the middle of a run: its emulators are in use
        for vcpu in self.vcpus.values():
            vcpu.close()
        self.domains.clear()
        self.vcpus.clear()
        self.host.discard()

    # -- What traps and hypercalls ask for ----------------------------------------------------------------------

    def take_time_to_build(self) -> None:
        """Let the time pass that Xen needs from making its domains to starting them: their vCPUs are offline."""
        self.host.spend(BUILD_NS)
        for pcpu in self.scheduler.state.pcpus:
            pcpu.time_ns = self.host.now_ns()

    def start(self, vcpu: Vcpu, entry: int, context: int) -> None:
        """Bring a vCPU up at ``entry`` (an IPA) with ``context`` in x0."""
        vcpu.reset(entry, context)
        vcpu.state.down = False
        if self.events.of(VcpuUp):
            self.events.emit(VcpuUp(self.host.now_ns(), *vcpu.key, entry, context))
        self.scheduler.wake(vcpu, self.host.now_ns())

    def unblock(self, vcpu: Vcpu) -> None:
        """End a vCPU's wait: something happened that it may wait for (Xen: ``vcpu_unblock``)."""
        if vcpu.state.blocked:
            vcpu.wake()
            self.scheduler.wake(vcpu, self.host.now_ns())
            self._let_plan_anew()

    def _let_plan_anew(self) -> None:
        """End the slice that is being run, if one is: who may run, or until when, has changed."""
        for pcpu in self.scheduler.state.pcpus:
            running = self.scheduler.current(pcpu)
            if running is not None:
                running.cpu.pause()

    def shut_down(self, domain: Domain, reason: int, vcpu: Vcpu | None = None) -> None:
        """Shut a domain down; a code set beforehand goes before ``reason`` (Xen: ``domain_shutdown``)."""
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
        self.outcome = self.outcome or Outcome(end, domain.number, reason, number)

    def crash(self, vcpu: Vcpu, detail: str, address: int | None = None) -> None:
        """End a domain that can do nothing any more, with a reason for people."""
        self.outcome = self.outcome or Outcome(
            End.CRASH, vcpu.domain.number, Shutdown.SHUTDOWN_crash, vcpu.number, detail, address
        )
        self.shut_down(vcpu.domain, Shutdown.SHUTDOWN_crash, vcpu)

    # -- Running ------------------------------------------------------------------------------------------------

    def run(
        self,
        *,
        max_instructions: int | None = None,
        timeout_s: float | None = None,
        until: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Run until a domain shuts down or crashes, all wait for ever, or a limit is reached.

        ``max_instructions`` is how many may retire in this call, ``timeout_s`` its seconds on the host, looked at
        between slices; ``until`` is asked between slices, too. A machine whose guest has ended stays so. With a limit
        of instructions, a run also ends (BUDGET) when none has got done for ``LONGEST_HOLD_NS``. A MachineError if it
        is running already, is closed, or is another process's.
        """
        self.check_usable()
        if not self._running.acquire(blocking=False):
            raise MachineBusyError(BUSY)
        try:
            return self._run(max_instructions, timeout_s, until)
        finally:
            self._running.release()

    def _run(self, max_instructions: int | None, timeout_s: float | None, until: Callable[[], bool] | None) -> Outcome:
        give_up = None if timeout_s is None else time.monotonic() + timeout_s
        limit = None if max_instructions is None else self.retired + max_instructions
        while self.outcome is None:
            if limit is not None and self.retired >= limit:
                return Outcome(End.BUDGET)
            if limit is not None and self.held_ns >= LONGEST_HOLD_NS:
                self.held_ns = 0
                return Outcome(End.BUDGET, detail=HELD)
            if give_up is not None and time.monotonic() >= give_up:
                return Outcome(End.TIMEOUT)
            if until is not None and until():
                return Outcome(End.STOPPED)
            if not self._advance(LONGEST_RUN if limit is None else min(LONGEST_RUN, limit - self.retired)):
                return Outcome(End.DEADLOCK)
        return self.outcome

    @property
    def retired_now(self) -> int:
        """What ``retired`` would be if the slice ended here: exact inside a trap."""
        if self._slice is None:
            return self.retired
        cpu, before = self._slice
        return self.retired + cpu.retired - before

    def _advance(self, most: int) -> bool:
        """Let the machine go on by one slice or one wake-up; False if there is nothing to go on with."""
        state = self.scheduler.state
        turn = state.turn
        if turn is None:
            if state.queue and self._fill_an_idle_pcpu():
                return True
            busy = [pcpu for pcpu in state.pcpus if pcpu.current is not None]
            deadline, act = self._next_alarm()
            if act is not None and self._let_happen(deadline, act, busy):
                return True
            if not busy:
                return False
            turn = state.turn = self._next_turn(busy, None if act is None else deadline)
        pcpu = state.pcpus[turn.pcpu]
        stopped = self._run_slice(pcpu, min(most, turn.until_ns - pcpu.time_ns), turn.until_ns)
        if stopped or pcpu.time_ns >= turn.until_ns:
            state.turn = None
        return True

    def _fill_an_idle_pcpu(self) -> bool:
        idle = next((pcpu for pcpu in self.scheduler.state.pcpus if pcpu.current is None), None)
        if idle is None:
            return False
        idle.time_ns = max(idle.time_ns, self.host.now_ns() + WAKE_NS)
        self.scheduler.reschedule(idle)
        return True

    def _let_happen(self, deadline_ns: int, act: Callable[[int], None], busy: list[PcpuState]) -> bool:
        """If an alarm is due, or nothing runs until then, let time get there and do what it asks for."""
        earliest = min([pcpu.time_ns for pcpu in busy], default=None)
        if earliest is not None and deadline_ns > earliest:
            return False
        now = max(deadline_ns, self.host.now_ns() if earliest is None else earliest)
        self.host.stop_clock(now)
        act(now)
        return True

    def _next_turn(self, busy: list[PcpuState], deadline_ns: int | None) -> Turn:
        """The physical CPU that is furthest behind runs, until something is due or it is ahead of the others.

        A turn is decided once and kept: a run that is cut into pieces goes the same way as one that is not.
        """
        pcpu = busy[0] if len(busy) == 1 else min(busy, key=lambda candidate: candidate.time_ns)
        until = pcpu.time_ns + LONGEST_RUN
        for other in busy:
            if other is not pcpu and other.time_ns + SKEW_NS < until:
                until = other.time_ns + SKEW_NS
        if deadline_ns is not None and deadline_ns < until:
            until = deadline_ns
        if self.scheduler.state.queue:
            until = min(until, max(pcpu.slice_end_ns, pcpu.time_ns + 1))
        return Turn(self.scheduler.state.pcpus.index(pcpu), until)

    def _next_alarm(self) -> tuple[int, Callable[[int], None] | None]:
        """When time alone will next change something, and what is to be done then."""
        first = 0
        act: Callable[[int], None] | None = None
        for domain in self.domains.values():
            if domain.state.shutdown is not None:
                continue
            for vcpu in domain.vcpus:
                deadline = None if vcpu.state.down else vcpu.due_at_ns
                if deadline is not None and (act is None or deadline < first):
                    first, act = deadline, partial(self._is_due, vcpu)
            for deadline in domain.state.watchdogs_ns:
                if deadline is not None and (act is None or deadline < first):
                    first, act = deadline, partial(self._watchdog_fires, domain)
        return first, act

    def _is_due(self, vcpu: Vcpu, now_ns: int) -> None:
        poll = vcpu.state.poll_deadline_ns
        vcpu.expire_timers(now_ns)
        if poll is not None and poll <= now_ns:
            self.unblock(vcpu)

    def _watchdog_fires(self, domain: Domain, _now_ns: int) -> None:
        self.host.log(f"Watchdog timer fired for domain {domain.number}")
        self.shut_down(domain, Shutdown.SHUTDOWN_watchdog)

    def _run_slice(self, pcpu: PcpuState, length: int, until_ns: int | None = None) -> bool:
        """Run what a physical CPU runs for ``length`` ns; True if it was stopped before that, or plans changed.

        ``until_ns`` is when its turn is over, if later: a budget does not preempt a hypercall, only a turn's end does.
        """
        vcpu = self.scheduler.current(pcpu)
        assert vcpu is not None
        cpu = vcpu.cpu
        before = pcpu.time_ns
        self.host.start_clock(before, cpu, length if until_ns is None else until_ns - before)
        began = cpu.retired
        self._slice = cpu, began
        try:
            end = cpu.run(length)
        finally:  # a listener may raise, and the machine be looked at, or run on
            now = pcpu.time_ns = self.host.now_ns()
            self.retired += cpu.retired - began
            self._slice = None
            self.host.stop_clock(now)
            self.held_ns = self.held_ns + now - before if self.host.again else 0
            self.host.again = False
        match end:
            case exits.VectorLoop(vector, syndrome, far):
                text = f"the exception vector at {vector:#x} raises its own exception (ESR {syndrome:#010x}) for ever"
                self.crash(vcpu, text, far)
            case exits.Aarch32State(pc):
                self.crash(vcpu, f"ERET to AArch32 at pc {pc:#x}: 32-bit user space is not run here")
            case _:
                pass
        paused = isinstance(end, exits.Paused)
        stopped = not vcpu.runnable or not (paused or isinstance(end, exits.BudgetSpent))
        # A run that a debugger ends before its first instruction is no part of the slice: it has yet to begin.
        if stopped or (pcpu.time_ns > before and self._slice_is_over(pcpu)):
            self.scheduler.reschedule(pcpu)
        return stopped or paused

    def _let_others_run(self, pcpu: PcpuState, length: int) -> None:
        """Let all other physical CPUs go on for ``length`` ns while ``pcpu`` is in the middle of a switch."""
        until = pcpu.time_ns + length
        others = [other for other in self.scheduler.state.pcpus if other is not pcpu]
        while self.outcome is None:
            behind = [other for other in others if other.current is not None and other.time_ns < until]
            if not behind:
                break
            other = min(behind, key=lambda candidate: candidate.time_ns)
            self._run_slice(other, min(LONGEST_RUN, until - other.time_ns))
        pcpu.time_ns = until
        self.host.stop_clock(until)

    def _slice_is_over(self, pcpu: PcpuState) -> bool:
        return bool(self.scheduler.state.queue) and pcpu.time_ns >= pcpu.slice_end_ns
