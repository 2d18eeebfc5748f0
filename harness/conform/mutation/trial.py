"""Tries mutants: in a forked child of a warm process, each on one run after the other, until enough is known of it.

A child tries one mutant after the other, for a fork and the pages that it copies cost more than a run; the harness
keeps no state in modules that one could leave to the next. The child is ended when a run takes too long (in processor
time, which a loaded machine does not shorten), and may not take all memory. Whatever goes wrong in a run (an exception,
a signal, a limit) kills the mutant, for under it the harness itself fails; if the child ended, the next get another.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TextIO

from harness.conform.mutation.live import LiveFunctions
from harness.conform.mutation.mutants import PACKAGE, ROOMS, Mutant, MutatedModule, module_name, paths_of, read_module
from harness.conform.mutation.runs import END, Judge, Sight
from harness.processes.start import fork

SPARE_S = 0.2
"""Processor time that a run may take under a mutant beyond four times what it takes, traced, without one."""

BLOCKED_S = 300
"""After so long a child that uses no processor time is ended, too."""

MEMORY = 8 << 30
"""Memory of its own that a child may have, in bytes. A machine's memory does not count: it is shared, and sparse."""


@dataclass(frozen=True)
class Attempt:
    """A mutant and its judges, the most promising first, each with what it came to without the mutant."""

    mutant: Mutant
    judges: Sequence[tuple[Judge, Sight]]
    reaching: int
    """How many runs there are for it, of which these are the first."""
    others: Sequence[Mutant] = ()
    """Mutants of other functions that are tried together with it."""

    def is_settled(self, found: AbstractSet[str]) -> bool:
        """Whether enough is known: two rules notice it, or one, and with so many runs not all would be asked anyway."""
        return _settled(found) or (bool(found) and self.reaching > len(self.judges))


@dataclass(frozen=True)
class Trial:
    """What became of a mutant."""

    mutant: Mutant
    runs: int = 0
    """How many were tried."""
    reaching: int = 0
    """How many there are."""
    complete: bool = False
    """Whether no other run could notice it, or enough is known without: two rules did, or the harness failed."""
    changed: frozenset[str] = frozenset()
    """The outcomes that came out otherwise."""
    missing: frozenset[str] = frozenset()
    """The outcomes that there were none of any more."""
    failure: str = ""
    """How the harness itself failed, if it did."""
    first: str = ""
    """The run that killed it, by name."""

    @property
    def killed(self) -> bool:
        """Whether anything noticed it."""
        return bool(self.changed or self.missing or self.failure)

    @property
    def alone(self) -> str:
        """The only rule that notices it, if there is just one."""
        rules = (self.changed | self.missing) - {END}
        return next(iter(rules)) if len(rules) == 1 and not self.failure and self.complete else ""


def try_mutants(attempts: Sequence[Attempt], all_runs: bool = False) -> list[Trial]:
    """Try mutants one after the other. Forks: to be called in a process without threads.

    What has killed one is asked first about the next: mutants of one function come together.
    """
    for attempt in attempts:
        if attempt.judges:
            judge, whole = attempt.judges[0]
            judge.look(whole.budget)  # so that all is imported and allocated that a run needs
            break
    for judge in {judge for attempt in attempts for judge, _ in attempt.judges}:
        judge.prepare()
    trials: list[Trial] = []
    while len(trials) < len(attempts):
        killers = Counter(trial.first for trial in trials if trial.first)
        trials += _try_in_child(attempts[len(trials) :], killers, all_runs)
    return trials


def try_together(attempts: Sequence[Attempt]) -> list[Trial]:
    """Try mutants of different functions, all at once, and those alone that are there when a run comes out otherwise.

    So most of what no run notices costs a part of a run each. That two changes hide each other is not to be expected.
    Returns a trial for each mutant. Forks, as ``try_mutants`` does.
    """
    found = {each.mutant: Trial(each.mutant, len(each.judges), each.reaching) for each in attempts}
    runs = {judge.name: (judge, whole) for attempt in attempts for judge, whole in attempt.judges}
    for judge, _ in runs.values():
        judge.prepare()
    living = [attempt.mutant for attempt in attempts]
    left = list(runs.values())
    while left and living:
        (together,) = _try_in_child([Attempt(living[0], left, 0, living[1:])], Counter(), False)
        if not together.killed:
            break
        at = next(index for index, (judge, _) in enumerate(left) if judge.name == together.first)
        alone = [Attempt(mutant, left[at : at + 1], len(left)) for mutant in living]
        while alone:
            trials = _try_in_child(alone, Counter(), False)
            found.update((trial.mutant, trial) for trial in trials if trial.killed)
            alone = alone[len(trials) :]
        living = [mutant for mutant in living if not found[mutant].killed]
        left = left[at + 1 :]
    return list(found.values())


def listen(judge: Judge, whole: Sight, mutants: Sequence[Mutant], silent: AbstractSet[str]) -> list[Trial]:
    """Try mutants on one run until all of some of its rules have come out otherwise. Forks, as ``try_mutants`` does."""
    judge.look(whole.budget)
    trials: list[Trial] = []
    heard: set[str] = set()
    while len(trials) < len(mutants) and not silent <= heard:
        attempts = [Attempt(mutant, ((judge, whole),), 1) for mutant in mutants[len(trials) :]]
        trials += _try_in_child(attempts, Counter(), False, silent - heard)
        heard.update(*(trial.changed for trial in trials))
    return trials


