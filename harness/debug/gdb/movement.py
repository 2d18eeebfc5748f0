"""A debugger's movements of the machine, forward and back, and the stop replies about where they ended.

On AArch64, gdb expects a watchpoint to stop before the access: it then removes its watchpoints, steps once, and
compares values. A write by Xen is not part of a guest instruction that could be stepped. A stop for such a write is
therefore right after it, and gdb's one step is answered without moving the machine. The same holds after going back
to any access: the access has been undone, and there is nothing left to step over.
"""

from collections.abc import Callable, Iterable

from harness.debug.gdb.arguments import EINVAL, ENOSPC, PacketRefused
from harness.debug.gdb.memory import machine_address, read_memory
from harness.debug.gdb.target import GdbTarget
from harness.debug.replay.arrival import Arrival, Why
from harness.debug.replay.position import Position
from harness.debug.replay.stops import Address, AnyInstruction, Hit, HvcMade, Space, Stop, Watch
from harness.xen.domains.domain import Vcpu
from harness.xen.exit_status import exit_status
from harness.xen.outcome import Outcome

SIGINT, SIGTRAP = 2, 5
MOST_BREAKPOINTS = 1000
MOST_WATCHED_BYTES = 1 << 16

_SOFTWARE, _HARDWARE, _WRITE, _READ, _ACCESS = range(5)
_WATCH_NAMES = {_WRITE: "watch", _READ: "rwatch", _ACCESS: "awatch"}

_Point = tuple[int, int, int]
"""Kind, address and length of a breakpoint or watchpoint, as in its packet."""


