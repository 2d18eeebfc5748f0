"""The state of a session: the machine's history, breakpoints, the chosen vCPU, and the registers before the last move.

Every movement ends in :meth:`StepSession.arrive`, which says in a line or two where the machine is and why.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rich.console import Console

from harness.api import Machine
from harness.debug.crash import crash_report
from harness.debug.event_words import in_words
from harness.debug.replay.arrival import Arrival, Why
from harness.debug.replay.history import History
from harness.debug.replay.position import Position
from harness.debug.replay.stops import Address, EventSeen, Hit, HvcAnswered, HvcMade, RegisterWrite, Stop, Watch
from harness.debug.step.calls_in_words import call_at
from harness.debug.step.errors import CommandError
from harness.debug.step.places import Places
from harness.debug.step.targets import StopTarget
from harness.debug.trace.kinds import KINDS
from harness.debug.views.code import where
from harness.debug.views.registers import register_values
from harness.events import AreaRegistered, HypercallMade, SmcccCall
from harness.machine.mmu.faults import Access, Fault
from harness.xen.domains.domain import Vcpu
from harness.xen.outcome import End
from harness.xen.scheduler import Key

MOST_EVENTS = 20_000
"""Number of past events that are kept for the command ``events``."""

_TABLES = RegisterWrite(("TTBR0_EL1", "TTBR1_EL1", "TCR_EL1", "SCTLR_EL1"))
"""Writes after which a name may mean another address."""
_PATIENCE = 64
"""After so many such writes in a row without a new mapping, a movement no longer checks the tables: that is slow."""


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A numbered target at which every run ends, forward or backward."""

    number: int
    target: StopTarget

    def __str__(self) -> str:
        return f"{self.number:>3}  {self.target.words}{_by(self.target.vcpu)}"


