"""What happens in a machine, as typed events, and the bus that carries them to whoever listens.

Consoles, traces, timelines and assertions are listeners of this one stream. An emitter asks ``if bus.of(Kind):``
first, so that no event is built where nobody listens. Times are ns of Xen system time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


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


@dataclass(frozen=True, slots=True)
class HypercallMade:
    """A Xen hypercall that was answered: x0 to x4 as they were, and x0 after (64 bits)."""

    time_ns: int
    domain: int
    vcpu: int
    number: int
    arguments: tuple[int, ...]
    result: int


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
    physical CPU from the one for the vCPU that comes in; ``el`` is the level in which the guest was.
    """

    time_ns: int
    domain: int
    vcpu: int
    leaving: bool
    written: int
    wanted: int
    el: int


@dataclass(frozen=True, slots=True)
class GuestException:
    """Xen injected an exception into a guest's EL1."""

    time_ns: int
    domain: int
    vcpu: int
    syndrome: int
    pc: int


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

    def emit(self, event: object) -> None:
        """Hand ``event`` to everybody who listens for its type."""
        for listener in tuple(self.of(type(event))):
            listener(event)
