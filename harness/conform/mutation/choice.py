"""Which runs a mutant is tried on, and in what order.

Of the usual model's runs a mutant gets those that execute a line of its statement; of other models' and builds' runs
only those that go another way through the function than any run before, unless no usual run gets there. The number is
bounded. What lives then is tried on a run of every other guest that reaches it, many mutants at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, zip_longest

from harness.conform.mutation.first_and_last import EntryJudge
from harness.conform.mutation.mutants import PACKAGE, Mutant
from harness.conform.mutation.other_runs import RandomCallsJudge
from harness.conform.mutation.reach import Reached
from harness.conform.mutation.runs import CaseJudge, Judge, Sight
from harness.conform.mutation.trial import Attempt
from harness.xen.models.model import DEFAULT_MODEL

MOST_RUNS = 12
"""So many runs are tried on a mutant alone at most, unless all are wished for."""

LONG_S = 0.3
"""A run that takes longer when it is traced is tried after all others."""


@dataclass(frozen=True)
class Traced:
    """A judge with what it reached."""

    judge: Judge
    reached: Reached

    def lines(self, file: str) -> frozenset[int]:
        """The lines of a file that it executed."""
        return self.reached.lines.get(file, frozenset())


def is_usual(judge: Judge) -> bool:
    """Whether a run is of the usual model and build, or is one of few."""
    match judge:
        case CaseJudge(model=model, debug_build=debug_build):
            return model == DEFAULT_MODEL and not debug_build
        case RandomCallsJudge(model=model) | EntryJudge(model=model):
            return model == DEFAULT_MODEL
    return True


def attempts(mutants: Iterable[Mutant], traced: Sequence[Traced], most: int | None = MOST_RUNS) -> Iterator[Attempt]:
    """Every mutant with the runs that reach it, the most promising first, and no more of them than ``most``."""
    masks = _Masks(traced)
    for _, group in groupby(mutants, key=lambda mutant: (mutant.module, mutant.function)):
        together = tuple(group)
        file = str(PACKAGE / together[0].module)
        span = frozenset(line for mutant in together for line in mutant.lines)
        here = [each for each in traced if not each.lines(file).isdisjoint(span)]
        worth_asking = _worth_asking(file, span, traced)
        orders: dict[frozenset[int], list[Traced]] = {}
        for mutant in together:
            executed = span.intersection(mutant.lines)
            if executed not in orders:
                reaching = [each for each in here if not each.lines(file).isdisjoint(executed)]
                if any(is_usual(each.judge) for each in reaching):
                    reaching = [each for each in reaching if each.judge.name in worth_asking]
                orders[executed] = masks.by_promise(file, reaching)
            chosen = orders[executed]
            yield Attempt(mutant, tuple((each.judge, each.reached.sight) for each in chosen[:most]), len(chosen))


def further_runs(attempt: Attempt, traced: Sequence[Traced]) -> tuple[tuple[Judge, Sight], ...]:
    """For a mutant that lives: of each guest that reaches it, and was not asked, a run as dom0 and one as a domU.

    Long runs are left out: there are few, and they would take most of the time.
    """
    file, lines = str(PACKAGE / attempt.mutant.module), frozenset(attempt.mutant.lines)
    asked = {judge.name for judge, _ in attempt.judges}
    found: dict[tuple[str, bool], Traced] = {}
    for each in traced:
        if each.reached.sight.seconds <= LONG_S and not each.lines(file).isdisjoint(lines):
            dom0 = isinstance(each.judge, CaseJudge) and each.judge.configuration.dom0
            known = found.get((each.judge.guest, dom0))
            # Usual runs come first; of these the last, which has more vCPUs.
            if known is None or is_usual(each.judge):
                found[each.judge.guest, dom0] = each
    return tuple((each.judge, each.reached.sight) for each in found.values() if each.judge.name not in asked)


def together(attempts: Sequence[Attempt], most: int) -> Iterator[list[Attempt]]:
    """Groups of mutants that can be tried at once: of different functions, and reached by about as many runs."""
    left = sorted(attempts, key=lambda each: (len(each.judges), each.mutant.name))
    while left:
        group: dict[tuple[str, str], Attempt] = {}
        for each in left:
            if len(group) < most:
                group.setdefault((each.mutant.module, each.mutant.function), each)
        chosen = list(group.values())
        left = [each for each in left if each not in chosen]
        yield chosen


def _worth_asking(file: str, span: frozenset[int], traced: Sequence[Traced]) -> frozenset[str]:
    """Of the runs that execute some of a function's lines the usual ones, and others that go a way of their own."""
    seen: set[frozenset[int]] = set()
    found = []
    for each in traced:
        lines = each.lines(file) & span
        if lines and (is_usual(each.judge) or lines not in seen):
            found.append(each.judge.name)
            seen.add(lines)
    return frozenset(found)


