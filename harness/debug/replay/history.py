"""Going forward to where something happens, and back: a machine with a past.

Nothing is ever undone. A machine is deterministic, so an earlier state is had by putting back a snapshot and running
on from it, and is the same to the last bit. Listeners (consoles, traces) hear every event once, when it happens for
the first time; input that came on the way comes again at the same instants.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from harness.api import Machine
from harness.debug.replay.arrival import Arrival, Why, hits_after
from harness.debug.replay.checkpoints import SPACING, Checkpoints
from harness.debug.replay.diversion import diverted
from harness.debug.replay.past_input import PastInput
from harness.debug.replay.position import Position, Tracker
from harness.debug.replay.scan import Scan
from harness.debug.replay.stops import AnyInstruction, Hit, Stop
from harness.events import ConsoleOutput
from harness.xen.domains.domain import Vcpu
from harness.xen.hypervisor import HELD
from harness.xen.outcome import End, Outcome
from harness.xen.scheduler import Key

__all__ = ["Arrival", "History", "Why"]

_NEAR = 20_000
"""Instructions that are run again rather than that a checkpoint is taken."""


def _never() -> bool:
    return False


class History:
    """The history of ``machine`` from here on. From now on only it may run the machine, and restore it.

    ``interrupted`` in its methods is asked between slices, at most a million instructions apart.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._xen = machine.xen
        start = Position(self._xen.retired)
        self._tracker = Tracker(self._xen, start)
        self._checkpoints = Checkpoints(machine, start)
        self._told = start
        """Up to here listeners have heard all events."""
        self._output: list[tuple[Position, bytes]] = [(start, machine.console)]
        self._input = PastInput(self._xen)
        self.on_event: Callable[[Position, Any], None] | None = None
        """Told of every event that somebody listens for, once, with the position right after it."""

    # -- Where it is --------------------------------------------------------------------------------------------

    @property
    def position(self) -> Position:
        """Where the machine stands."""
        return self._tracker.here

    @property
    def start(self) -> Position:
        """How far back one can go."""
        return self._checkpoints.positions[0]

    @property
    def checkpoints(self) -> tuple[Position, ...]:
        """Where states are kept from which others are had."""
        return self._checkpoints.positions

    @property
    def console(self) -> bytes:
        """What the main guest has written to its console up to here."""
        return b"".join(data for position, data in self._output if position <= self.position)

    @property
    def current(self) -> Vcpu | None:
        """The vCPU that executes the next instruction; None if that is not decided before some wait ends."""
        return self._tracker.current

    # -- Forward ------------------------------------------------------------------------------------------------

    def forward(
        self,
        *stops: Stop,
        max_instructions: int | None = None,
        timeout_s: float | None = None,
        interrupted: Callable[[], bool] = _never,
        accesses_here: bool = False,
    ) -> Arrival:
        """Run to the next position, after this one, at which one of ``stops`` is hit: the first in time.

        ``accesses_here``: a watched access that the instruction here makes counts, too.
        """
        start = self.position
        limit = None if max_instructions is None else start.instructions + max_instructions
        give_up = None if timeout_s is None else time.monotonic() + timeout_s
        counts = hits_after(start, here=lambda hit: accesses_here and hit.by_guest)
        return self._forward(stops, counts, limit, give_up, interrupted)

    def _forward(
        self,
        stops: Iterable[Stop],
        counts: Callable[[Hit], bool],
        limit: int | None,
        give_up: float | None,
        interrupted: Callable[[], bool],
    ) -> Arrival:
        stops = tuple(stops)
        while True:
            here = self.position
            if self._xen.outcome is not None:
                return Arrival(Why.END, here, outcome=self._xen.outcome)
            if limit is not None and here.instructions >= limit:
                return Arrival(Why.LIMIT, here)
            if give_up is not None and time.monotonic() >= give_up:
                return Arrival(Why.LIMIT, here)
            if interrupted():
                return Arrival(Why.INTERRUPTED, here)
            if here.instructions - self._checkpoints.before(here).position.instructions > _NEAR:
                self._checkpoints.take(here)
            target = here.instructions + SPACING if limit is None else min(here.instructions + SPACING, limit)
            change = self._checkpoints.pinned_within(here, Position(target))
            hits: list[Hit] = []
            end = target if change is None else change.position.instructions
            outcome = self._watch(stops, end, hits, counts, interrupted)
            if hits:
                return Arrival(Why.HIT, self._go(hits[0].position, anew=True), hits[0])
            if outcome.end is End.STOPPED:
                return Arrival(Why.INTERRUPTED, self.position)
            if change is not None and self.position >= Position(change.position.instructions):
                self._go(change.position)
            elif outcome.end is End.DEADLOCK:
                return Arrival(Why.END, self.position, outcome=outcome)
            elif outcome.detail == HELD and limit is not None:
                return Arrival(Why.LIMIT, self.position, outcome=outcome)

    def _watch(
        self,
        stops: tuple[Stop, ...],
        to: int,
        hits: list[Hit],
        counts: Callable[[Hit], bool],
        interrupted: Callable[[], bool],
    ) -> Outcome:
        """Run to an instruction number and keep the first hit, soon after which the machine is left anywhere."""

        def found(hit: Hit) -> None:
            if counts(hit) and not hits:
                hits.append(hit)
                for vcpu in self._xen.vcpus.values():
                    if vcpu.has_cpu:
                        vcpu.cpu.end_slice()

        heard: list[tuple[Position, Any]] = []
        scan = Scan(self._xen, self.machine.domain, self._tracker, stops, found)
        with self._diverted(heard, scan), scan.watching():
            outcome = self._tracker.run(to, lambda: bool(hits) or interrupted())
        self._tell(heard, self.position if not hits else hits[0].position)
        return outcome

    # -- Steps --------------------------------------------------------------------------------------------------

    def step(self, count: int = 1, vcpu: Key | None = None, *, interrupted: Callable[[], bool] = _never) -> Arrival:
        """Execute ``count`` instructions, of whichever vCPUs, or of one while others run as they do.

        An instruction that takes an exception is a step to its vector, before the first instruction there.
        """
        for _ in range(count):
            if interrupted():
                return Arrival(Why.INTERRUPTED, self.position)
            if vcpu is not None:
                on_it = self._forward(
                    [AnyInstruction(vcpu)], hits_after(self.position, here=lambda _: True), None, None, interrupted
                )
                if on_it.why is not Why.HIT:
                    return on_it
            outcome = self._one_step()
            if outcome is not None:
                return Arrival(Why.END, self.position, outcome=outcome)
        return Arrival(Why.MOVED, self.position)

    def _one_step(self) -> Outcome | None:
        """Execute one instruction or enter one exception; an outcome if there was none to execute.

        An access that Xen has the guest try again is executed, too, each time.
        """
        here, entered, held_ns = self.position, False, self._xen.held_ns

        def on_entry(_: Vcpu) -> None:
            nonlocal entered
            entered = True

        if here.instructions - self._checkpoints.before(here).position.instructions > SPACING:
            self._checkpoints.take(here)
        heard: list[tuple[Position, Any]] = []
        try:
            with self._diverted(heard):
                self._tracker.on_entry = on_entry
                while self.position.instructions == here.instructions and not entered:
                    if self._xen.outcome is not None:
                        return self._xen.outcome
                    outcome = self._tracker.next_moment()
                    if outcome.end is End.DEADLOCK:
                        return outcome
                    if self._xen.held_ns > held_ns:
                        break
        finally:
            self._tracker.on_entry = None
            self._tell(heard, self.position)
        self._meet_change(here)
        return None

    def back(self, count: int = 1, vcpu: Key | None = None) -> Arrival:
        """Go back by ``count`` steps: the state is what it was before them."""
        if vcpu is not None:
            return self._back_on(count, vcpu)
        end = self.position
        reach = count
        while True:
            self._go(Position(max(end.instructions - reach, self.start.instructions)))
            if self.position < end:
                passed = [self.position]
                while self.position < end and self._one_step() is None:
                    passed.append(self.position)
                passed = [position for position in passed if position < end]
                if len(passed) >= count:
                    return Arrival(Why.MOVED, self._go(passed[-count]))
            if reach >= end.instructions - self.start.instructions:
                return Arrival(Why.START, self._go(self.start))
            reach = 2 * reach + 1

    def _back_on(self, count: int, vcpu: Key) -> Arrival:
        arrival = Arrival(Why.MOVED, self.position)
        for _ in range(count):
            arrival = self.back_to(AnyInstruction(vcpu))
            if arrival.why is not Why.HIT:
                return arrival
        return Arrival(Why.MOVED, arrival.position)

    # -- Backward -----------------------------------------------------------------------------------------------

    def back_to(self, *stops: Stop, interrupted: Callable[[], bool] = _never, undo: bool = False) -> Arrival:
        """Go back to the last position before this one at which one of ``stops`` is hit; else to the start.

        ``undo``: where that is a write by Xen, go to before it, not after; one that was made right here counts, too.
        """
        end = until = self.position

        def counts(hit: Hit) -> bool:
            return hit.position < end or (undo and hit.by_xen and hit.position == end)

        while True:
            base = self._checkpoints.before(until)
            if base.position == until and until > self.start:
                base = self._checkpoints.before(until.before)
            if interrupted():
                return Arrival(Why.INTERRUPTED, self._go(end))
            hit = self._last_hit(stops, base.position, until, counts)
            if hit is not None:
                go = self._before if undo and hit.by_xen else self._go
                return Arrival(Why.HIT, go(hit.position), hit)
            if base.position <= self.start:
                return Arrival(Why.START, self._go(self.start))
            until = base.position

    def _last_hit(
        self, stops: tuple[Stop, ...], base: Position, until: Position, counts: Callable[[Hit], bool]
    ) -> Hit | None:
        """Run from ``base`` to ``until`` once more, and return the last hit of those that count."""
        last: Hit | None = None

        def found(hit: Hit) -> None:
            nonlocal last
            last = hit if counts(hit) and (last is None or hit.position >= last.position) else last

        self._go(base)
        scan = Scan(self._xen, self.machine.domain, self._tracker, stops, found)
        with self._diverted([], scan), scan.watching():
            self._run_to(until)
        return last

    def _before(self, position: Position) -> Position:
        """Go to the last position before this one that there is."""
        return self._go(position.before) if self._go(position).moment else self.back().position

    # -- Anywhere -----------------------------------------------------------------------------------------------

    def goto(self, position: Position | int) -> Arrival:
        """Go to a position, or an instruction number; to the first one after it that there is."""
        wanted = position if isinstance(position, Position) else Position(position)
        if wanted < self.start:
            return Arrival(Why.START, self._go(self.start))
        if wanted.instructions > self._told.instructions:
            arrival = self.forward(max_instructions=wanted.instructions - self.position.instructions)
            if arrival.why is Why.END:
                return arrival
        return Arrival(Why.MOVED, self._go(wanted))

    def _go(self, position: Position, *, anew: bool = False) -> Position:
        """Put the machine to a position that it was at before, from a checkpoint (``anew``: whatever it is now).

        Returns where it is: a little further where no such position is.
        """
        base = self._checkpoints.before(position)
        if anew or position < self.position or self.position < base.position:
            self.machine.restore(base.snapshot)
            self._tracker.put(base.position)
        heard: list[tuple[Position, Any]] = []
        with self._diverted(heard):
            self._run_to(position)
        self._tell(heard, self.position)
        return self.position

    def _run_to(self, position: Position) -> None:
        """Run on to a position, and do what was done by hand on the way."""
        while self.position < position and self._xen.outcome is None:
            here = self.position
            change = self._checkpoints.pinned_within(here, position)
            target = position if change is None else change.position
            if target.instructions > here.instructions:
                next_checkpoint = here.instructions + SPACING
                self._tracker.run(min(target.instructions, next_checkpoint))
                if self.position.instructions == next_checkpoint < target.instructions:
                    self._checkpoints.take(self.position)
            else:
                self._tracker.next_moment()
            if self.position == here:
                return  # everything waits for ever
            self._meet_change(here)

    def _meet_change(self, before: Position) -> None:
        """Where somebody changed the machine by hand, it is changed."""
        change = self._checkpoints.pinned_within(before, self.position)
        if change is not None and change.position == self.position:
            self.machine.restore(change.snapshot)

    # -- What comes from outside --------------------------------------------------------------------------------

    def type(self, data: bytes) -> None:
        """Give the console input, here; when this is played again, it comes again."""
        self.machine.type(data)
        self.changed()

    def changed(self) -> None:
        """To be called after the machine was changed by hand (registers, memory): what was to come is forgotten."""
        here = self.position
        self._checkpoints.forget_after(here)
        self._checkpoints.take(here, pinned=True)
        self._output = [each for each in self._output if each[0] <= here]
        self._input.forget_after(here.instructions)
        self._told = min(self._told, here)

    def _diverted(self, heard: list[tuple[Position, Any]], scan: Scan | None = None) -> AbstractContextManager[None]:
        return diverted(self.machine.events, self._tracker, heard, scan)

    def _tell(self, heard: list[tuple[Position, Any]], to: Position) -> None:
        """Hand on the events up to ``to`` that listeners have not heard yet."""
        for position, event in heard:
            if self._told < position <= to:
                if isinstance(event, ConsoleOutput) and event.domain == self.machine.domain.number:
                    self._output.append((position, event.data))
                if self.on_event is not None:
                    self.on_event(position, event)
                self.machine.events.emit(event)
        self._told = max(self._told, to)
