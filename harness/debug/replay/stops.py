"""Where a run is to stop: plain values, any number of them at once.

A stop on something that an instruction does (it lies at an address, makes a call, writes a register, accesses
memory) is *on* that instruction: PC is its address, and nothing of it has happened. A stop on something that Xen
does (an event, an answer, a write to guest memory) is right after it, before any further instruction; so is a stop
on an exception, at the first instruction of its vector. A vCPU is named by its key, (domain, number); None is any.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from harness.debug.replay.position import Position
from harness.events import ContextSwitch, RunstatePublished
from harness.xen.scheduler import Key


@dataclass(frozen=True, slots=True)
class Address:
    """The instruction at ``va``; with ``sp``, only where the stack pointer is at or above that: no deeper call."""

    va: int
    vcpu: Key | None = None
    sp: int | None = None


@dataclass(frozen=True, slots=True)
class AnyInstruction:
    """Whatever instruction a vCPU executes next."""

    vcpu: Key | None = None


@dataclass(frozen=True, slots=True)
class HvcMade:
    """An HVC, of whatever immediate or of one; ``number`` is a hypercall's in x16."""

    number: int | None = None
    immediate: int | None = None
    vcpu: Key | None = None


@dataclass(frozen=True, slots=True)
class HvcAnswered:
    """The same, answered in full: a hypercall that was preempted and goes on is one call."""

    number: int | None = None
    immediate: int | None = None
    vcpu: Key | None = None


@dataclass(frozen=True, slots=True)
class ExceptionTaken:
    """A vCPU takes an exception to EL1, an IRQ among them.

    A guest that branches to the first instruction of its own IRQ vector is taken for one that was interrupted.
    """

    vcpu: Key | None = None


@dataclass(frozen=True, slots=True)
class RegisterWrite:
    """An MSR to one of these system registers, by manual name."""

    names: tuple[str, ...]
    vcpu: Key | None = None


TTBR_WRITE = RegisterWrite(("TTBR0_EL1", "TTBR1_EL1"))


@dataclass(frozen=True, slots=True)
class EventSeen:
    """An event of :mod:`harness.events` is emitted, about this vCPU (None: any), and one that ``where`` says yes to."""

    kind: type
    vcpu: Key | None = None
    where: Callable[[Any], bool] | None = None


def _is_lost(update: RunstatePublished) -> bool:
    return update.written < update.wanted


SWITCHED = EventSeen(ContextSwitch)
PUBLISHED = EventSeen(RunstatePublished)
LOST_UPDATE = EventSeen(RunstatePublished, where=_is_lost)
"""An update of a runstate area did not reach the guest."""


class Space(Enum):
    """What kind of address a :class:`Watch` is about."""

    VA = "va"
    IPA = "ipa"
    MADDR = "maddr"


@dataclass(frozen=True, slots=True)
class Watch:
    """``length`` bytes at ``start`` are accessed by a guest, or changed by Xen.

    A virtual address means what the accessing vCPU's tables say at that moment; for Xen's writes, what ``vcpu``'s say
    (those of the main domain's vCPUs if None), or said when it was mapped last. Guest-physical addresses are those of
    the domain of ``vcpu``, or the main one. A write by Xen that leaves every byte as it was is not seen; nor, but by
    virtual address, the part in its second page of a single unaligned access across two. STXR is seen to read, too.
    """

    start: int
    length: int = 8
    read: bool = False
    write: bool = True
    space: Space = Space.VA
    vcpu: Key | None = None


Stop = Address | AnyInstruction | HvcMade | HvcAnswered | ExceptionTaken | RegisterWrite | EventSeen | Watch


@dataclass(frozen=True, slots=True)
class MemoryAccess:
    """An access that a :class:`Watch` saw: by machine address, of a store with the value; ``by_xen`` or by a guest.

    For a write by Xen ``maddr`` and ``size`` are those of the whole watched range, ``value`` its new content.
    """

    write: bool
    maddr: int
    size: int
    value: int
    by_xen: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A stop that was hit, by which vCPU if that is known, and where the machine then stands.

    ``detail`` says in words what happened; ``subject`` is the event, the :class:`MemoryAccess`, or the value that is
    written to a register.
    """

    stop: Stop
    vcpu: Key | None
    position: Position
    detail: str
    subject: Any = None

    @property
    def by_guest(self) -> bool:
        """Whether it is an access of a guest to what is watched."""
        return isinstance(self.subject, MemoryAccess) and not self.subject.by_xen

    @property
    def by_xen(self) -> bool:
        """Whether it is a write by Xen to what is watched."""
        return isinstance(self.subject, MemoryAccess) and self.subject.by_xen
