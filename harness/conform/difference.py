"""What a guest notices between two subjects: both are asked about every rule, and the observations are compared.

The comparison uses no expectations, so it works for two models of a user's own as well as for two real Xens.
Expectations only help to explain a difference: by the design of the second subject, by the release that it is based
on, or not at all.
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
    """Why the observations for a rule differ."""

    DESIGN = "by design"
    RELEASE = "by release"
    UNKNOWN = "unexplained"


@dataclass(frozen=True)
class RuleChange:
    """Two different observations for a rule (None: not reported), and the configurations in which they occurred."""

    before: str | None
    after: str | None
    cause: Cause
    reason: str
    configurations: tuple[Configuration, ...]


@dataclass(frozen=True)
class Compared:
    """A rule on both sides: its changes (none if both agree), and the problem if it could not be compared."""

    rule: Rule
    changes: tuple[RuleChange, ...]
    problem: str = ""

    @property
    def cause(self) -> Cause:
        """The cause of its least explained change."""
        return max((change.cause for change in self.changes), key=list(Cause).index)


@dataclass(frozen=True)
class Sides:
    """The two subjects, and the recordings of their releases, which help to explain changes."""

    before: Subject
    after: Subject
    recordings: tuple[Recording | None, Recording | None]

    @classmethod
    def of(cls, before: Subject, after: Subject) -> "Sides":
        """Look up the recordings of both subjects' releases, if there are any."""
        return cls(before, after, (_recording(before), _recording(after)))


def compare(
    sides: Sides, plans: tuple[Plan, Plan], jobs: int, stop: ShouldStop = lambda: False
) -> Generator[tuple[Compared, ...]]:
    """Ask both sides the same, and yield the rules of each case. ``plans`` may differ only in their subject."""
    with closing(run_plan(plans[0], jobs, stop)) as before, closing(run_plan(plans[1], jobs, stop)) as after:
        # Not strict: if ``stop`` ends both early, they may end at different cases.
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
    """Find the reason for a change: the design of either side, a release, or another model's design."""
    # A model's own departure explains more than the release that it is based on, so it is tried first.
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
        # Neither side is that model, but the change is the same: for example, a user's model based on the patch.
        if departure.needs <= run.configuration.needs and departure.observation_beside(before) == after:
            return Cause.DESIGN, f"as {' and '.join(departure.models)}: {departure.reason}"
    return Cause.UNKNOWN, ""


def _recorded(recording: Recording | None, rule: Rule, run: CaseRun) -> str | None:
    try:
        answer = recording.answer(run.case.name, run.guest_sha256, run.configuration) if recording else None
    except InputError:  # the recording is of an older version of the guest: do without it
        answer = None
    return None if answer is None else observation_of(rule, answer)


def _recording(subject: Subject) -> Recording | None:
    try:
        return find_recording(subject.release)
    except InputError:
        return None
