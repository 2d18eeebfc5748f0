"""Stops: where a run is to stop, as plain values. A run can have any number of them.

A stop for something that an instruction does (execute at an address, make a call, write a register, access memory) is
*on* that instruction: PC is its address, and it has not been executed. A stop for something that Xen does (an event,
an answer, a write to guest memory) is right after it, before any further instruction. A stop for an exception is at
the first instruction of its vector. A vCPU is named by its key, (domain, number); None stands for any vCPU.
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
    """The instruction at ``va``; with ``sp``, only if the stack pointer is at or above it, so not in a deeper call."""

    va: int
    vcpu: Key | None = None
    sp: int | None = None


@dataclass(frozen=True, slots=True)
class AnyInstruction:
    """The next instruction of a vCPU, whatever it is."""

    vcpu: Key | None = None


@dataclass(frozen=True, slots=True)
class HvcMade:
    """An HVC, with any immediate or with this one; ``number`` is a hypercall's number in x16."""

    number: int | None = None
    immediate: int | None = None
    vcpu: Key | None = None


@dataclass(frozen=True, slots=True)
class HvcAnswered:
    """The end of an HVC: Xen has answered it in full. A preempted hypercall and its continuation are one call."""

    number: int | None = None
    immediate: int | None = None
    vcpu: Key | None = None


@dataclass(frozen=True, slots=True)
class ExceptionTaken:
    """A vCPU takes an exception to EL1, including an IRQ.

    A guest that branches to the first instruction of its own IRQ vector counts as interrupted.
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
    """An event of :mod:`harness.events` is emitted that concerns this vCPU (None: any) and that ``where`` accepts."""

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
    """The kind of address of a :class:`Watch`."""

    VA = "va"
    IPA = "ipa"
    MADDR = "maddr"


@dataclass(frozen=True, slots=True)
class Watch:
    """``length`` bytes at ``start`` are accessed by a guest, or changed by Xen.

    A virtual address is translated by the accessing vCPU's tables at that moment. For Xen's writes, it is translated
    by the tables of ``vcpu`` (None: the main domain's vCPUs), or as it was when it was last mapped. Guest-physical
    addresses are those of the domain of ``vcpu``, or of the main one. Two things go unnoticed: a write by Xen that
    changes no byte, and, unless the watch is by virtual address, the second half of an unaligned access that crosses
    a page boundary. STXR counts as a read, too.
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
    """An access that a :class:`Watch` noticed, by machine address; ``value`` is what a store writes.

    For a write by Xen, ``maddr`` and ``size`` are those of the whole watched range, and ``value`` is its new content.
    """

    write: bool
    maddr: int
    size: int
    value: int
    by_xen: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A stop that was hit, the vCPU that hit it (None: unknown), and the position at which the machine is to stop.

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
        """Whether a guest accessed watched memory."""
        return isinstance(self.subject, MemoryAccess) and not self.subject.by_xen

    @property
    def by_xen(self) -> bool:
        """Whether Xen wrote to watched memory."""
        return isinstance(self.subject, MemoryAccess) and self.subject.by_xen
