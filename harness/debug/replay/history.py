"""A machine with a past: it can be moved forward to a stop, and back.

Nothing is ever undone. A machine is deterministic, so an earlier state is reached by restoring a snapshot and running
on from it, and is the same to the last bit. Listeners (consoles, traces) receive every event once, when it happens
for the first time; console input is repeated at the same instants.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from harness.api import Machine
from harness.debug.replay.arrival import Arrival, Why, hits_after
from harness.debug.replay.checkpoints import Checkpoints
from harness.debug.replay.diversion import diverted
from harness.debug.replay.past_input import PastInput
from harness.debug.replay.position import Position, Tracker
from harness.debug.replay.scan import Scan
from harness.debug.replay.search import Search
from harness.debug.replay.stops import AnyInstruction, Hit, Stop
from harness.events import ConsoleOutput
from harness.xen.domains.domain import Vcpu
from harness.xen.hypervisor import HELD
from harness.xen.outcome import End, Outcome
from harness.xen.scheduler import Key

__all__ = ["Arrival", "History", "Why"]

_NEAR = 20_000
"""Below this number of instructions, running again is cheaper than another checkpoint."""


def _never() -> bool:
    return False


class History:
    """The history of ``machine`` from its present position. From now on, only this object may run or restore it.

    Its methods call ``interrupted`` between slices, at most a million instructions apart; True ends the movement.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._xen = machine.xen
        start = Position(self._xen.retired)
        self._tracker = Tracker(self._xen, start)
        self._checkpoints = Checkpoints(machine, start)
        self._told = start
        """Listeners have received all events up to this position."""
        self._output: list[tuple[Position, bytes]] = [(start, machine.console)]
        self._input = PastInput(self._xen)
        self.on_event: Callable[[Position, Any], None] | None = None
        """Called once for every event that somebody listens for, with the position right after the event."""

    # -- Where it is --------------------------------------------------------------------------------------------

    @property
    def position(self) -> Position:
        """The present position of the machine."""
        return self._tracker.here

    @property
    def start(self) -> Position:
        """The earliest position that can be reached."""
        return self._checkpoints.positions[0]

    @property
    def checkpoints(self) -> tuple[Position, ...]:
        """Positions of the saved checkpoints."""
        return self._checkpoints.positions

    @property
    def console(self) -> bytes:
        """What the main guest has written to its console up to the present position."""
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
        """Run to the next position after this one at which one of ``stops`` is hit.

        Of several hits the first in time counts. ``max_instructions`` and ``timeout_s`` (host seconds) limit the run.
        With ``accesses_here``, a watched access by the instruction at the present position counts, too.
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
        with Search(self.machine, self._tracker, stops, counts) as search:
            while True:
                here = self.position
                arrival = self._arrived(limit, give_up, interrupted)
                if arrival is not None:
                    return arrival
                # A hit only tells its position; to get there, the run is repeated from the last checkpoint.
                if here.instructions - self._checkpoints.before(here).position.instructions > _NEAR:
                    self._checkpoints.take(here)
                target = here.instructions + self._checkpoints.spacing
                target = target if limit is None else min(target, limit)
                change = self._checkpoints.pinned_within(here, Position(target))
                heard: list[tuple[Position, Any]] = []
                outcome = search.run(target if change is None else change.position.instructions, interrupted, heard)
                hit = search.hit
                # The machine has run past the hit, but for listeners the events behind it have not happened yet.
                self._tell(heard, self.position if hit is None else hit.position)
                if hit is not None:
                    search.pause()
                    return Arrival(Why.HIT, self._go(hit.position, anew=True), hit)
                if outcome.end is End.STOPPED:
                    return Arrival(Why.INTERRUPTED, self.position)
                if change is not None and self.position >= Position(change.position.instructions):
                    search.pause()
                    self._go(change.position)
                elif outcome.end is End.DEADLOCK:
                    return Arrival(Why.END, self.position, outcome=outcome)
                elif outcome.detail == HELD and limit is not None:
                    return Arrival(Why.LIMIT, self.position, outcome=outcome)

    def _arrived(self, limit: int | None, give_up: float | None, interrupted: Callable[[], bool]) -> Arrival | None:
        """Whether a run forward has ended here, whatever its stops are."""
        if self._xen.outcome is not None:
            return Arrival(Why.END, self.position, outcome=self._xen.outcome)
        if limit is not None and self.position.instructions >= limit:
            return Arrival(Why.LIMIT, self.position)
        if give_up is not None and time.monotonic() >= give_up:
            return Arrival(Why.LIMIT, self.position)
        return Arrival(Why.INTERRUPTED, self.position) if interrupted() else None

    # -- Steps --------------------------------------------------------------------------------------------------

    def step(self, count: int = 1, vcpu: Key | None = None, *, interrupted: Callable[[], bool] = _never) -> Arrival:
        """Execute ``count`` instructions: of any vCPUs, or of ``vcpu`` while the others run as they would.

        If an instruction takes an exception, the step ends at the vector, before the first instruction there.
        """
        for _ in range(count):
            if interrupted():
                return Arrival(Why.INTERRUPTED, self.position)
            if vcpu is not None:
                # The present position counts, too: the vCPU may be the one that executes next.
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
        """Execute one instruction or enter one exception; return an outcome if there was nothing to execute.

        If Xen makes the guest repeat an access, each attempt is a step.
        """
        here, entered, held_ns = self.position, False, self._xen.held_ns

        def on_entry(_: Vcpu) -> None:
            nonlocal entered
            entered = True

        if here.instructions - self._checkpoints.before(here).position.instructions > self._checkpoints.spacing:
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
        """Go back by ``count`` steps, to the state before them."""
        if vcpu is not None:
            return self._back_on(count, vcpu)
        # A step may retire no instruction (an exception that is entered), so instructions do not count steps: go back
        # by a guess, count the steps up to here, and if there are too few, guess further back.
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
        """Go back to the last position before this one at which one of ``stops`` is hit, or else to the start.

        ``undo``: if the hit is a write by Xen, go to the position before the write instead of after it; a write that
        Xen made at the present position then counts, too.
        """
        end = until = self.position

        def counts(hit: Hit) -> bool:
            return hit.position < end or (undo and hit.by_xen and hit.position == end)

        # Hits are found by running forward, so search the stretch behind each checkpoint, from the latest to the first.
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
        """Run from ``base`` to ``until`` again, and return the last hit that counts."""
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
        """Go to the last existing position before ``position``."""
        return self._go(position.before) if self._go(position).moment else self.back().position

    # -- Anywhere -----------------------------------------------------------------------------------------------

    def goto(self, position: Position | int) -> Arrival:
        """Go to a position or an instruction number, or to the first existing position after it."""
        wanted = position if isinstance(position, Position) else Position(position)
        if wanted < self.start:
            return Arrival(Why.START, self._go(self.start))
        if wanted.instructions > self._told.instructions:
            arrival = self.forward(max_instructions=wanted.instructions - self.position.instructions)
            if arrival.why is Why.END:
                return arrival
        return Arrival(Why.MOVED, self._go(wanted))

    def _go(self, position: Position, *, anew: bool = False) -> Position:
        """Move the machine to a position that it has been at before, and return its position.

        That is a later one if the position does not exist. ``anew``: restore a checkpoint in any case, because the
        machine may have run past the position that the tracker reports.
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
        """Run on to a position, and repeat the changes that were made by hand on the way."""
        while self.position < position and self._xen.outcome is None:
            # Stop at each change, and leave a checkpoint now and then: the next movement is often close to this one.
            here = self.position
            change = self._checkpoints.pinned_within(here, position)
            target = position if change is None else change.position
            if target.instructions > here.instructions:
                next_checkpoint = here.instructions + self._checkpoints.spacing
                self._tracker.run(min(target.instructions, next_checkpoint))
                if self.position.instructions == next_checkpoint < target.instructions:
                    self._checkpoints.take(self.position)
            else:
                self._tracker.next_moment()
            if self.position == here:
                return  # everything waits for ever
            self._meet_change(here)

    def _meet_change(self, before: Position) -> None:
        """Repeat a change that was made by hand at the present position, if there was one after ``before``."""
        change = self._checkpoints.pinned_within(before, self.position)
        if change is not None and change.position == self.position:
            self.machine.restore(change.snapshot)

    # -- What comes from outside --------------------------------------------------------------------------------

    def type(self, data: bytes) -> None:
        """Give the console input at the present position; a replay gives the same input again."""
        self.machine.type(data)
        self.changed()

    def changed(self) -> None:
        """Record a change of registers or memory that was made by hand. The future known so far is discarded."""
        here = self.position
        self._checkpoints.forget_after(here)
        self._checkpoints.take(here, pinned=True)
        # Everything that was known about the time after the change may now happen differently.
        self._output = [each for each in self._output if each[0] <= here]
        self._input.forget_after(here.instructions)
        self._told = min(self._told, here)

    def _diverted(self, heard: list[tuple[Position, Any]], scan: Scan | None = None) -> AbstractContextManager[None]:
        return diverted(self.machine.events, self._tracker, heard, scan)

    def _tell(self, heard: list[tuple[Position, Any]], to: Position) -> None:
        """Send the events up to ``to`` that listeners have not received yet."""
        for position, event in heard:
            if self._told < position <= to:
                if isinstance(event, ConsoleOutput) and event.domain == self.machine.domain.number:
                    self._output.append((position, event.data))
                if self.on_event is not None:
                    self.on_event(position, event)
                self.machine.events.emit(event)
        self._told = max(self._told, to)
