"""What happens in a machine, as typed events, and the bus that carries them to their listeners.

Consoles, traces, timelines and assertions are listeners of this one stream. An emitter checks ``if bus.of(Kind):``
first, so that no event is built that has no listener. Times are ns of Xen system time.
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
    """A Xen hypercall that was answered, at ``time_ns``: x0 to x4 before the call, and x0 after it (64 bits).

    ``took_ns`` is the time that Xen took: 0 except for calls with many extents or entries. This is a named tuple
    because there may be a million a second, and a frozen dataclass takes four times as long to make.
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
    """A call by HVC #0, or by SMC #0 if ``smc`` is set; PSCI calls are among them.

    ``function`` is the low half of x0, ``arguments`` are x1 to x3, ``result`` is x0 after the call (64 bits), or None
    if the call does not return.
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
    """A physical CPU switched from one vCPU to another; None is idle. Both are (domain, vcpu)."""

    time_ns: int
    pcpu: int
    previous: tuple[int, int] | None
    next: tuple[int, int] | None
    previous_el: int | None
    """The exception level at which the leaving vCPU was stopped."""


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

    ``written`` of ``wanted`` bytes arrived in guest memory. ``leaving`` is set for the update of the vCPU that leaves
    a physical CPU, clear for the one of the vCPU that comes in; ``el`` is the exception level of the guest. ``pcpu``
    is the physical CPU whose context switch caused the update. ``address`` is the address that the area was registered
    by, ``times`` the four times (ns) to write; ``fault`` says in words why not all bytes arrived, empty if all did.
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
    """A step of an update that the run's order file controls, when it is performed.

    ``step`` is a name of :class:`harness.xen.runstate.publication.Step`. ``piece`` is the number of the doubleword
    that the step stores, 0 if it stores none; ``late`` says that the store becomes visible to the guest later.
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
    """A runstate area was registered for ``vcpu``; an ``address`` of 0 or ~0 removes the area.

    ``physical`` says that the address is guest-physical, not virtual; ``times`` are the four times (ns) that Xen
    keeps for the vCPU at that moment; ``fault`` says in words why they were not written there at once, empty if they
    were.
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

    ``syndrome`` is the value for ESR_EL1, ``pc`` the one for ELR_EL1; ``far`` is the one for FAR_EL1, None if that
    register is unchanged; ``el`` is the level that the exception comes from.
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
        """The listeners of a kind of event: an emitter may keep the list, because it is always the same object."""
        return self._listeners.setdefault(kind, [])

    def listen(self, kind: type, listener: Callable[[Any], None]) -> Callable[[], None]:
        """Call ``listener`` for each event of ``kind``; the returned function ends that."""
        listeners = self.of(kind)
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def divert(self, taker: Callable[[Any], None]) -> Callable[[], None]:
        """Send every event that has a listener to ``taker`` instead; the returned function ends that.

        Used during replay. No listener may be added or removed until it has ended.
        """
        # The lists themselves are changed, not replaced, because emitters hold on to them (see ``of``).
        kept = {kind: tuple(listeners) for kind, listeners in self._listeners.items()}
        for kind, listeners in kept.items():
            self._listeners[kind][:] = [taker] if listeners else []

        def end() -> None:
            for kind, listeners in self._listeners.items():
                listeners[:] = kept.get(kind, ())

        return end

    def emit(self, event: object) -> None:
        """Hand ``event`` to every listener for its type."""
        for listener in tuple(self.of(type(event))):  # a copy: a listener may end its own listening
            listener(event)
