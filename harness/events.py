"""What happens in a machine, as typed events, and the bus that carries them to whoever listens.

Consoles, traces, timelines and assertions are listeners of this one stream. An emitter asks ``if bus.of(Kind):``
first, so that no event is built where nobody listens. Times are ns of Xen system time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class ConsoleOutput:
    """Bytes that a guest wrote by CONSOLEIO_write."""

    time_ns: int
    domain: int
    data: bytes


@dataclass(frozen=True, slots=True)
class XenLog:
    """A line of Xen's own log, without the ``(XEN) `` prefix."""

    time_ns: int
    line: str


class HypercallMade(NamedTuple):
    """A Xen hypercall that was answered, at ``time_ns``: x0 to x4 as they were, and x0 after (64 bits).

    ``took_ns`` is what Xen took for it: 0 but for those with many extents or entries. A named tuple, for there may
    be a million in a second, and a frozen dataclass takes four times as long to make.
    """

    time_ns: int
    domain: int
    vcpu: int
    number: int
    arguments: tuple[int, ...]
    result: int
    took_ns: int = 0


@dataclass(frozen=True, slots=True)
class SmcccCall:
    """A call by HVC #0, or by SMC #0 where ``smc`` says so, PSCI's among them.

    ``function`` is the low half of x0, ``arguments`` are x1 to x3, ``result`` is x0 after (64 bits); None where the
    call does not come back.
    """

    time_ns: int
    domain: int
    vcpu: int
    function: int
    arguments: tuple[int, ...]
    result: int | None
    smc: bool


@dataclass(frozen=True, slots=True)
class VcpuUp:
    """A vCPU was brought up at ``entry`` (an IPA) with ``context`` in x0: by the domain's builder, or by CPU_ON."""

    time_ns: int
    domain: int
    vcpu: int
    entry: int
    context: int


@dataclass(frozen=True, slots=True)
class VcpuDown:
    """A vCPU took itself down, by CPU_OFF."""

    time_ns: int
    domain: int
    vcpu: int


@dataclass(frozen=True, slots=True)
class ContextSwitch:
    """A physical CPU went from one vCPU to another; None is idle. Vcpus are (domain, vcpu)."""

    time_ns: int
    pcpu: int
    previous: tuple[int, int] | None
    next: tuple[int, int] | None
    previous_el: int | None
    """The exception level in which the leaving vCPU was stopped."""


@dataclass(frozen=True, slots=True)
class RunstateChange:
    """The scheduler changed a vCPU's state; ``time_in`` is how long it had been in ``old`` (0 if same instant)."""

    time_ns: int
    domain: int
    vcpu: int
    old: int
    new: int
    time_in: int


@dataclass(frozen=True, slots=True)
class RunstatePublished:
    """Xen wrote, or tried to write, a vCPU's registered runstate area.

    ``written`` of ``wanted`` bytes arrived in guest memory; ``leaving`` tells the update for the vCPU that leaves a
    physical CPU from the one for the vCPU that comes in; ``el`` is the level in which the guest was. ``pcpu`` is the
    physical CPU whose context switch it was for. ``address`` is what the area was registered by, ``times`` the four
    times (ns) that were to go there; ``fault`` is why not all arrived, in words, and empty if all did.
    """

    time_ns: int
    domain: int
    vcpu: int
    leaving: bool
    written: int
    wanted: int
    el: int
    pcpu: int
    address: int
    times: tuple[int, ...]
    fault: str


@dataclass(frozen=True, slots=True)
class UpdateStep:
    """A step of an update for which the run's order has directions, as it is performed.

    ``step`` is a name of :class:`harness.xen.runstate.publication.Step`. ``piece`` is the doubleword of its store, 0
    where it stores none; ``late`` says that the guest will see it later.
    """

    time_ns: int
    domain: int
    vcpu: int
    leaving: bool
    pcpu: int
    step: str
    piece: int
    late: bool


@dataclass(frozen=True, slots=True)
class AreaRegistered:
    """A runstate area was registered for ``vcpu``, or by an ``address`` of 0 or ~0 there is none from now on.

    ``physical`` says that the address is guest-physical, not virtual; ``times`` are the four times (ns) that Xen
    keeps for the vCPU then; ``fault`` is why they have not gone there at once, in words, and empty if they have.
    """

    time_ns: int
    domain: int
    vcpu: int
    address: int
    physical: bool
    times: tuple[int, ...]
    fault: str


@dataclass(frozen=True, slots=True)
class GuestException:
    """A vCPU takes a synchronous exception to its EL1: the CPU's own, or one that Xen has ``injected``.

    ``syndrome`` is what ESR_EL1 will be, ``pc`` what ELR_EL1 will be; ``far`` is for FAR_EL1, None if that stays;
    ``el`` is the level that it comes from.
    """

    time_ns: int
    domain: int
    vcpu: int
    syndrome: int
    pc: int
    far: int | None
    el: int
    injected: bool


@dataclass(frozen=True, slots=True)
class DomainShutdown:
    """A domain shut down, for a reason of SCHEDOP_shutdown."""

    time_ns: int
    domain: int
    reason: int


class EventBus:
    """Carries events from emitters to listeners, in the order in which they happen."""

    def __init__(self) -> None:
        self._listeners: dict[type, list[Callable[[Any], None]]] = {}

    def of(self, kind: type) -> list[Callable[[Any], None]]:
        """The listeners of a kind of event: a list that an emitter may keep, for it is always the same one."""
        return self._listeners.setdefault(kind, [])

    def listen(self, kind: type, listener: Callable[[Any], None]) -> Callable[[], None]:
        """Call ``listener`` for each event of ``kind``; the returned function ends that."""
        listeners = self.of(kind)
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def divert(self, taker: Callable[[Any], None]) -> Callable[[], None]:
        """Hand to ``taker`` alone what somebody listens for; the returned function ends that.

        It is for who plays a piece of the past again. Until then nobody may begin or end to listen.
        """
        kept = {kind: tuple(listeners) for kind, listeners in self._listeners.items()}
        for kind, listeners in kept.items():
            self._listeners[kind][:] = [taker] if listeners else []

        def end() -> None:
            for kind, listeners in self._listeners.items():
                listeners[:] = kept.get(kind, ())

        return end

    def emit(self, event: object) -> None:
        """Hand ``event`` to everybody who listens for its type."""
        for listener in tuple(self.of(type(event))):
            listener(event)
