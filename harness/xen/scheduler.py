"""Which vCPU runs on which physical CPU, and what a switch does, in Xen's order (``common/sched/core.c``).

Both vCPUs' states change at one instant; then Xen publishes the leaving vCPU's area, while its tables are live; then
it restores the next vCPU's registers and publishes that one's area. A wake-up changes a state and publishes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from harness.abi.runstate import Runstate
from harness.events import ContextSwitch, RunstateChange, RunstatePublished, UpdateStep
from harness.xen.domains.domain import Vcpu
from harness.xen.host import BOOT_NS, Host
from harness.xen.interrupts import injection
from harness.xen.models.blame import blame, wrong_answer
from harness.xen.runstate import order as order_module
from harness.xen.runstate import publication as publication_module
from harness.xen.runstate.order import Directions, Moment, Order, perform
from harness.xen.runstate.publication import Publication, Step

TIME_SLICE_NS = 1_000_000
"""How long a vCPU runs before another one that waits gets its physical CPU."""

Key = tuple[int, int]


@dataclass
class PcpuState:
    """A physical CPU, plain and copyable: its own time, the vCPU that it runs (None: idle), and the slice's end."""

    time_ns: int = BOOT_NS
    current: Key | None = None
    slice_end_ns: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """Which physical CPU runs now, by index, and until what time on it."""

    pcpu: int
    until_ns: int


@dataclass
class SchedulerState:
    """Plain, copyable: the physical CPUs, and the queue of vCPUs that wait for one, first come first served."""

    pcpus: list[PcpuState]
    queue: list[Key] = field(default_factory=list)
    turn: Turn | None = None
    """The turn that is not over yet, if any."""
    ran_last: Key | None = None
    """The vCPU that executed the last instruction."""
    publications: dict[tuple[Key, bool], int] = field(default_factory=dict)
    """How often a vCPU's area was updated, by (vCPU, whether it was leaving); counted only under an order."""


