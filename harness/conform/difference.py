"""What a guest notices between two subjects: the rules that come out otherwise, asked of both and compared.

No expectation is part of it, so it is as good for two models of one's own as for two real Xens. Expectations only
help to say why: the design of the one that came second, the release that it is based on, or nothing that is known.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import Enum

from harness.conform.catalogue import Configuration, Rule
from harness.conform.observation import observation_of
from harness.conform.recordings import Recording, find_recording
from harness.conform.session import CaseRun, Plan, ShouldStop
from harness.conform.session import run as run_plan
from harness.conform.subject import Subject
from harness.errors import InputError


class Cause(Enum):
    """Why a rule comes out otherwise."""

    DESIGN = "by design"
    RELEASE = "by release"
    UNKNOWN = "unexplained"


@dataclass(frozen=True)
class RuleChange:
    """What a rule came out as on both sides, in all configurations in which it came out so. None: not reported."""

    before: str | None
    after: str | None
    cause: Cause
    reason: str
    configurations: tuple[Configuration, ...]


@dataclass(frozen=True)
class Compared:
    """A rule that was asked on both sides: its changes, none if it came out the same, and what went wrong if so."""

    rule: Rule
    changes: tuple[RuleChange, ...]
    problem: str = ""

    @property
    def cause(self) -> Cause:
        """Why; the least explained of its changes."""
        return max((change.cause for change in self.changes), key=list(Cause).index)


@dataclass(frozen=True)
class Sides:
    """The two that are compared, and what is recorded of their releases, for the reasons."""

    before: Subject
    after: Subject
    recordings: tuple[Recording | None, Recording | None]

    @classmethod
    def of(cls, before: Subject, after: Subject) -> "Sides":
        """Look up what is recorded of both, if anything is."""
        return cls(before, after, (_recording(before), _recording(after)))


def compare(
    sides: Sides, plans: tuple[Plan, Plan], jobs: int, stop: ShouldStop = lambda: False
) -> Generator[tuple[Compared, ...]]:
    """Ask both sides the same, and hand out the rules of each case. ``plans`` differ in their subject only."""
    with closing(run_plan(plans[0], jobs, stop)) as before, closing(run_plan(plans[1], jobs, stop)) as after:
        # Not strict: both end early, though not at the same case, when they are told to.
        for one, other in zip(before, after, strict=False):
            yield tuple(_compare_case(sides, one, other))


def _compare_case(sides: Sides, before: Sequence[CaseRun], after: Sequence[CaseRun]) -> Iterator[Compared]:
    for rule in before[0].case.rules:
        same: dict[tuple[str | None, str | None, Cause, str], list[Configuration]] = {}
        problem = ""
        for one, other in zip(before, after, strict=True):
            if not rule.applies(one.configuration):
                continue
            left, right = (None if run.answer is None else observation_of(rule, run.answer) for run in (one, other))
            if left is None and right is None:
                problem = one.problem or other.problem or "neither reported it"
            elif one.problem or other.problem:
                problem = one.problem or other.problem
            elif left != right:
                cause, reason = _why(sides, rule, one, left, right)
                same.setdefault((left, right, cause, reason), []).append(one.configuration)
        changes = tuple(RuleChange(*key, tuple(configurations)) for key, configurations in same.items())
        yield Compared(rule, changes, problem)


def _why(sides: Sides, rule: Rule, run: CaseRun, before: str | None, after: str | None) -> tuple[Cause, str]:
    """Find the reason for a change: a design of either side, a release, or another model's design."""
    recorded = [_recorded(recording, rule, run) for recording in sides.recordings]
    for departure in rule.departures:
        if departure.needs <= run.configuration.needs:
            if sides.after.model in departure.models and departure.observation_beside(recorded[1]) == after:
                return Cause.DESIGN, departure.reason
            if sides.before.model in departure.models and departure.observation_beside(recorded[0]) == before:
                return Cause.DESIGN, f"{sides.before.model}: {departure.reason}"
    if recorded == [before, after]:
        return Cause.RELEASE, f"as Xen {sides.after.release}"
    for departure in rule.departures:
        if departure.needs <= run.configuration.needs and departure.observation_beside(before) == after:
            return Cause.DESIGN, f"as {' and '.join(departure.models)}: {departure.reason}"
    return Cause.UNKNOWN, ""


def _recorded(recording: Recording | None, rule: Rule, run: CaseRun) -> str | None:
    try:
        answer = recording.answer(run.case.name, run.guest_sha256, run.configuration) if recording else None
    except InputError:  # stale: as good as none
        answer = None
    return None if answer is None else observation_of(rule, answer)


def _recording(subject: Subject) -> Recording | None:
    try:
        return find_recording(subject.release)
    except InputError:
        return None
