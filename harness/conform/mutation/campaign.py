"""A whole campaign: runs are traced, every mutant gets some of the runs that reach it, and workers try them.

Then the rules that have noticed nothing yet get more mutants.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from harness.conform.catalogue import Catalogue
from harness.conform.mutation.choice import MOST_RUNS, Traced, attempts, further_runs, is_usual, together
from harness.conform.mutation.mutants import PACKAGE, ROOMS, Mutant, paths_of, read_module
from harness.conform.mutation.other_runs import other_judges
from harness.conform.mutation.reach import trace
from harness.conform.mutation.reasons import Reasons, load_reasons
from harness.conform.mutation.report import MutationReport
from harness.conform.mutation.runs import CaseJudge, Judge, judges
from harness.conform.mutation.trial import Attempt, Trial, listen, try_mutants, try_together
from harness.conform.session import ShouldStop
from harness.errors import InputError
from harness.processes.workers import LOST, in_order

MOST_MUTANTS = 60
"""So many mutants a run is given at most whose rules have noticed nothing yet."""

AT_ONCE = 25
"""So many mutants that live are tried at once. More would be alone more often: about 1 in 7 of them is noticed."""

CHUNK = 24
"""Mutants that a worker takes at a time."""


@dataclass(frozen=True)
class MutationPlan:
    """What a campaign is to try. ``shard`` (i, n) takes every n-th mutant, from the i-th on."""

    catalogue: Catalogue
    chosen: bool = False
    """Whether the rules were chosen: then only they judge, and only mutants that they reach are tried."""
    files: Sequence[str] = ()
    """Only mutants of these, such as ``xen/runstate/delivery.py``; of all if there is none."""
    shard: tuple[int, int] = (1, 1)
    all_runs: bool = False
    """Try every mutant on every run that reaches it, and those, too, that are said not to matter."""
    sample: bool = False
    """Only runs of the usual model judge: they take a third of the time, and notice nearly as much."""

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not (self.chosen or self.files or self.sample) and self.shard == (1, 1)

    @property
    def mutants(self) -> tuple[Mutant, ...]:
        """Those of the files. Raises InputError for a file that has none."""
        paths = paths_of()
        unknown = [file for file in self.files if file not in paths]
        if unknown:
            raise InputError(f"{unknown[0]}: nothing is mutated there: there are {', '.join(paths)}")
        every = [mutant for path in self.files or paths for mutant in read_module(path).mutants]
        return tuple(every[self.shard[0] - 1 :: self.shard[1]])


MutationAdvance = Callable[[str, int, int], None]
"""Told what is going on, and how many steps of how many are done."""


def run(
    plan: MutationPlan,
    jobs: int = 1,
    stop: ShouldStop = lambda: False,
    advance: MutationAdvance = lambda what, done, of: None,
) -> MutationReport:
    """Carry a plan out. Ends early, with what it has by then, once ``stop`` says so.

    Raises InputError for a file of the plan without mutants, and for reasons that cannot be read.
    """
    reasons = load_reasons()
    mutants = plan.mutants
    excused = {} if plan.all_runs else {mutant: why for mutant in mutants if (why := reasons.why(mutant))}
    traced = []
    wanted = [*judges(plan.catalogue.cases), *(() if plan.chosen else other_judges())]
    if plan.sample:
        wanted = [judge for judge in wanted if is_usual(judge)]
    for each in trace_all(wanted, jobs, stop):
        traced.append(each)
        advance("runs traced", len(traced), len(wanted))
    counted = [mutant for mutant in mutants if mutant not in excused]
    every = list(attempts(counted, traced, None if plan.all_runs else MOST_RUNS))
    every = [each for each in every if each.reaching or not plan.chosen]
    trials: list[Trial] = []
    for trial in try_all(every, jobs, plan.all_runs, stop):
        trials.append(trial)
        advance("mutants tried", len(trials), len(every))
    if not plan.all_runs:
        trials = try_again(every, trials, traced, jobs, stop)
    further: list[Trial] = []
    if plan.whole and not stop():
        further += listen_all(trials, traced, jobs, stop)
    asked = {name for each in traced for name in each.reached.sight.outcomes}
    return MutationReport(
        trials=trials,
        excused=excused,
        stale=tuple(_stale(plan, reasons, mutants, trials)),
        rules=tuple(rule.id for rule in plan.catalogue.rules if rule.id in asked),
        further=further,
        whole=plan.whole and not stop(),
    )


def _stale(plan: MutationPlan, reasons: Reasons, mutants: Sequence[Mutant], trials: Sequence[Trial]) -> Iterator[str]:
    """The reasons that nothing has, and, where all was tried, those whose one mutant is killed."""
    if plan.whole:
        yield from reasons.stale(mutants)
    for trial in trials:
        if trial.killed and trial.mutant.name in reasons.by_name:
            yield f"{trial.mutant.name}: it is killed by {trial.first}"


def trace_all(wanted: Sequence[Judge], jobs: int = 1, stop: ShouldStop = lambda: False) -> Iterator[Traced]:
    """Run every judge once, and note what each reaches."""
    chunks = [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]
    for traced in _in_workers([partial(_trace, chunk) for chunk in chunks], jobs, stop):
        yield from traced


def _trace(judges: Sequence[Judge]) -> list[Traced]:
    directories = tuple(f"{PACKAGE / room}{os.sep}" for room in ROOMS)
    return [Traced(judge, trace(judge, directories)) for judge in judges]


_T = TypeVar("_T")


def _in_workers(calls: Sequence[Callable[[], _T]], jobs: int, stop: ShouldStop) -> Iterator[_T]:
    """Make calls in processes of their own, and hand out the results in order, until ``stop`` says so.

    Raises InputError for a worker that has died.
    """
    for found in in_order(_make, calls, jobs, stop):
        if found is LOST:
            raise InputError("a worker process died, and with it what it was trying")
        yield found


def _make(call: Callable[[], _T]) -> _T:
    return call()


def try_all(
    every: Sequence[Attempt], jobs: int = 1, all_runs: bool = False, stop: ShouldStop = lambda: False
) -> Iterator[Trial]:
    """Try mutants, and hand out what became of each. One that no run reaches lives. Ends early if ``stop`` says so."""
    chunks = [every[start : start + CHUNK] for start in range(0, len(every), CHUNK)]
    for trials in _in_workers([partial(try_mutants, chunk, all_runs) for chunk in chunks], jobs, stop):
        yield from trials


def try_again(
    attempts: Sequence[Attempt],
    trials: Sequence[Trial],
    traced: Sequence[Traced],
    jobs: int = 1,
    stop: ShouldStop = lambda: False,
) -> list[Trial]:
    """Try what lives on the other guests that reach it, many mutants at once. Returns all trials, in their order."""
    wanted = []
    for attempt, trial in zip(attempts, trials, strict=False):
        if not trial.killed and (runs := further_runs(attempt, traced)):
            wanted.append(replace(attempt, judges=runs))
    calls = [partial(try_together, group) for group in together(wanted, AT_ONCE)]
    found = {trial.mutant: trial for group in _in_workers(calls, jobs, stop) for trial in group}
    return [_with(trial, found[trial.mutant]) if trial.mutant in found else trial for trial in trials]


def _with(first: Trial, second: Trial) -> Trial:
    """What became of a mutant that lived at first, and was tried on other runs."""
    runs = first.runs + second.runs
    return replace(second, runs=runs, reaching=max(first.reaching, runs), complete=False)


def listen_all(
    trials: Sequence[Trial], traced: Sequence[Traced], jobs: int = 1, stop: ShouldStop = lambda: False
) -> Iterator[Trial]:
    """Give runs whose rules have noticed nothing yet the mutants that they reach, the least trodden ones first.

    A rule is listened to in the first of its runs only: that is of the usual model if it is about that.
    """
    heard = {name for trial in trials for name in trial.changed}
    rare = sorted((trial for trial in trials if trial.reaching), key=lambda trial: trial.reaching)
    calls = []
    for each in traced:
        if isinstance(each.judge, CaseJudge) and (silent := each.judge.rules - heard):
            calls.append(partial(listen, each.judge, each.reached.sight, _reached_mutants(each, rare), silent))
            heard |= silent
    for found in _in_workers(calls, jobs, stop):
        yield from found


def _reached_mutants(traced: Traced, trials: Sequence[Trial]) -> list[Mutant]:
    lines = traced.reached.lines
    here = [
        trial.mutant
        for trial in trials
        if not lines.get(str(PACKAGE / trial.mutant.module), frozenset()).isdisjoint(trial.mutant.lines)
    ]
    return here[:MOST_MUTANTS]
