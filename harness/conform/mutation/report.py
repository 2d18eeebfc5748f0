"""What a campaign found, for people and for programs: shares, the living by function, what single rules notice."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from harness.conform.mutation.mutants import ROOMS, Mutant
from harness.conform.mutation.runs import END
from harness.conform.mutation.trial import Trial

FLOORS: Mapping[str, float] = {"xen": 0.89, "platform": 0.84}
"""The share of each room's mutants that must be killed: somewhat below what was measured.

The report lists what is missing, above all the functions that no case reaches.
"""


@dataclass(frozen=True)
class KillCount:
    """How many mutants there are of something, and what became of them."""

    killed: int
    survived: int
    unreached: int
    """Living, for no run executes the statement."""
    excused: int
    """Those that cannot matter: they are not counted in the share."""

    @property
    def share(self) -> float:
        """What part is killed of those that can matter; 1 if there are none."""
        tried = self.killed + self.survived + self.unreached
        return self.killed / tried if tried else 1.0


@dataclass(frozen=True)
class MutationReport:
    """A campaign: what became of each mutant, why the others were not tried, and what is wrong with the reasons."""

    trials: Sequence[Trial]
    excused: Mapping[Mutant, str]
    stale: Sequence[str] = ()
    rules: Sequence[str] = ()
    """The rules that could be asked, by ID."""
    further: Sequence[Trial] = ()
    """Of mutants tried again, on rules that had noticed nothing."""
    whole: bool = False
    """Whether all mutants were tried on all cases, so that floors hold and silent rules can be told."""

    def count(self, modules: Iterable[str]) -> KillCount:
        """What became of the mutants of some files."""
        wanted = frozenset(modules)
        trials = [trial for trial in self.trials if trial.mutant.module in wanted]
        killed = sum(trial.killed for trial in trials)
        unreached = sum(not trial.reaching for trial in trials)
        excused = sum(mutant.module in wanted for mutant in self.excused)
        return KillCount(killed, len(trials) - killed - unreached, unreached, excused)

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """The files that have mutants."""
        return tuple(sorted({trial.mutant.module for trial in self.trials} | {each.module for each in self.excused}))

    def of_room(self, room: str) -> KillCount:
        """What became of the mutants of a room."""
        return self.count(module for module in self.modules if module.startswith(f"{room}/"))

    @cached_property
    def living(self) -> Mapping[str, tuple[Trial, ...]]:
        """The mutants that nobody noticed, by function."""
        alive = [trial for trial in self.trials if not trial.killed]
        groups = groupby(alive, key=lambda trial: f"{trial.mutant.module}: {trial.mutant.function}")
        return {name: tuple(group) for name, group in groups}

    @cached_property
    def alone(self) -> Mapping[str, tuple[Mutant, ...]]:
        """By rule, the mutants that no other rule notices."""
        found: dict[str, list[Mutant]] = {}
        for trial in self.trials:
            if trial.alone:
                found.setdefault(trial.alone, []).append(trial.mutant)
        return {rule: tuple(found[rule]) for rule in sorted(found)}

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """The rules that came out otherwise under no mutant. That a guest did not get to a rule does not count."""
        heard = {name for trial in (*self.trials, *self.further) for name in trial.changed}
        return tuple(rule for rule in self.rules if rule not in heard)

    @property
    def under_the_floor(self) -> tuple[str, ...]:
        """The rooms of which too few mutants are killed."""
        return tuple(room for room in ROOMS if self.whole and self.of_room(room).share < FLOORS[room])

    @property
    def is_good(self) -> bool:
        """Whether enough are killed, and all reasons are in order."""
        return not (self.under_the_floor or self.stale)


def lines(report: MutationReport) -> Iterator[str]:
    """The report as text, the most important at the end, where a terminal shows it."""
    yield from _living(report)
    yield from _rules(report)
    yield from _table(report)
    for entry in report.stale:
        yield f"stale in cannot_matter.toml: {entry}"
    for room in report.under_the_floor:
        yield f"harness/{room}: {report.of_room(room).share:.2%} killed: at least {FLOORS[room]:.0%} is required"


def _living(report: MutationReport) -> Iterator[str]:
    if report.living:
        yield "Mutants that live, by function"
    for function, trials in report.living.items():
        yield ""
        yield f"{function}: {len(trials)}"
        if not any(trial.reaching for trial in trials):
            yield "  no run reaches these"
        for trial in trials:
            mutant = trial.mutant
            yield f"  line {mutant.lines.start}: {mutant.kind}, {_how_hard(trial)}"
            yield f"    - {mutant.before}"
            if mutant.after:
                yield f"    + {mutant.after}"
    yield ""


def _how_hard(trial: Trial) -> str:
    if not trial.reaching:
        return "not reached"
    return f"survives {trial.runs} of the {trial.reaching} runs that reach it"


def _rules(report: MutationReport) -> Iterator[str]:
    if report.alone:
        yield "Rules that alone notice a mutant"
    for rule, mutants in report.alone.items():
        yield f"  {rule}: {len(mutants)}"
        for mutant in mutants:
            yield f"    {mutant.name}"
    if report.alone:
        yield ""
    if report.whole:
        yield f"Rules that notice nothing: {len(report.silent)} of {len(report.rules)}"
        for start in range(0, len(report.silent), 12):
            yield f"  {' '.join(report.silent[start : start + 12])}"
        yield ""


_COLUMNS = ("mutants", "killed", "survived", "not reached", "excused", "share")


def _table(report: MutationReport) -> Iterator[str]:
    wide = max(map(len, [*report.modules, "harness/platform"]), default=0)
    yield f"{'file':<{wide}}" + "".join(f"{column:>13}" for column in _COLUMNS)
    for module in report.modules:
        yield _row(module, report.count([module]), wide)
    for room in ROOMS:
        yield _row(f"harness/{room}", report.of_room(room), wide)


def _row(name: str, count: KillCount, wide: int) -> str:
    tried = count.killed + count.survived + count.unreached
    numbers = (tried, count.killed, count.survived, count.unreached, count.excused)
    share = f"{count.share:.1%}" if tried else "-"
    return f"{name:<{wide}}" + "".join(f"{number:>13,}" for number in numbers) + f"{share:>13}"


def to_json(report: MutationReport) -> str:
    """The report for programs: every mutant with what became of it, what each rule notices alone, and the shares."""
    document = {
        "format": "harness-mutations",
        "version": 1,
        "shares": {room: round(report.of_room(room).share, 4) for room in ROOMS},
        "mutants": [_mutant(trial) for trial in report.trials],
        "cannot_matter": {mutant.name: why for mutant, why in report.excused.items()},
        "alone": {rule: [mutant.name for mutant in mutants] for rule, mutants in report.alone.items()},
        "silent": list(report.silent) if report.whole else None,
        "stale": list(report.stale),
    }
    return json.dumps(document, indent=1) + "\n"


def _mutant(trial: Trial) -> dict[str, object]:
    return {
        "name": trial.mutant.name,
        "line": trial.mutant.lines.start,
        "killed": trial.killed,
        "runs": trial.runs,
        "reaching": trial.reaching,
        "noticed_by": sorted(trial.changed - {END}),
        "not_reported": sorted(trial.missing - {END}),
        "failure": trial.failure,
    }
