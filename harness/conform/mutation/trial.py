"""Tries mutants: each in a forked child of a warm process, on one run after the other, until enough is known of it.

The child is ended when a run takes too long (in processor time, which a loaded machine does not shorten), and may not
take all memory. Whatever ends it (an exception, a signal, a limit) kills the mutant: under it the harness itself fails.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import NamedTuple, TextIO

from harness.conform.mutation.live import LiveFunctions
from harness.conform.mutation.mutants import PACKAGE, ROOMS, Mutant, MutatedModule, module_name, paths_of, read_module
from harness.conform.mutation.runs import END, Judge, Sight
from harness.processes.start import fork

SPARE_S = 0.4
"""Processor time that a run may take under a mutant beyond four times what it takes, traced, without one."""

BLOCKED_S = 300
"""After so long a child that uses no processor time is ended, too."""

MEMORY = 16 << 30
"""Address space that a child may have, in bytes: ten times what it needs."""


@dataclass(frozen=True)
class Attempt:
    """A mutant and its judges, the most promising first, each with what it came to without the mutant."""

    mutant: Mutant
    judges: Sequence[tuple[Judge, Sight]]
    reaching: int
    """How many runs there are for it, of which these are the first."""


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
    killers: dict[str, int] = {}
    for attempt in attempts:
        order = sorted(attempt.judges, key=lambda each: -killers.get(each[0].name, 0))
        trial = _try(attempt, order, all_runs)
        if trial.first:
            killers[trial.first] = killers.get(trial.first, 0) + 1
        trials.append(trial)
    return trials


def listen(judge: Judge, whole: Sight, mutants: Sequence[Mutant], silent: AbstractSet[str]) -> list[Trial]:
    """Try mutants on one run until all of some of its rules have come out otherwise. Forks, as ``try_mutants`` does."""
    judge.look(whole.budget)
    trials: list[Trial] = []
    heard: set[str] = set()
    for mutant in mutants:
        if silent <= heard:
            break
        trials.append(_try(Attempt(mutant, ((judge, whole),), 1), ((judge, whole),), False))
        heard |= trials[-1].changed
    return trials


def _try(attempt: Attempt, judges: Sequence[tuple[Judge, Sight]], all_runs: bool) -> Trial:
    code = _module(attempt.mutant.module).code(attempt.mutant)
    live = _live()
    read, write = os.pipe()
    child = fork()
    if child == 0:
        status = 1
        try:
            os.close(read)
            _limit()
            with os.fdopen(write, "w", encoding="utf-8", buffering=1) as pipe:
                _be_judged(live, code, judges, all_runs, pipe)
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, encoding="utf-8", errors="replace") as pipe:
        said = [_Said(*json.loads(line)) for line in pipe if line.endswith("\n")]
    _, status = os.waitpid(child, 0)
    if status:
        ended_by = os.WTERMSIG(status)
        said.append(_Said([], [], _SIGNALS.get(ended_by, f"the process ends with {status:#x}")))
    return _trial(attempt, judges, said)


class _Said(NamedTuple):
    """What a child says of one run."""

    changed: list[str]
    missing: list[str]
    failure: str


_SIGNALS: Mapping[int, str] = {signal.SIGPROF: "it does not come to an end", signal.SIGALRM: "it waits for ever"}


def _trial(attempt: Attempt, judges: Sequence[tuple[Judge, Sight]], said: Sequence[_Said]) -> Trial:
    changed = frozenset(name for each in said for name in each.changed)
    missing = frozenset(name for each in said for name in each.missing)
    failure = next((each.failure for each in said if each.failure), "")
    first = next((judge.name for (judge, _), each in zip(judges, said, strict=False) if any(each)), "")
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
    signal.alarm(BLOCKED_S)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # not to be had everywhere
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _be_judged(
    live: LiveFunctions, code: CodeType, judges: Sequence[tuple[Judge, Sight]], all_runs: bool, pipe: TextIO
) -> None:
    """Become the mutant, and say of one run after the other what it changes, until enough is known."""
    found: set[str] = set()
    try:
        live.change(code)
        gc.disable()  # it would touch, and so copy, what is shared with the parent; the process is short-lived
        for judge, whole in judges:
            signal.setitimer(signal.ITIMER_PROF, 4 * whole.seconds + SPARE_S)
            seen = judge.look(whole.budget)
            missing = whole.outcomes.keys() - seen.outcomes.keys()
            changed = whole.differences(seen) - missing
            pipe.write(json.dumps(_Said(sorted(changed), sorted(missing), "")) + "\n")
            found |= changed | missing
            if _settled(found) and not all_runs:
                return
    except BaseException as error:  # a mutant may raise anything
        pipe.write(json.dumps(_Said([], [], type(error).__name__)) + "\n")


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