def _try_in_child(
    attempts: Sequence[Attempt], killers: Counter[str], all_runs: bool, silent: AbstractSet[str] = frozenset({""})
) -> list[Trial]:
    """Try mutants until one ends the child, or all of the ``silent`` rules have come out otherwise."""
    for attempt in attempts:
        for mutant in (attempt.mutant, *attempt.others):
            _module(mutant.module)
    live = _live()
    read, write = os.pipe()
    child = fork()
    if child == 0:
        status = 1
        try:
            os.close(read)
            _limit()
            with os.fdopen(write, "w", encoding="utf-8", buffering=1) as pipe:
                _try_each(live, attempts, killers, all_runs, silent, pipe)
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    heard: list[list[_Said]] = [[]]
    with os.fdopen(read, encoding="utf-8", errors="replace") as pipe:
        judge = ""
        for said in (json.loads(line) for line in pipe if line.endswith("\n")):
            match said:
                case str():
                    judge = said
                case None:
                    heard.append([])
                case _:
                    heard[-1].append(_Said(judge, *said))
    _, status = os.waitpid(child, 0)
    if status:
        ended_by = os.WTERMSIG(status)
        heard[-1].append(_Said(judge, [], [], _SIGNALS.get(ended_by, f"the process ends with {status:#x}")))
    else:
        heard.pop()
    return [_trial(attempt, said) for attempt, said in zip(attempts, heard, strict=False)]


class _Said(NamedTuple):
    """What a child says of one run: its name in one line, the rest in the next. ``null`` ends a mutant's runs."""

    judge: str
    changed: list[str]
    missing: list[str]
    failure: str

    @property
    def noticed(self) -> bool:
        """Whether the run came out otherwise."""
        return any(self[1:])


_SIGNALS: Mapping[int, str] = {signal.SIGPROF: "it does not come to an end", signal.SIGALRM: "it waits for ever"}


def _trial(attempt: Attempt, said: Sequence[_Said]) -> Trial:
    changed = frozenset(name for each in said for name in each.changed)
    missing = frozenset(name for each in said for name in each.missing)
    failure = next((each.failure for each in said if each.failure), "")
    first = next((each.judge for each in said if each.noticed), "")
    complete = len(said) >= attempt.reaching or bool(failure) or _settled(changed | missing)
    return Trial(attempt.mutant, len(said), attempt.reaching, complete, changed, missing, failure, first)


def _settled(names: AbstractSet[str]) -> bool:
    """Whether no rule can be the only one any more that notices a mutant."""
    return len(names - {END}) > 1


def _limit() -> None:
    """Have this process end by itself, quietly, without a trace on the disk."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    for number in (signal.SIGPROF, signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # not to be had everywhere
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _try_each(
    live: LiveFunctions,
    attempts: Sequence[Attempt],
    killers: Counter[str],
    all_runs: bool,
    silent: AbstractSet[str],
    pipe: TextIO,
) -> None:
    for attempt in attempts:
        signal.alarm(BLOCKED_S)
        judges = sorted(attempt.judges, key=lambda each: -killers[each[0].name])
        noticed = [said for said in _be_judged(live, attempt, judges, all_runs, pipe) if said.noticed]
        killers.update(said.judge for said in noticed[:1])
        pipe.write("null\n")
        silent = silent - {name for said in noticed for name in said.changed}
        if not silent:
            return


def _be_judged(
    live: LiveFunctions, attempt: Attempt, judges: Sequence[tuple[Judge, Sight]], all_runs: bool, pipe: TextIO
) -> Iterator[_Said]:
    """Become a mutant, and say of one run after the other what it changes, until enough is known."""
    found: set[str] = set()
    judge = judges[0][0] if judges else None
    try:
        with ExitStack() as changes:
            for mutant in (attempt.mutant, *attempt.others):
                changes.enter_context(live.changed(_module(mutant.module).code(mutant)))
            for judge, whole in judges:
                pipe.write(json.dumps(judge.name) + "\n")
                signal.setitimer(signal.ITIMER_PROF, 4 * whole.seconds + SPARE_S)
                seen = judge.look(whole.budget)
                signal.setitimer(signal.ITIMER_PROF, 0)
                missing = whole.outcomes.keys() - seen.outcomes.keys()
                said = _Said(judge.name, sorted(whole.differences(seen) - missing), sorted(missing), "")
                pipe.write(json.dumps(said[1:]) + "\n")
                yield said
                found.update(said.changed, said.missing)
                if attempt.is_settled(found) and not all_runs:
                    return
    except BaseException as error:  # a mutant may raise anything
        signal.setitimer(signal.ITIMER_PROF, 0)
        said = _Said(judge.name if judge else "", [], [], type(error).__name__)
        pipe.write(json.dumps(said[1:]) + "\n")
        yield said


@cache
def _module(path: str) -> MutatedModule:
    return read_module(path)


@cache
def _live() -> LiveFunctions:
    """Found once all is imported that is mutated; what there is then is kept out of the children's collections."""
    for path in paths_of(ROOMS):
        importlib.import_module(module_name(path))
    found = LiveFunctions(f"{PACKAGE}{os.sep}")
    gc.collect()
    gc.freeze()
    return found