class StepSession:
    """A session with ``machine``, which writes to ``console``.

    While the machine runs, ``interrupted`` is called from time to time; True ends the movement.
    """

    def __init__(self, machine: Machine, console: Console, interrupted: Callable[[], bool] = lambda: False) -> None:
        self.machine = machine
        self.console = console
        self.interrupted = interrupted
        for kind in KINDS.values():
            machine.events.listen(kind, _ignore)
        self.events: deque[tuple[Position, Any]] = deque(maxlen=MOST_EVENTS)
        self.history = History(machine)
        self.history.on_event = lambda position, event: self.events.append((position, event))
        self.places = Places(machine)
        self.breakpoints: dict[int, Breakpoint] = {}
        self.chosen: Key | None = None
        """The vCPU that the user has chosen for movements and views; None: whichever runs."""
        self.before: dict[Key, Mapping[str, int]] = {}
        """The registers of each vCPU before the last movement."""
        self.came_from: list[Position] = []
        """The positions at which the movements so far began, for undo."""
        self.finished = False
        self._shown: Vcpu | None = None
        self._numbers = 0

    # -- Whom and where -----------------------------------------------------------------------------------------

    @property
    def vcpu(self) -> Vcpu:
        """The vCPU that the views show: the chosen one, else the one of the last stop, else the one that runs."""
        if self.chosen is not None:
            return self.machine.xen.vcpus[self.chosen]
        return self._shown or self.history.current or self.machine.vcpu(0)

    @property
    def live_vcpu(self) -> Vcpu:
        """The same vCPU, certain to have registers. Raises CommandError if it was never started."""
        if not self.vcpu.has_cpu:
            raise CommandError(f"{self.vcpu} was never started: it has no registers and no tables")
        return self.vcpu

    def say(self, line: str = "") -> None:
        """Write a line."""
        self.console.print(line, markup=False, emoji=False, soft_wrap=True)

    def say_all(self, lines: Iterable[str]) -> None:
        """Write lines."""
        for line in lines:
            self.say(line)

    def status(self) -> str:
        """One line: instruction number, time, vCPU, level, PC, instruction, source line."""
        position = f"#{self.history.position}  {self.machine.now_ns:,} ns"
        return f"{position}  {where(self.machine, self.vcpu)}"

    # -- Breakpoints --------------------------------------------------------------------------------------------

    def add_breakpoint(self, target: StopTarget) -> Breakpoint:
        """Number a target, and stop there from now on."""
        self._numbers += 1
        added = self.breakpoints[self._numbers] = Breakpoint(self._numbers, target)
        return added

    def stops(self, *more: StopTarget) -> list[Stop]:
        """The stops of these targets, then those of all breakpoints."""
        targets = [*more, *(each.target for each in self.breakpoints.values())]
        return [stop for target in targets for stop in target.stops_now(self.places)]

    # -- Movements ----------------------------------------------------------------------------------------------

    def move(self, movement: Callable[[], Arrival]) -> Arrival:
        """Carry out a movement, and say where it arrived."""
        start = self.history.position
        self.before = {vcpu.key: register_values(vcpu.cpu) for vcpu in self.machine.xen.vcpus.values() if vcpu.has_cpu}
        self._shown = None
        arrival = movement()
        if self.history.position != start:
            self.came_from.append(start)
        self.arrive(arrival)
        return arrival

    def travel(self, *targets: StopTarget, back: bool = False) -> Arrival:
        """Go to the next of these targets or any breakpoint, forward or back, and say where it arrived."""
        wanted = [target.on(self.chosen) for target in targets]
        return self.move(lambda: self._travel(wanted, back))

    def go_on_to(self, vcpu: Vcpu, ipa: int) -> Arrival:
        """Run until ``vcpu``, whose MMU is off now, reaches the code at ``ipa``, even if its MMU is on by then."""
        return self._travel([StopTarget("", ipas=(ipa,), vcpu=vcpu.key)], back=False)

    def _travel(self, targets: list[StopTarget], back: bool) -> Arrival:
        names = any(target.ipas for target in targets) or any(each.target.ipas for each in self.breakpoints.values())
        self.places.learn(self.machine.domain.vcpus)
        patience = _PATIENCE if names else 0
        go = self.history.back_to if back else self.history.forward
        while True:
            # Names are resolved again after every write that may change what is mapped. This stop comes last, so that
            # a real stop at the same instruction is reported instead.
            looks = (_TABLES,) if patience else ()
            arrival = go(*self.stops(*targets), *looks, interrupted=self.interrupted)
            if arrival.hit is None or arrival.hit.stop != _TABLES:
                return arrival
            patience = _PATIENCE if self._look(arrival.hit, back) else patience - 1

    def _look(self, hit: Hit, back: bool) -> bool:
        """Learn the mappings before the write that the machine is on (going back), or after it (going forward)."""
        vcpus = [vcpu for vcpu in self.machine.xen.vcpus.values() if vcpu.key == hit.vcpu]
        if back:
            return self.places.learn(vcpus)
        here = self.history.position
        # The machine is on the MSR, which takes effect only when it has been executed.
        self.history.step(1, hit.vcpu)
        new = self.places.learn(vcpus)
        self.history.goto(here)
        return new

    # -- Arrivals -----------------------------------------------------------------------------------------------

    def arrive(self, arrival: Arrival) -> None:
        """Say why a movement ended, and where the machine is now."""
        match arrival.why:
            case Why.HIT if arrival.hit is not None:
                self._shown = self.machine.xen.vcpus.get(arrival.hit.vcpu) if arrival.hit.vcpu else None
                self._say_hit(arrival, arrival.hit)
            case Why.END if arrival.outcome is not None:
                self._say_end(arrival)
            case Why.MOVED:
                pass
            case _:
                self.say(f"stopped: {arrival.why.value}")
        self.say(self.status())

    def hit_breakpoint(self, arrival: Arrival) -> Breakpoint | None:
        """The breakpoint at which a movement ended; None if it ended for another reason."""
        if arrival.hit is None:
            return None
        stop = arrival.hit.stop
        return next((each for each in self.breakpoints.values() if stop in each.target.stops_now(self.places)), None)

    def _say_hit(self, arrival: Arrival, hit: Hit) -> None:
        reached = self.hit_breakpoint(arrival)
        what = self._what_happened(hit)
        if reached is not None:
            kind = "watchpoint" if isinstance(hit.stop, Watch) else "breakpoint"
            what = f"{kind} {reached.number}, {reached.target.words}{f': {what}' if what else ''}"
        if what:
            self.say(what)

    def _what_happened(self, hit: Hit) -> str:
        """What happened at a stop: a decoded call, an event in the words of the trace, or the stop's own detail."""
        vcpu = self.machine.xen.vcpus.get(hit.vcpu) if hit.vcpu is not None else None
        event = hit.subject
        match hit.stop:
            case Address():
                return ""
            case HvcMade() if vcpu is not None:
                call = call_at(vcpu)
                return f"{vcpu} makes {call}" if call is not None else hit.detail
            case HvcAnswered() if vcpu is not None:
                made = [each for each in self.past_events(20) if isinstance(each, HypercallMade | SmcccCall)]
                event = next((each for each in made if (each.domain, each.vcpu) == hit.vcpu), None)
        if type(event) not in KINDS.values():
            return hit.detail
        words = in_words(event)
        return f"{words.who} {words.kind}: {words.details}"

    def past_events(self, count: int) -> list[Any]:
        """The last events before this position, the latest first."""
        here = self.history.position
        return list(islice((event for position, event in reversed(self.events) if position <= here), count))

    def type(self, data: bytes) -> None:
        """Type at the guest's console at this position. The recorded future is discarded."""
        here = self.history.position
        self.history.type(data)
        # With other input the future may go differently, so its events have not happened.
        kept = [each for each in self.events if each[0] <= here]
        self.events.clear()
        self.events.extend(kept)

    def _say_end(self, arrival: Arrival) -> None:
        outcome = arrival.outcome
        assert outcome is not None
        if outcome.end is End.CRASH and outcome.domain == self.machine.domain.number:
            for line in crash_report(self.machine, outcome):
                self.say(line)
        detail = f": {outcome.detail}" if outcome.detail else ""
        self.say(f"the end: {outcome.end.value}{detail}")

    # -- What only the past knows -------------------------------------------------------------------------------

    def ipa_of(self, vcpu: Vcpu, va: int) -> int | None:
        """The guest-physical address that ``va`` of ``vcpu`` translates to now; None if it does not translate.

        For the address of its runstate area, the IPA at registration is used if it does not translate now.
        """
        found = vcpu.domain.walker.translate(vcpu.cpu.translation, va, Access.READ, 1)
        if not isinstance(found, Fault):
            return found.ipa
        area = vcpu.state.area
        return self.area_ipa(vcpu) if area is not None and va == area.address else None

    def area_ipa(self, vcpu: Vcpu) -> int | None:
        """The IPA of the runstate area of ``vcpu`` when it was registered; None if unknown.

        Only the past knows the mapping of that moment, so the machine goes back to the registration and returns.
        """
        area = vcpu.state.area
        if area is None or not vcpu.has_cpu:
            return None
        here = self.history.position
        found = self.history.back_to(_registration(vcpu.key, area.address), interrupted=self.interrupted)
        result: int | None = None
        if found.why is Why.HIT:
            regs = vcpu.cpu.translation
            translated = vcpu.domain.walker.translate(regs, area.address, Access.READ, 1)
            result = None if isinstance(translated, Fault) else translated.ipa
        self.history.goto(here)
        return result

    def before_last_write(self, register: str, vcpu: Vcpu, look: Callable[[], list[str]]) -> list[str]:
        """What ``look`` shows just before the last time that ``vcpu`` wrote a register; the machine then returns here.

        Raises CommandError if ``vcpu`` has not written it before.
        """
        here = self.history.position
        found = self.history.back_to(RegisterWrite((register,), vcpu.key), interrupted=self.interrupted)
        lines = [f"at #{self.history.position}, before {found.hit.detail}:", *look()] if found.hit is not None else []
        self.history.goto(here)
        if not lines:
            raise CommandError(f"{vcpu} has not written {register} before")
        return lines


def _ignore(_event: Any) -> None:
    """A listener that does nothing: events are emitted only if somebody listens, and the history records them."""


def _registration(key: Key, address: int) -> Stop:
    return EventSeen(AreaRegistered, key, lambda event: event.address == address)


def _by(vcpu: Key | None) -> str:
    return "" if vcpu is None else f", only by d{vcpu[0]}v{vcpu[1]}"
