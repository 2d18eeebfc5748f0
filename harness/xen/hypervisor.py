"""The hypervisor's main loop: it runs vCPUs in slices, hands out time, and ends with an outcome.

Every physical CPU has its own time; the one that is furthest behind runs next, never far past the others. When all
vCPUs wait, time jumps to the next deadline; when there is none, the machine is deadlocked.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import partial

from harness.abi.hypercalls.sched_op import Shutdown
from harness.errors import ModelError
from harness.machine import exits
from harness.xen.alarm import Alarm
from harness.xen.console import Console
from harness.xen.domains.control import DomainControl
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.domains.teardown import LeakError, check_nothing_left, destroy
from harness.xen.host import Host
from harness.xen.interrupts import timers
from harness.xen.models.blame import leak_of_a_model
from harness.xen.outcome import End, Outcome
from harness.xen.runstate.order import Order
from harness.xen.scheduler import Key, PcpuState, Scheduler, Turn

LONGEST_RUN = 1_000_000
"""Instructions between two looks at the host's clock and the other physical CPUs."""

WAKE_NS = 832
"""How long an idle physical CPU takes to switch to a vCPU that was woken, as real Xens do: the vCPU is runnable."""

BUILD_NS = 400_000
"""How long Xen takes to give its domains memory and what is in it. Real ones take longer, by how much there is."""

SKEW_NS = 10_000
"""How far one physical CPU's time may run ahead of another that has work."""


class Hypervisor(DomainControl):
    """All domains of one machine on ``pcpus`` physical CPUs; give it back with :meth:`close`.

    ``order`` has directions for the steps of runstate updates.
    """

    def __init__(self, host: Host, console: Console, *, pcpus: int = 1, order: Order | None = None) -> None:
        vcpus: dict[Key, Vcpu] = {}
        super().__init__(host, vcpus, Scheduler(host, vcpus, pcpus, order, self._let_others_run))
        self.console = console
        self.issued = 0
        """Instructions retired by all vCPUs so far, and the time that Xen took for long hypercalls, in ns."""
        self._slice_began_ns: int | None = None

    def close(self) -> None:
        """Destroy all domains and the host; LeakError if something was not given back, ModelError by a user's model."""
        failure: ModelError | None = None
        models = [domain.model for domain in self.domains.values()]
        for domain in self.domains.values():
            try:
                destroy(domain)
            except ModelError as error:  # the other domains go all the same
                failure = failure or error
        self.domains.clear()
        self.vcpus.clear()
        try:
            check_nothing_left(self.host)
        except LeakError as error:
            failure = failure or leak_of_a_model(models, str(error))
            if failure is None:
                raise
        with suppress(RuntimeError) if failure else nullcontext():  # mappings that a model has left are undone
            self.host.close()
        if failure is not None:
            raise failure

    def take_time_to_build(self) -> None:
        """Let the time pass that Xen needs from making its domains to starting them: their vCPUs are offline."""
        self.host.spend(BUILD_NS)
        for pcpu in self.scheduler.state.pcpus:
            pcpu.time_ns = self.host.now_ns()

    # -- Running ------------------------------------------------------------------------------------------------

    def run(
        self,
        *,
        max_instructions: int | None = None,
        timeout_s: float | None = None,
        until: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Run until a domain shuts down or crashes, all wait for ever, or a limit is reached.

        ``max_instructions`` bounds this call, ``timeout_s`` its seconds on the host; ``until`` is asked between
        slices. A machine whose guest has ended stays so.
        """
        limit = None if max_instructions is None else self.issued + max_instructions
        if timeout_s is None:
            return self._run(limit, None, until)
        give_up = time.monotonic() + timeout_s
        try:
            with Alarm(give_up, self.hurry):
                return self._run(limit, give_up, until)
        finally:
            self.hurry(False)

    def hurry(self, hurry: bool = True) -> None:
        """Have every slice end at its next trap from now on, or no longer; another thread may ask for it.

        A slice is then cut where it can be cut at all times, so nothing that a guest can see depends on it.
        """
        for vcpu in list(self.vcpus.values()):
            if vcpu.has_cpu:
                vcpu.cpu.hurry = hurry

    def _run(self, limit: int | None, give_up: float | None, until: Callable[[], bool] | None) -> Outcome:
        while self.outcome is None:
            if limit is not None and self.issued >= limit:
                return Outcome(End.BUDGET)
            if give_up is not None and time.monotonic() >= give_up:
                return Outcome(End.TIMEOUT)
            if until is not None and until():
                return Outcome(End.STOPPED)
            if not self._advance(LONGEST_RUN if limit is None else min(LONGEST_RUN, limit - self.issued)):
                return Outcome(End.DEADLOCK)
        return self.outcome

    @property
    def issued_now(self) -> int:
        """What ``issued`` would be if the slice ended here: exact inside a trap."""
        return self.issued + (0 if self._slice_began_ns is None else self.host.now_ns() - self._slice_began_ns)

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
        timers.expire(vcpu, now_ns)
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
        self._slice_began_ns = before
        end = cpu.run(length)
        pcpu.time_ns = self.host.now_ns()
        self.issued += pcpu.time_ns - before
        self._slice_began_ns = None
        self.host.stop_clock(pcpu.time_ns)
        match end:
            case exits.VectorLoop(vector, syndrome, far):
                text = f"the exception vector at {vector:#x} raises its own exception (ESR {syndrome:#010x}) for ever"
                self.crash(vcpu, text, far, vector=vector)
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
