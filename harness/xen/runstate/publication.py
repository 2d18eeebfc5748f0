"""Writing a vCPU's runstate into its registered area, as a small resumable machine held as data.

A :class:`Program` is the list of steps of one delivery, taken from Xen's ``update_runstate_area``; a
:class:`Publication` is the progress of one run of it. The ordinary run performs all steps at once; an ordered run lets
other physical CPUs run between two steps. There is no other implementation of any of these protocols.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from harness.abi.runstate import XEN_RUNSTATE_UPDATE
from harness.machine.mmu.faults import Fault
from harness.xen.memory.shortfall import Shortfall
from harness.xen.runstate.info import AREA_SIZE, ENTRY_TIME_OFFSET, RunstateInfo

ATOMIC = 8
"""The most bytes that one store makes visible at once, if they do not cross a multiple of 8 (single-copy atomic)."""


class Step(Enum):
    """What one step does. SET_FLAG and CLEAR_FLAG change Xen's copy; only the stores are visible to the guest."""

    LOCK = "take the runstate lock"
    UNLOCK = "release the runstate lock"
    READ_ASSIST = "ask whether the update-flag assist is on"
    SET_FLAG = "set the update flag in the source"
    CLEAR_FLAG = "clear the update flag in the source"
    STORE_FLAG_BYTE = "store byte 15, the flag's"
    STORE_ENTRY_TIME = "store state_entry_time"
    STORE_ALL = "store the whole structure"
    BARRIER = "write barrier"


_READ_ASSIST, _SET_FLAG, _CLEAR_FLAG = Step.READ_ASSIST, Step.SET_FLAG, Step.CLEAR_FLAG
_STORES = {
    Step.STORE_FLAG_BYTE: (ENTRY_TIME_OFFSET + 7, 1),
    Step.STORE_ENTRY_TIME: (ENTRY_TIME_OFFSET, 8),
    Step.STORE_ALL: (0, AREA_SIZE),
}
"""The offset in the area and the length of each store, in bytes."""
_FOR_OTHERS = (Step.LOCK, Step.UNLOCK, Step.BARRIER)
"""Steps that matter only if something may run in between: an ordinary run skips them."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """A step; a ``flagged`` one is performed only if the last READ_ASSIST found the assist on."""

    step: Step
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """The steps of a delivery. ``own_copy``: the source is a copy made at the start, not Xen's own runstate."""

    own_copy: bool
    instructions: tuple[Instruction, ...]
    effects: tuple[tuple[bool, Step, tuple[int, int] | None], ...] = field(init=False)
    """(flagged, step, store) of the instructions that an ordinary run has to perform."""

    def __post_init__(self) -> None:
        """Look up once what a switch would otherwise look up each time."""
        effects = [(i.flagged, i.step, _STORES.get(i.step)) for i in self.instructions if i.step not in _FOR_OTHERS]
        object.__setattr__(self, "effects", tuple(effects))


class Target(Protocol):
    """Receives a publication's stores."""

    def store(self, offset: int, data: bytes) -> Shortfall | None:
        """Write ``data`` at ``offset`` in the area; None if all of it arrived, else how much did, and why not all."""


