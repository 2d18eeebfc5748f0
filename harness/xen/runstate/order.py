"""An order: what happens between the steps of a publication, and which of its stores become visible late.

An order file names publications and says how each of them departs from the ordinary sequence::

    # the second update of d1v0's area when it comes in on a physical CPU (or: leaving)
    at d1v0 entering 2
        hold STORE_ENTRY_TIME        # not visible before the next barrier, or the end
        hold STORE_ALL.1             # the second doubleword of the copy likewise
        before UNLOCK run 5000       # let the other physical CPUs run for 5000 ns first

Steps are those of :class:`harness.xen.runstate.publication.Step`; a number after a step counts its occurrences in that
publication, from 1 (``before READ_ASSIST 2 run 900``). ``#`` begins a comment.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import InputError
from harness.files.input import read_text
from harness.words import suggestion
from harness.xen.memory.shortfall import Shortfall
from harness.xen.runstate.publication import ATOMIC, Publication, Step, Target

_AT = re.compile(r"at d(\d+)v(\d+) (leaving|entering) (\d+)")
_BEFORE = re.compile(r"before (\w+)(?: (\d+))? run (\d+)")
_HOLD = re.compile(r"hold (\w+)(?:\.([0-5]))?(?: (\d+))?")


@dataclass(frozen=True, slots=True)
class Moment:
    """Which publication: of vCPU ``key``, leaving or entering a physical CPU, the ``number``-th such one, from 1."""

    key: tuple[int, int]
    leaving: bool
    number: int


@dataclass
class Directions:
    """How one publication departs from the ordinary sequence."""

    pauses: dict[tuple[Step, int], int] = field(default_factory=dict)
    """By (step, occurrence): for how many ns the other physical CPUs run before it."""
    held: set[tuple[Step, int | None, int]] = field(default_factory=set)
    """The stores that become visible late, as (step, piece of 8 bytes or None for all, occurrence)."""


class Order:
    """All directions of an order file."""

    def __init__(self, directions: dict[Moment, Directions]) -> None:
        self._directions = directions

    def find(self, moment: Moment) -> Directions | None:
        """The directions for a publication, if the order has any."""
        return self._directions.get(moment)


def read_order(path: Path) -> Order:
    """Read an order file. Raises InputError that names the wrong line."""
    text = read_text(path, "an order")
    directions: dict[Moment, Directions] = {}
    present: Directions | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = " ".join(raw.partition("#")[0].split())
        if not line:
            continue
        try:
            if match := _AT.fullmatch(line):
                domain, vcpu, how, count = match.groups()
                moment = Moment((int(domain), int(vcpu)), how == "leaving", int(count))
                present = directions.setdefault(moment, Directions())
            elif present is None:
                raise InputError("directions come after a line like 'at d1v0 entering 2'")
            else:
                _read_direction(line, present)
        except InputError as error:
            raise InputError(f"{path}:{number}: {error}") from None
    return Order(directions)


def _read_direction(line: str, directions: Directions) -> None:
    if match := _BEFORE.fullmatch(line):
        step, occurrence, length = match.groups()
        directions.pauses[_step(step), int(occurrence or 1)] = int(length)
    elif match := _HOLD.fullmatch(line):
        step, piece, occurrence = match.groups()
        directions.held.add((_step(step), int(piece) if piece else None, int(occurrence or 1)))
    else:
        raise InputError(f"{line!r} is neither 'before STEP [N] run NS' nor 'hold STORE[.PIECE] [N]'")


def _step(name: str) -> Step:
    try:
        return Step[name]
    except KeyError:
        known = Step.__members__
        raise InputError(f"no step is called {name!r}{suggestion(name, known)}: there are {', '.join(known)}") from None


@dataclass
class _StoreBuffer:
    """Wraps a publication's target and holds some stores back, as a CPU's store buffer may."""

    target: Target
    kept: list[tuple[int, bytes]] = field(default_factory=list)
    keep: bool = False

    def store(self, offset: int, data: bytes) -> Shortfall | None:
        if self.keep:
            # The publication goes on as if the store had succeeded: to this CPU, it has. Whether the page can be
            # written is found out when the buffer drains, where a failure is lost.
            self.kept.append((offset, data))
            return None
        return self.target.store(offset, data)

    def drain(self) -> None:
        for offset, data in self.kept:
            self.target.store(offset, data)
        self.kept.clear()


def perform(
    publication: Publication,
    directions: Directions,
    let_others_run: Callable[[int], None],
    announce: Callable[[Step, int, bool], None] | None = None,
) -> None:
    """Perform a publication as ``directions`` say, in pieces of at most 8 bytes.

    A barrier, the unlock and the end make all held stores visible (Arm DDI 0487, B2.3: DMB ISHST, and the release
    semantics of a spinlock's unlock). ``announce`` is called with each step, its piece, and whether that is held.
    """
    buffer = _StoreBuffer(publication.target)
    publication.target = buffer
    occurrences: Counter[Step] = Counter()
    while not publication.finished:
        step = publication.upcoming
        piece = publication.done // ATOMIC
        if step is not None:
            # A store of several pieces is one occurrence of its step: only the first piece counts, and pauses.
            if publication.done == 0:
                occurrences[step] += 1
                pause = directions.pauses.get((step, occurrences[step]))
                if pause:
                    let_others_run(pause)
            if step in (Step.BARRIER, Step.UNLOCK):
                buffer.drain()
            times = occurrences[step]
            buffer.keep = bool({(step, None, times), (step, piece, times)} & directions.held)
            if announce is not None:
                announce(step, piece, buffer.keep)
        publication.advance()
    buffer.drain()
