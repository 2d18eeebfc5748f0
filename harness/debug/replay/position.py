"""The position of a machine in its history: an instruction, or a moment between two instructions.

There may be several moments between two instructions: an exception is entered, which retires nothing; Xen makes a
guest repeat an access; a wake-up is due; an idle physical CPU takes a vCPU. They are numbered. A machine at a position
has done everything before it and nothing after it, however its run was cut into pieces on the way.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.machine.cpu import Cpu
from harness.xen.domains.domain import Vcpu
from harness.xen.hypervisor import Hypervisor
from harness.xen.outcome import End, Outcome


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """``instructions`` retired (:attr:`Hypervisor.retired`), and the number of the moment, which is usually 0."""

    instructions: int
    moment: int = 0

    @property
    def before(self) -> "Position":
        """The greatest position below this one, whether or not the machine was ever there."""
        # How many moments the instruction before has is unknown; 2^32 is after all of them.
        return Position(self.instructions - (not self.moment), self.moment - 1 if self.moment else 1 << 32)

    def __str__(self) -> str:
        return f"{self.instructions:,}" + (f"+{self.moment}" if self.moment else "")


class Tracker:
    """Runs a machine and knows its position at any time, even in the middle of a slice.

    ``on_cpu`` is called for each CPU before it runs for the first time, ``on_boundary`` between two slices, and
    ``on_entry`` when a vCPU has entered EL1 (except for IRQs taken within a slice).
    """

    def __init__(self, xen: Hypervisor, position: Position) -> None:
        self.xen = xen
        self._at = position.instructions
        self._moment = position.moment
        self._cut_at_entries = False
        self._entry_counted = False
        self._cpus: dict[tuple[int, int], Cpu] = {}
        self.on_cpu: Callable[[Vcpu], None] | None = None
        self.on_boundary: Callable[[], None] | None = None
        self.on_entry: Callable[[Vcpu], None] | None = None

    def put(self, position: Position) -> None:
        """Set the position, after the machine was restored to it."""
        self._at, self._moment = position.instructions, position.moment

    @property
    def here(self) -> Position:
        """The position between two slices."""
        return Position(self._at, self._moment)

    @property
    def current(self) -> Vcpu | None:
        """The vCPU that executes the next instruction; None if that is not decided before some wait ends."""
        state = self.xen.scheduler.state
        if state.turn is not None:
            return self.xen.scheduler.current(state.pcpus[state.turn.pcpu])
        busy = [pcpu for pcpu in state.pcpus if pcpu.current is not None]
        return self.xen.scheduler.current(min(busy, key=lambda pcpu: pcpu.time_ns)) if busy else None

    @property
    def after(self) -> Position:
        """Within a slice or a switch: the first position at which the present event has happened."""
        now = self.xen.retired_now
        return Position(now, 0) if now > self._at else Position(self._at, self._moment + 1)

    @property
    def on_instruction(self) -> Position:
        """Within a probe: the position before the instruction that is being executed."""
        return self.at(self.xen.retired_now - 1)

    def at(self, instructions: int) -> Position:
        """The last moment so far at which this many instructions had retired."""
        return Position(instructions, self._moment if instructions == self._at else 0)

    def run(
        self,
        to: int | None,
        stop: Callable[[], bool] | None = None,
        *,
        timeout_s: float | None = None,
    ) -> Outcome:
        """Run until ``to`` instructions have retired in total (None: no limit), or until ``stop()`` is true.

        ``stop`` is called between slices; ``timeout_s`` is in host seconds.
        """
        if to is not None and to <= self.xen.retired and self.xen.outcome is None:
            return Outcome(End.BUDGET)
        with self._attached():
            first = True

            def until() -> bool:
                nonlocal first
                # The first call comes before the first slice, where no boundary has been reached yet.
                if not first:
                    self._boundary()
                first = False
                self._attach()
                return stop is not None and stop()

            limit = None if to is None else to - self.xen.retired
            outcome = self.xen.run(max_instructions=limit, timeout_s=timeout_s, until=until)
            if not first and outcome.end in (End.BUDGET, End.SHUTDOWN, End.CRASH, End.TIMEOUT):
                self._boundary()  # these ends are found before ``until`` is called
            return outcome

    def next_moment(self) -> Outcome:
        """Go on to the next moment: at most one instruction, one exception entry, or one wake-up."""
        asked = 0

        def stop() -> bool:
            nonlocal asked
            asked += 1  # the first call comes before the slice, the second after it
            return asked > 1

        self._cut_at_entries = True
        try:
            return self.run(self.xen.retired + 1, stop)
        finally:
            self._cut_at_entries = False

    def _boundary(self) -> None:
        now = self.xen.retired
        if now > self._at:
            self._at, self._moment = now, 0
        elif not self._entry_counted:
            self._moment += 1
        self._entry_counted = False
        if self.on_boundary is not None:
            self.on_boundary()

    def _entered(self, vcpu: Vcpu, retired: bool) -> None:
        if not retired:
            after = self.after if self.xen.retired_now == self._at else Position(self.xen.retired_now, 1)
            self._at, self._moment = after.instructions, after.moment
            if self._cut_at_entries:
                self._entry_counted = True  # the end of the slice is this same moment: do not count it again
                vcpu.cpu.end_slice()
        if self.on_entry is not None:
            self.on_entry(vcpu)

    @contextmanager
    def _attached(self) -> Iterator[None]:
        self._attach()
        try:
            yield
        finally:
            for vcpu in self.xen.vcpus.values():
                if vcpu.has_cpu:
                    vcpu.cpu.on_entry = None
            self._cpus.clear()

    def _attach(self) -> None:
        """Follow every CPU that exists now: a vCPU gets a new one when it is started."""
        for key, vcpu in self.xen.vcpus.items():
            if vcpu.has_cpu and self._cpus.get(key) is not vcpu.cpu:
                self._cpus[key] = vcpu.cpu
                vcpu.cpu.on_entry = lambda retired, vcpu=vcpu: self._entered(vcpu, retired)
                if self.on_cpu is not None:
                    self.on_cpu(vcpu)
