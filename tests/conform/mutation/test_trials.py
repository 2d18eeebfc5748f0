"""One mutant is tried in a fork, ends whatever it does, and is judged by the outcomes of runs."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.conform.mutation.mutants import Mutant, read_module
from harness.conform.mutation.reach import trace
from harness.conform.mutation.runs import END, Judge, Sight
from harness.conform.mutation.trial import Attempt, Trial, listen, try_mutants
from harness.platform.affinity import vcpu_affinity
from harness.processes.workers import LOST, in_order

MODULE = "platform/affinity.py"


@dataclass(frozen=True)
class Fake:
    """A run of nothing but one function of the harness, and what is to happen if its result is another."""

    name: str
    outcomes: tuple[tuple[str, int], ...]
    """By the name of an outcome, the number of the vCPU whose affinity it is."""
    then: str = ""
    guest: str = "fake"

    def prepare(self) -> None:
        pass

    def look(self, budget: int) -> Sight:
        seen = {name: str(vcpu_affinity(number)) for name, number in self.outcomes}
        if self.then and any(seen[name] != str(number) for name, number in self.outcomes):
            self._suffer()
        return Sight({**seen, END: "fine"}, 10)

    def _suffer(self) -> None:
        match self.then:
            case "raise":
                raise RuntimeError("the harness itself")
            case "loop":
                while True:
                    pass
            case "die":
                os._exit(3)


def mutants() -> list[Mutant]:
    return [mutant for mutant in read_module(MODULE).mutants if mutant.function == "vcpu_affinity"]


def noticed() -> Mutant:
    """A mutant under which vCPUs 3 and 5 have other affinities, and vCPU 0 has not."""
    return next(mutant for mutant in mutants() if "- 2" in mutant.after)


Try = Callable[..., list[Trial]]


@pytest.fixture
def tried() -> Try:
    """Try mutants on all of some runs; ``more`` runs are said to be there besides."""

    def work(
        judges: Sequence[Judge], wanted: Sequence[Mutant], *, all_runs: bool = False, more: int = 0
    ) -> list[Trial]:
        asked = tuple((judge, judge.look(0)) for judge in judges)
        attempts = [Attempt(mutant, asked, len(asked) + more) for mutant in wanted]
        (found,) = in_order(partial(try_mutants, all_runs=all_runs), [attempts], 1)
        assert found is not LOST
        return found

    return work


ONE = Fake("one", (("AAA-001", 3),))
BOTH = Fake("both", (("AAA-001", 3), ("AAA-002", 5)))
BLIND = Fake("blind", (("AAA-003", 0),))


def test_a_mutant_is_killed_by_the_first_run_that_comes_out_otherwise(tried: Try) -> None:
    (trial,) = tried([BOTH, ONE], [noticed()])
    assert trial.changed == {"AAA-001", "AAA-002"}
    assert (trial.killed, trial.first, trial.runs, trial.complete, trial.alone) == (True, "both", 1, True, "")


def test_a_rule_that_alone_notices_is_known_only_when_all_runs_were_tried(tried: Try) -> None:
    (trial,) = tried([ONE, BLIND], [noticed()])
    assert (trial.runs, trial.alone) == (2, "AAA-001")
    (shortened,) = tried([ONE, BLIND], [noticed()], more=1)
    assert (shortened.killed, shortened.runs, shortened.complete, shortened.alone) == (True, 1, False, "")


def test_a_mutant_that_changes_nothing_that_is_looked_at_lives(tried: Try) -> None:
    (trial,) = tried([BLIND], [noticed()])
    assert (trial.killed, trial.complete, trial.runs) == (False, True, 1)


def test_a_mutant_that_nothing_reaches_lives(tried: Try) -> None:
    (trial,) = tried([], [noticed()])
    assert (trial.killed, trial.reaching) == (False, 0)


def test_all_runs_are_tried_where_that_is_wished(tried: Try) -> None:
    (trial,) = tried([BOTH, ONE, BLIND], [noticed()], all_runs=True)
    assert trial.runs == 3


@pytest.mark.parametrize(
    ("then", "failure"),
    [
        ("raise", "RuntimeError"),
        ("loop", "it does not come to an end"),
        ("die", "the process ends with 0x300"),
    ],
)
def test_a_mutant_under_which_the_harness_fails_is_killed_and_its_process_gone(
    tried: Try, then: str, failure: str
) -> None:
    (trial,) = tried([Fake("bad", (("AAA-001", 3),), then), ONE], [noticed()])
    assert (trial.killed, trial.failure, trial.first, trial.runs) == (True, failure, "bad", 1)


def test_one_mutant_does_not_touch_the_next_nor_this_process(tried: Try) -> None:
    before = [vcpu_affinity(number) for number in range(20)]
    trials = tried([BOTH], mutants())
    again = tried([BOTH], list(reversed(mutants())))
    assert [trial.killed for trial in trials] == [trial.killed for trial in reversed(again)]
    assert any(trial.killed for trial in trials)
    assert [vcpu_affinity(number) for number in range(20)] == before


def test_no_process_and_no_descriptor_is_left_behind() -> None:
    every = [Attempt(mutant, ((BOTH, BOTH.look(0)),), 1) for mutant in mutants()]
    assert list(in_order(_left, [every], 1)) == [(0, 0)]


def _left(attempts: Sequence[Attempt]) -> tuple[int, int]:
    """How many more descriptors are open after trials, and how many children there are to wait for."""
    try_mutants(attempts[:1])
    before = len(list(Path("/proc/self/fd").iterdir()))
    try_mutants(attempts)
    after = len(list(Path("/proc/self/fd").iterdir()))
    try:
        return after - before, os.waitpid(-1, os.WNOHANG)[0]
    except ChildProcessError:
        return after - before, 0


def test_a_worker_that_forks_has_one_thread() -> None:
    assert list(in_order(_threads, [[]], 1)) == [1]


def _threads(_: object) -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def test_silent_rules_are_tried_until_all_have_come_out_otherwise() -> None:
    to_listen = partial(listen, BOTH, BOTH.look(0), silent=frozenset({"AAA-001"}))
    (trials,) = in_order(to_listen, [mutants()], 1)
    assert trials is not LOST
    assert 0 < len(trials) < len(mutants())
    assert "AAA-001" in trials[-1].changed
    assert all("AAA-001" not in trial.changed for trial in trials[:-1])


def test_a_run_is_traced_by_line_and_only_where_that_is_wished() -> None:
    here = vcpu_affinity.__code__.co_filename
    first = vcpu_affinity.__code__.co_firstlineno
    reached = trace(BOTH, (f"{Path(here).parent}{os.sep}",))
    assert set(reached.lines) == {here}
    assert first in reached.lines[here]
    assert max(reached.lines[here]) > first
    assert reached.sight.outcomes == BOTH.look(0).outcomes


def test_what_a_sight_lacks_is_a_difference_too() -> None:
    whole = Sight({"AAA-001": "1", "AAA-002": "2", END: "fine"}, 1)
    other: dict[str, Any] = {"AAA-001": "9", END: "fine"}
    assert whole.differences(Sight(other, 1)) == {"AAA-001", "AAA-002"}