@dataclass(slots=True)
class Publication:
    """One run of ``program`` from ``own``, Xen's runstate of the vCPU, into ``target``.

    ``at`` is the index of the next instruction, ``done`` the number of bytes of its store that are made. ``written``
    and ``wanted`` count the bytes of all stores so far. ``lost_at`` and ``reason`` describe the failed store with the
    lowest offset in the area.
    """

    program: Program
    own: RunstateInfo
    target: Target
    assist_is_on: Callable[[], bool]
    source: RunstateInfo = field(init=False)
    at: int = 0
    done: int = 0
    assist: bool = False
    written: int = 0
    wanted: int = 0
    lost_at: int = AREA_SIZE
    reason: Fault | str = ""

    def __post_init__(self) -> None:
        """Copy Xen's runstate if the program works on a copy."""
        self.source = self.own.copy() if self.program.own_copy else self.own

    @property
    def finished(self) -> bool:
        """Whether no step is left."""
        return self.at >= len(self.program.instructions)

    @property
    def upcoming(self) -> Step | None:
        """The next step; None if it will be skipped, or if no step is left."""
        if self.finished:
            return None
        instruction = self.program.instructions[self.at]
        return None if instruction.flagged and not self.assist else instruction.step

    def run(self) -> None:
        """Perform all steps at once, from the first one on."""
        assert self.at == 0, "a run that has begun goes on by advance()"
        # Every switch comes through here. Nothing can run in between, so each store is made in one piece.
        for flagged, step, store in self.program.effects:
            if flagged and not self.assist:
                continue
            if store is None:
                self._change(step)
            else:
                self._store(store[0], store[1], AREA_SIZE)
        self.at = len(self.program.instructions)

    def advance(self, limit: int = ATOMIC) -> Step | None:
        """Perform the next step, or the next ``limit`` bytes of a store; return the step, None if it was skipped."""
        if self.finished:
            return None
        step = self.upcoming
        if step is None:
            self.at += 1
        elif step in _STORES:
            if self._store(*_STORES[step], limit):
                self.at += 1
        else:
            self._change(step)
            self.at += 1
        return step

    def _change(self, step: Step) -> None:
        """Perform a step that stores nothing in the area."""
        # The flag lands in ``source``. For the patch that is Xen's own runstate: if the assist goes off between the two
        # reads, the second one skips CLEAR_FLAG, and bit 63 stays in Xen's copy (claim 8).
        if step is _READ_ASSIST:
            self.assist = self.assist_is_on()
        elif step is _SET_FLAG:
            self.source.state_entry_time |= XEN_RUNSTATE_UPDATE
        elif step is _CLEAR_FLAG:
            self.source.state_entry_time &= ~XEN_RUNSTATE_UPDATE

    def _store(self, offset: int, length: int, limit: int) -> bool:
        """Make the next ``limit`` bytes of a store; True when it is done."""
        done = self.done
        size = length - done
        if size > limit:
            size = limit
        start = offset + done
        # Packed again for each store: SET_FLAG and CLEAR_FLAG change the source, and so may other pCPUs under an order.
        shortfall = self.target.store(start, self.source.pack()[start : start + size])
        self.wanted += size
        done += size
        if shortfall is None:
            self.written += size
        else:  # like Xen's ``raw_copy_to_guest``, a copy stops at the first page that it cannot write
            self.written += shortfall.arrived
            self.wanted += length - done
            done = length
            if start + shortfall.arrived < self.lost_at:
                self.lost_at, self.reason = start + shortfall.arrived, shortfall.reason
        self.done = done % length
        return done == length


def _program(own_copy: bool, *instructions: Instruction | Step) -> Program:
    return Program(own_copy, tuple(i if isinstance(i, Instruction) else Instruction(i) for i in instructions))


def _if_assist(step: Step) -> Instruction:
    return Instruction(step, flagged=True)


# The flag is in byte 15, the top byte of state_entry_time: Xen copies only that byte to set and to clear it.
VIRTUAL_ADDRESS = _program(
    True,
    Step.READ_ASSIST,
    _if_assist(Step.SET_FLAG),
    _if_assist(Step.STORE_FLAG_BYTE),
    _if_assist(Step.BARRIER),
    Step.STORE_ALL,
    _if_assist(Step.CLEAR_FLAG),
    _if_assist(Step.BARRIER),
    _if_assist(Step.STORE_FLAG_BYTE),
)
"""``update_runstate_area`` in ``xen/arch/arm/domain.c`` of the releases: each copy walks the guest's live tables."""

PHYSICAL = _program(
    True,
    Step.SET_FLAG,
    Step.STORE_ENTRY_TIME,
    Step.BARRIER,
    Step.STORE_ALL,
    Step.BARRIER,
    Step.CLEAR_FLAG,
    Step.STORE_ENTRY_TIME,
)
"""``update_runstate_area`` in ``xen/common/domain.c``, 4.18 and later, for an area by guest-physical address."""


def _vmap(*after_the_flag: Instruction) -> Program:
    """The 2020 patch, version 3: it sets the flag in Xen's own copy, and reads the assist twice."""
    return _program(
        False,
        Step.LOCK,
        Step.READ_ASSIST,
        _if_assist(Step.SET_FLAG),
        _if_assist(Step.STORE_ENTRY_TIME),
        *after_the_flag,
        Step.STORE_ALL,
        Step.READ_ASSIST,
        _if_assist(Step.BARRIER),
        _if_assist(Step.CLEAR_FLAG),
        _if_assist(Step.STORE_ENTRY_TIME),
        Step.UNLOCK,
    )


VMAP = _vmap()
"""As posted: no barrier follows the flag."""

VMAP_WMB = _vmap(_if_assist(Step.BARRIER))
"""With the ``smp_wmb()`` that the review asked for."""
