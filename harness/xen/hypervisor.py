"""The hypervisor's main loop: it runs vCPUs in slices, advances time, and ends with an outcome.

Each physical CPU has its own time. The one that is furthest behind runs next, and stops before it gets far ahead of
the others. When all vCPUs wait, time jumps to the next deadline; if there is none, the machine is deadlocked.
"""

import time
from collections.abc import Callable
from functools import partial
from threading import Lock

from harness.abi.hypercalls.sched_op import Shutdown
from harness.errors import ModelError
from harness.machine import exits
from harness.machine.cpu import Cpu
from harness.machine.lifetime import ForkedMachineError, MachineBusyError, MachineClosedError
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
"""The most instructions in a slice. Between slices the loop checks the host's clock and the other physical CPUs."""

WAKE_NS = 832
"""How long an idle physical CPU takes to switch to a woken vCPU, as measured on real Xens; it is runnable meanwhile."""

BUILD_NS = 400_000
"""How long Xen takes to allocate and fill the memory of its domains. A real Xen takes longer, depending on the size."""

LONGEST_HOLD_NS = 100_000_000
"""How much simulated time Xen may spend in a run with an instruction limit before an instruction retires.

A hypercall of millions of entries, or an access that Xen has the guest retry for ever, retires none, so the limit on
instructions alone would never end the run."""

HELD = f"no instruction got done while Xen worked for {LONGEST_HOLD_NS:,} ns"

BUSY = "the machine is running: this has to wait until that run returns (no listener and no other thread can do it)"

SKEW_NS = 10_000
"""How far the time of one physical CPU may run ahead of that of another busy one."""