class Movement:
    """Breakpoints and movements of one client.

    While the machine runs, ``interrupted`` tells whether the client has sent Ctrl-C, and ``say`` shows it text.
    """

    def __init__(self, target: GdbTarget, interrupted: Callable[[], bool], say: Callable[[str], None]) -> None:
        self._target = target
        self._interrupted = interrupted
        self._say = say
        self._points: dict[_Point, Stop] = {}
        self.until: tuple[Stop, ...] = ()
        """Where the next continue stops, in addition to the breakpoints."""
        self.thread = 1
        """The thread of the last stop."""
        self.last = b"T05thread:01;"
        """The last stop reply."""
        self.ended: Outcome | None = None
        """How the program ended, once the client has been told."""
        self._settled = False
        """Whether the next step of ``thread`` is answered without moving (see the top of this file)."""

    # -- Breakpoints --------------------------------------------------------------------------------------------

    def insert(self, point: _Point, space: Space) -> None:
        """Set a breakpoint or watchpoint; setting it again does nothing. Raises PacketRefused."""
        kind, address, length = point
        if kind not in range(5) or (kind >= _WRITE and not 1 <= length <= MOST_WATCHED_BYTES):
            raise PacketRefused(EINVAL)
        if len(self._points) >= MOST_BREAKPOINTS and point not in self._points:
            raise PacketRefused(ENOSPC)
        if kind in (_SOFTWARE, _HARDWARE):
            self._points[point] = Address(address)
        else:
            self._points[point] = Watch(address, length, read=kind != _WRITE, write=kind != _READ, space=space)

    def remove(self, point: _Point) -> None:
        """Remove a breakpoint or watchpoint; does nothing if there is none."""
        self._points.pop(point, None)

    # -- Movements ----------------------------------------------------------------------------------------------

    def go_on(self) -> bytes:
        """Run to the next stop."""
        self._settled = False
        before = self._target.history.position
        stops, self.until = self._stops(self.until), ()
        return self._arrived(
            self._target.history.forward(*stops, interrupted=self._interrupted, accesses_here=True), before
        )

    def go_back(self) -> bytes:
        """Go back to the last stop before the present position."""
        self._settled = False
        before = self._target.history.position
        stops, self.until = self._stops(self.until), ()
        arrival = self._target.history.back_to(*stops, interrupted=self._interrupted, undo=True)
        reply = self._arrived(arrival, before)
        self._settled = arrival.hit is not None and isinstance(arrival.hit.stop, Watch)
        return reply

    def step(self, thread: int) -> bytes:
        """Execute one instruction of a thread, unless another thread reaches a breakpoint first."""
        if self._settled and thread == self.thread and not self._watches():
            self._settled = False
            return self._stopped(thread)
        self._settled = False
        before = self._target.history.position
        arrival = self._watched_step(thread)
        return self._arrived(arrival, before, thread)

    def step_range(self, thread: int, start: int, end: int) -> bytes:
        """Step a thread until its PC leaves [start, end) or is at a breakpoint, or another stop comes first."""
        before, vcpu = self._target.history.position, self._vcpu(thread)
        self._settled = False
        while True:
            arrival = self._watched_step(thread)
            pc = vcpu.cpu.pc if vcpu.has_cpu else end
            at_breakpoint = any(isinstance(stop, Address) and stop.va == pc for stop in self._points.values())
            if arrival.why is not Why.MOVED or at_breakpoint or not start <= pc < end:
                return self._arrived(arrival, before, thread)

    def step_back(self, thread: int) -> bytes:
        """Undo the last instruction of a thread."""
        if self._settled and thread == self.thread and not self._watches():
            self._settled = False
            return self._stopped(thread)
        self._settled = False
        before = self._target.history.position
        return self._arrived(self._target.history.back(1, self._vcpu(thread).key), before, thread)

    def _watched_step(self, thread: int) -> Arrival:
        """Execute one instruction of a thread, unless it accesses watched memory: then stop before it."""
        history, here = self._target.history, self._target.history.position
        watches = [stop for stop in self._points.values() if isinstance(stop, Watch)]
        if not watches or history.current is not self._vcpu(thread):
            return self._step(thread)
        # Run the instruction once to see what it accesses, and go back.
        seen = history.forward(*watches, max_instructions=1, accesses_here=True)
        history.goto(here)
        if seen.hit is not None and seen.position == here:
            return seen
        arrival = self._step(thread)
        return seen if seen.hit is not None and seen.position <= arrival.position else arrival

    def _step(self, thread: int) -> Arrival:
        history, vcpu = self._target.history, self._vcpu(thread)
        if history.current not in (None, vcpu):
            on_it = history.forward(
                AnyInstruction(vcpu.key),
                *(stop for stop in self._stops(()) if isinstance(stop, Address)),
                interrupted=self._interrupted,
            )
            if on_it.hit is None or on_it.hit.vcpu != vcpu.key:
                return on_it
        return history.step(1, vcpu.key, interrupted=self._interrupted)

    def _stops(self, more: Iterable[Stop]) -> tuple[Stop, ...]:
        return (*self._points.values(), *more)

    def _watches(self) -> bool:
        return any(kind >= _WRITE for kind, _, _ in self._points)

    def _vcpu(self, thread: int) -> Vcpu:
        vcpu = self._target.threads.vcpu(thread)
        if vcpu is None:
            raise PacketRefused(EINVAL)
        return vcpu

    # -- What is told -------------------------------------------------------------------------------------------

    def _arrived(self, arrival: Arrival, before: Position, thread: int | None = None) -> bytes:
        history = self._target.history
        if thread is None or arrival.why is not Why.MOVED:
            current = history.current
            thread = self.thread if current is None else self._target.threads.number(current)
        match arrival.why:
            case Why.HIT if arrival.hit is not None:
                return self._hit(arrival.hit, thread)
            case Why.END if arrival.outcome is not None:
                # At the first arrival the client may still want to go back; continuing from the end confirms it.
                if history.position == before:
                    self.ended = arrival.outcome
                    return b"W%02x" % exit_status(arrival.outcome)
                self._say(f"{_outcome_words(arrival.outcome)}. Go back, or continue once more to let it end.\n")
                return self._stopped(thread, b"replaylog:end;")
            case Why.START:
                return self._stopped(thread, b"replaylog:begin;")
            case Why.INTERRUPTED:
                return self._stopped(thread, signal=SIGINT)
            case _:
                return self._stopped(thread)

    def _hit(self, hit: Hit, thread: int) -> bytes:
        threads = self._target.threads
        if isinstance(hit.stop, Watch):
            return self._watch_hit(hit, hit.stop)
        if hit.vcpu is not None:
            thread = threads.number(hit.vcpu)
        kinds = [kind for (kind, _, _), stop in self._points.items() if stop == hit.stop]
        # Not one of gdb's own points: the user asked for this stop with a monitor command.
        if not kinds:
            self._say(f"{self._words(hit)}\n")
            return self._stopped(thread)
        return self._stopped(thread, b"swbreak:;" if _SOFTWARE in kinds else b"hwbreak:;")

    def _watch_hit(self, hit: Hit, watch: Watch) -> bytes:
        kind = next(kind for (kind, _, _), stop in self._points.items() if stop == watch)
        if hit.by_xen:
            self._say(f"{hit.detail}\n")
            self._settled = True
            thread = self._who_sees(hit, watch)
        else:
            assert hit.vcpu is not None
            thread = self._target.threads.number(hit.vcpu)
        return self._stopped(thread, b"%b:%x;" % (_WATCH_NAMES[kind].encode(), watch.start))

    def _who_sees(self, hit: Hit, watch: Watch) -> int:
        """A thread whose tables map what Xen wrote, so that the debugger can read it."""
        threads = self._target.threads
        order: list[int] = [*threads.numbers]
        if hit.vcpu is not None:
            order.insert(0, threads.number(hit.vcpu))
        for thread in order:
            vcpu = self._vcpu(thread)
            if machine_address(vcpu, watch.start, physical=watch.space is not Space.VA) is not None:
                return thread
        return order[0]

    def _words(self, hit: Hit) -> str:
        """Describe a stop of a kind that gdb does not know; for an HVC, the whole call."""
        if isinstance(hit.stop, HvcMade) and hit.vcpu is not None:
            from harness.debug.call_words import decode_call

            vcpu = self._target.machine.xen.vcpus[hit.vcpu]
            word = int.from_bytes(read_memory(vcpu, vcpu.cpu.pc, 4), "little")
            return f"{vcpu} calls {decode_call(vcpu, word >> 5 & 0xFFFF)}"
        if hit.subject is not None and not isinstance(hit.subject, int):
            from harness.debug.event_words import in_words

            words = in_words(hit.subject)
            return f"{words.who} {words.kind}: {words.details}"
        return hit.detail

    def _stopped(self, thread: int, reason: bytes = b"", *, signal: int = SIGTRAP) -> bytes:
        self.thread = thread
        self.last = b"T%02xthread:%02x;%b" % (signal, thread, reason)
        return self.last


def _outcome_words(outcome: Outcome) -> str:
    detail = f" ({outcome.detail})" if outcome.detail else ""
    return f"{'' if outcome.domain is None else f'd{outcome.domain}: '}{outcome.end.value}{detail}"