class _Masks:
    """What runs executed, as a bit for each line that any executed: sets of thousands of lines are compared at once."""

    def __init__(self, traced: Sequence[Traced]) -> None:
        bits: dict[tuple[str, int], int] = {}
        self._of_files: dict[str, int] = {}
        self._of_runs: dict[str, int] = {}
        self._orders: dict[tuple[str, tuple[str, ...]], list[Traced]] = {}
        for each in traced:
            mask = 0
            for file, lines in each.reached.lines.items():
                for line in lines:
                    bit = 1 << bits.setdefault((file, line), len(bits))
                    mask |= bit
                    self._of_files[file] = self._of_files.get(file, 0) | bit
            self._of_runs[each.judge.name] = mask

    def by_promise(self, file: str, runs: Sequence[Traced]) -> list[Traced]:
        """Runs in the order in which to try them: one to new places, one about the file, one that says much.

        The first executes most lines of the file, then of all, that none before did; the second goes to few places
        beside the file; the third reports many rules. Of each three the quickest comes first, and long runs come last.
        """
        key = (file, tuple(each.judge.name for each in runs))
        if key not in self._orders:
            here = self._of_files.get(file, 0)
            short = [each for each in runs if each.reached.sight.seconds <= LONG_S]
            long = [each for each in runs if each.reached.sight.seconds > LONG_S]
            orders = (self._by_news(here, short), self._by_subject(here, short), _by_rules(short))
            turns = chain.from_iterable(zip_longest(*orders))
            ranked = list({each.judge.name: each for each in turns if each is not None}.values())
            threes = [ranked[start : start + 3] for start in range(0, len(ranked), 3)]
            self._orders[key] = [each for three in threes for each in sorted(three, key=_seconds)] + long
        return self._orders[key]

    def _by_news(self, here: int, runs: Sequence[Traced]) -> list[Traced]:
        left = {each.judge.name: each for each in runs}
        ranked: list[Traced] = []
        seen = 0
        while left:
            added = {name: self._of_runs[name] & ~seen for name in left}
            best = max(added, key=lambda name: ((added[name] & here).bit_count(), added[name].bit_count()))
            if not added[best]:
                break
            ranked.append(left.pop(best))
            seen |= added[best]
        return ranked

    def _by_subject(self, here: int, runs: Sequence[Traced]) -> list[Traced]:
        def share(each: Traced) -> float:
            mask = self._of_runs[each.judge.name]
            return (mask & here).bit_count() / mask.bit_count()

        return _each_guest_first(sorted(runs, key=share, reverse=True))


def _seconds(each: Traced) -> float:
    return each.reached.sight.seconds


def _by_rules(runs: Sequence[Traced]) -> list[Traced]:
    return _each_guest_first(sorted(runs, key=lambda each: len(each.reached.sight.outcomes), reverse=True))


def _each_guest_first(runs: Iterable[Traced]) -> list[Traced]:
    """A guest's second run after all guests' first."""
    times: Counter[str] = Counter()
    ranked = []
    for each in runs:
        ranked.append((times[each.judge.guest], each))
        times[each.judge.guest] += 1
    return [each for _, each in sorted(ranked, key=lambda pair: pair[0])]