class Hypervisor(DomainControl):
    """All domains of one machine on ``pcpus`` physical CPUs; release it with :meth:`close`.

    ``order`` says how the steps of runstate updates interleave with other physical CPUs.
    """

    def __init__(self, host: Host, console: Console, *, pcpus: int = 1, order: Order | None = None) -> None:
        vcpus: dict[Key, Vcpu] = {}
        super().__init__(host, vcpus, Scheduler(host, vcpus, pcpus, order, self._let_others_run))
        self.console = console
        self.retired = 0
        """Instructions retired by all vCPUs, up to the start of the present slice."""
        self.held_ns = 0
        """How long Xen alone has worked since a vCPU last got past the instruction that it traps on."""
        self.identity = object()
        """Identifies the machine that a snapshot belongs to."""
        self.closed = False
        self._running = Lock()
        """Held during a run: if two threads start one at the same time, one of them is refused."""
        self._slice: tuple[Cpu, int] | None = None
        """The CPU that runs, and how many instructions it had retired when its slice began."""

    def check_usable(self) -> None:
        """Raise MachineClosedError, or ForkedMachineError if the machine belongs to this process's parent."""
        if self.closed:
            raise MachineClosedError("the machine is closed")
        if self.host.memory.forked:
            raise ForkedMachineError(
                "the machine belongs to the process that booted it, not to its forked child: boot another one here"
            )

    def check_idle(self) -> None:
        """Like :meth:`check_usable`, but also raise MachineBusyError for a machine that is being run."""
        self.check_usable()
        if self._running.locked():
            raise MachineBusyError(BUSY)

    def close(self) -> None:
        """Destroy all domains and the host. A second call does nothing.

        Raises LeakError if something was not released, ModelError if that is a user's model's fault, MachineBusyError
        in the middle of a run. In a forked child it only discards the child's copy.
        """
        if self.closed:
            return
        if self.host.memory.forked:
            # The machine goes on in the parent. The child has only a private copy, in which nothing needs destroying.
            self.discard()
            return
        self.check_idle()
        self.closed = True
        try:
            failure = self._destroy_domains()
        finally:
            self.discard()
        if failure is not None:
            raise failure

    def _destroy_domains(self) -> ModelError | None:
        """Destroy every domain, even if another one failed; return the first error of a user's model."""
        failure: ModelError | None = None
        for domain in self.domains.values():
            try:
                destroy(domain)
            except ModelError as error:
                failure = failure or error
        try:
            check_nothing_left(self.host)
        except LeakError as error:
            failure = failure or leak_of_a_model([domain.model for domain in self.domains.values()], str(error))
            if failure is None:
                raise
        return failure

    def discard(self) -> None:
        """Release the host's resources (memory, mappings, emulators), whatever state the domains are in."""
        self.closed = True
        if self._running.locked():
            return  # in a child that was forked in the middle of a run: its emulators are in use
        for vcpu in self.vcpus.values():
            vcpu.close()
        self.domains.clear()
        self.vcpus.clear()
        self.host.discard()

    def take_time_to_build(self) -> None:
        """Let the time pass between the creation of the domains and their start; their vCPUs are offline then."""
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
        """Run until a domain shuts down or crashes, all vCPUs wait for ever, or a limit is reached.

        ``max_instructions`` limits the instructions retired in this call, ``timeout_s`` its seconds on the host;
        ``until`` is called between slices and ends the run if it returns True. Once a guest has ended, every further
        run returns the same outcome at once. With ``max_instructions``, a run also ends (BUDGET) if no instruction
        retires for ``LONGEST_HOLD_NS``. Raises a MachineError if the machine is running already, is closed, or
        belongs to another process.
        """
        self.check_usable()
        if not self._running.acquire(blocking=False):
            raise MachineBusyError(BUSY)
        limit = None if max_instructions is None else self.retired + max_instructions
        try:
            return self._run(limit, None, until) if timeout_s is None else self._run_for(timeout_s, limit, until)
        finally:
            self._running.release()

    def hurry(self, hurry: bool = True) -> None:
        """Make every slice end at its next trap, or stop doing so; may be called from another thread.

        A slice may end at any trap anyway, so the guest sees no difference.
        """
        for vcpu in list(self.vcpus.values()):  # a copy: the machine's own thread may change it meanwhile
            if vcpu.has_cpu:
                vcpu.cpu.hurry = hurry

    def _run_for(self, timeout_s: float, limit: int | None, until: Callable[[], bool] | None) -> Outcome:
        give_up = time.monotonic() + timeout_s
        try:
            with Alarm(give_up, self.hurry):
                return self._run(limit, give_up, until)
        finally:
            self.hurry(False)

    def _run(self, limit: int | None, give_up: float | None, until: Callable[[], bool] | None) -> Outcome:
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
        """Let the machine go on by one slice or one wake-up; False if nothing is left to do."""
        state = self.scheduler.state
        turn = state.turn
        # A turn that a budget interrupted is finished first: a new decision here could differ from the decision of
        # an uninterrupted run, and a run in pieces must give the same bytes.
        if turn is None:
            if state.queue and self._fill_an_idle_pcpu():
                return True
            busy = [pcpu for pcpu in state.pcpus if pcpu.current is not None]
            # Timers come before vCPUs: one that is due may wake a vCPU, which changes whose turn it is.
            deadline, act = self._next_alarm()
            if act is not None and self._let_happen(deadline, act, busy):
                return True
            if not busy:
                return False  # nothing runs, and no timer will wake anything: a deadlock
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
        # An idle physical CPU's time stands still, so it first has to catch up with the moment of the wake-up.
        idle.time_ns = max(idle.time_ns, self.host.now_ns() + WAKE_NS)
        self.scheduler.reschedule(idle)
        return True

    def _let_happen(self, deadline_ns: int, act: Callable[[int], None], busy: list[PcpuState]) -> bool:
        """If a deadline is due, or nothing runs until then, advance time to it and call ``act``."""
        earliest = min([pcpu.time_ns for pcpu in busy], default=None)
        if earliest is not None and deadline_ns > earliest:
            return False
        # The deadline may have passed already: a hypercall that takes time can overrun it.
        now = max(deadline_ns, self.host.now_ns() if earliest is None else earliest)
        self.host.stop_clock(now)
        act(now)
        return True

    def _next_turn(self, busy: list[PcpuState], deadline_ns: int | None) -> Turn:
        """Choose the physical CPU that is furthest behind; it runs until a deadline or until it is ahead of the others.

        A turn is decided once and kept, so a run that is cut into pieces goes the same way as one that is not.
        """
        pcpu = busy[0] if len(busy) == 1 else min(busy, key=lambda candidate: candidate.time_ns)
        until = pcpu.time_ns + LONGEST_RUN
        for other in busy:
            if other is not pcpu and other.time_ns + SKEW_NS < until:
                until = other.time_ns + SKEW_NS
        if deadline_ns is not None and deadline_ns < until:
            until = deadline_ns
        # A time slice ends only if another vCPU waits; +1, because a slice that is overdue must still make progress.
        if self.scheduler.state.queue:
            until = min(until, max(pcpu.slice_end_ns, pcpu.time_ns + 1))
        return Turn(self.scheduler.state.pcpus.index(pcpu), until)

    def _next_alarm(self) -> tuple[int, Callable[[int], None] | None]:
        """The next time at which a timer, a poll timeout or a watchdog expires, and the function to call then."""
        # Every turn runs this loop, so it compares by hand instead of building a list for min().
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
        """Run a physical CPU's current vCPU for ``length`` ns; True if it stopped earlier or plans changed.

        ``until_ns`` is the end of its turn, if that is later. Only the end of a turn preempts a hypercall: if the
        caller's instruction limit did too, the limit would change what the guest sees.
        """
        vcpu = self.scheduler.current(pcpu)
        assert vcpu is not None
        cpu = vcpu.cpu
        before = pcpu.time_ns
        state = self.scheduler.state
        if state.ran_last != vcpu.key:
            # Meanwhile another vCPU, on this physical CPU or on another one, may have stored to what this one watches.
            state.ran_last = vcpu.key
            cpu.clear_exclusive_monitor()
        self.host.start_clock(before, cpu, length if until_ns is None else until_ns - before)
        began = cpu.retired
        self._slice = cpu, began
        try:
            end = cpu.run(length)
        finally:  # a listener may raise, and the caller may then inspect the machine or run it further
            now = pcpu.time_ns = self.host.now_ns()
            self.retired += cpu.retired - began
            self._slice = None
            self.host.stop_clock(now)
            # ``again`` is set while Xen continues a hypercall or has the guest retry: no instruction has completed.
            self.held_ns = self.held_ns + now - before if self.host.again else 0
            self.host.again = False
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
        # If a debugger ends the run before its first instruction, the slice has not begun, so it cannot be over.
        if stopped or (pcpu.time_ns > before and self._slice_is_over(pcpu)):
            self.scheduler.reschedule(pcpu)
        return stopped or paused

    def _let_others_run(self, pcpu: PcpuState, length: int) -> None:
        """Let all other physical CPUs run for ``length`` ns while ``pcpu`` is in the middle of a switch."""
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