class Scheduler:
    """Round robin over ``pcpus`` physical CPUs for the vCPUs of all domains, with a fixed time slice.

    With an ``order``, ``let_others_run(pcpu, ns)`` is called wherever the order lets other physical CPUs run.
    """

    def __init__(
        self,
        host: Host,
        vcpus: dict[Key, Vcpu],
        pcpus: int,
        order: Order | None,
        let_others_run: Callable[[PcpuState, int], None],
    ) -> None:
        self._order = order
        self._let_others_run = let_others_run
        self._host = host
        self._vcpus = vcpus
        self.state = SchedulerState([PcpuState() for _ in range(pcpus)])
        self._on_switch = host.events.of(ContextSwitch)
        self._on_change = host.events.of(RunstateChange)
        self._on_publish = host.events.of(RunstatePublished)
        self._on_step = host.events.of(UpdateStep)

    def wake(self, vcpu: Vcpu, now_ns: int) -> None:
        """A vCPU may have become runnable: queue it (Xen: ``vcpu_wake``)."""
        if vcpu.runnable:
            # Only a blocked or offline vCPU is queued: one that is running or runnable has its place already, and a
            # second entry would run it twice. No area is published: Xen does that only at a switch.
            if vcpu.state.runstate.state >= Runstate.RUNSTATE_blocked:
                self._change(vcpu, Runstate.RUNSTATE_runnable, now_ns)
                self.state.queue.append(vcpu.key)
        elif not vcpu.state.blocked and vcpu.state.runstate.state == Runstate.RUNSTATE_blocked:
            self._change(vcpu, Runstate.RUNSTATE_offline, now_ns)

    def sleep(self, vcpu: Vcpu, now_ns: int) -> None:
        """A vCPU that waited for a physical CPU may not run any more (Xen: ``vcpu_sleep_nosync``)."""
        if vcpu.key in self.state.queue:
            self.state.queue.remove(vcpu.key)
            self._change(vcpu, Runstate.RUNSTATE_offline, now_ns)

    def current(self, pcpu: PcpuState) -> Vcpu | None:
        """The vCPU that a physical CPU runs."""
        return None if pcpu.current is None else self._vcpus[pcpu.current]

    def reschedule(self, pcpu: PcpuState) -> None:
        """Choose again, at the physical CPU's present time: the head of the queue, else the present vCPU, else idle."""
        now = pcpu.time_ns
        previous = self.current(pcpu)
        if previous is not None and previous.state.interrupts.in_flight:
            injection.collect(previous)
        stays = previous is not None and previous.runnable
        if self.state.queue:
            chosen: Key | None = self.state.queue.pop(0)
            if stays and previous is not None:
                self.state.queue.append(previous.key)
        else:
            chosen = previous.key if stays and previous is not None else None
        pcpu.slice_end_ns = now + TIME_SLICE_NS
        # If the same vCPU goes on, nothing is published: a SCHEDOP_yield with no other vCPU waiting is no switch
        # (``sched_context_switch`` returns early when next is prev).
        if chosen != pcpu.current:
            self._switch(pcpu, previous, None if chosen is None else self._vcpus[chosen])
        if chosen is not None and self._vcpus[chosen].state.interrupts.in_flight:
            injection.fill(self._vcpus[chosen])

    def _switch(self, pcpu: PcpuState, previous: Vcpu | None, following: Vcpu | None) -> None:
        now = pcpu.time_ns
        # Both states change before anything is published (``sched_switch_units`` precedes ``context_switch``). So the
        # leaving vCPU's area never says "running", and both entry times are the same.
        if previous is not None:
            self._change(previous, _state_after_running(previous), now)
        if following is not None:
            self._change(following, Runstate.RUNSTATE_running, now)
        if self._on_switch:
            self._host.events.emit(
                ContextSwitch(
                    now,
                    self.state.pcpus.index(pcpu),
                    None if previous is None else previous.key,
                    None if following is None else following.key,
                    None if previous is None else previous.cpu.el,
                )
            )
        # Xen/Arm's ``context_switch`` publishes while the leaving vCPU's tables are still live. If that vCPU is in
        # user mode under KPTI, its kernel half is unmapped, and the area cannot be found: the releases' defect.
        if previous is not None:
            self._publish(pcpu, previous, leaving=True)
        # Each vCPU has an emulated CPU of its own, so there are no registers to save and restore here.
        # ``schedule_tail`` publishes for the next vCPU once its registers, and with them its tables, are live.
        pcpu.current = None if following is None else following.key
        if following is not None:
            self._publish(pcpu, following, leaving=False)

    def _change(self, vcpu: Vcpu, state: int, now_ns: int) -> None:
        runstate = vcpu.state.runstate
        # A switch is a hot path: without a listener, neither the sums nor the event are computed.
        if not self._on_change:
            runstate.change(state, now_ns)
            return
        old, before = runstate.state, sum(runstate.time)
        runstate.change(state, now_ns)
        if old != state:
            spent = sum(runstate.time) - before
            self._host.events.emit(RunstateChange(now_ns, *vcpu.key, old, state, spent))

    def _publish(self, pcpu: PcpuState, vcpu: Vcpu, *, leaving: bool) -> None:
        publication: Publication | None = None
        try:
            publication = vcpu.domain.delivery.publication(vcpu)
            if publication is None:
                return
            now = pcpu.time_ns
            directions = None if self._order is None else self._directions(self._order, vcpu, leaving)
            if directions is None:
                publication.run()
            else:
                announce = partial(self._announce_step, pcpu, vcpu, leaving) if self._on_step else None
                perform(publication, directions, partial(self._let_others_run, pcpu), announce)
        except (Exception, SystemExit) as error:
            doing = f"publishing for {vcpu} at a switch, {'away from' if leaving else 'to'} it"
            if publication is not None and not isinstance(publication, Publication):
                wanted = "a Publication (harness.models), or None"
                raise wrong_answer(vcpu.domain.model, "publication()", wanted, publication, doing) from error
            # An error may surface in our own code that runs the Publication, although the model built it wrongly:
            # ``made`` names those files, so that the model is blamed for it.
            blame(error, vcpu.domain.model, doing, made=(publication_module.__file__, order_module.__file__))
        if self._on_publish:
            self._announce(pcpu, vcpu, publication, leaving, now)

    def _announce(self, pcpu: PcpuState, vcpu: Vcpu, publication: Publication, leaving: bool, now_ns: int) -> None:
        """Announce an update: how much of it was written and, if that is not all, why."""
        area = vcpu.state.physical_area or vcpu.state.area
        address = area.address if area is not None else 0
        event = RunstatePublished(
            now_ns,
            *vcpu.key,
            leaving,
            publication.written,
            publication.wanted,
            vcpu.cpu.el,
            self.state.pcpus.index(pcpu),
            address,
            tuple(publication.source.time),
            str(publication.reason),
        )
        self._host.events.emit(event)

    def _announce_step(self, pcpu: PcpuState, vcpu: Vcpu, leaving: bool, step: Step, piece: int, late: bool) -> None:
        number = self.state.pcpus.index(pcpu)
        self._host.events.emit(UpdateStep(pcpu.time_ns, *vcpu.key, leaving, number, step.name, piece, late))

    def _directions(self, order: Order, vcpu: Vcpu, leaving: bool) -> Directions | None:
        """The order's directions for this update, the n-th of its kind, if it has any."""
        number = self.state.publications.get((vcpu.key, leaving), 0) + 1
        self.state.publications[vcpu.key, leaving] = number
        return order.find(Moment(vcpu.key, leaving, number))


def _state_after_running(vcpu: Vcpu) -> int:
    if vcpu.state.blocked:
        return Runstate.RUNSTATE_blocked
    return Runstate.RUNSTATE_runnable if vcpu.runnable else Runstate.RUNSTATE_offline
