"""What lives is tried again on other guests, many mutants at once, and each that is noticed is found."""

from dataclasses import dataclass

from harness.conform.mutation.choice import together
from harness.conform.mutation.mutants import Mutant, read_module
from harness.conform.mutation.runs import END, Sight
from harness.conform.mutation.trial import Attempt, Trial, try_together
from harness.platform.affinity import vcpu_affinity
from harness.processes.workers import LOST, in_order


@dataclass(frozen=True)
class Calls:
    """A run of one function of the harness."""

    name: str
    vcpu: int
    fails: bool = False
    guest: str = "fake"

    def prepare(self) -> None:
        pass

    def look(self, budget: int) -> Sight:
        affinity = vcpu_affinity(self.vcpu)
        if self.fails and affinity != self.vcpu:
            raise RuntimeError("the harness itself")
        return Sight({"AAA-001": str(affinity), END: "fine"}, 10)


def in_affinity(after: str) -> Mutant:
    return next(each for each in read_module("platform/affinity.py").mutants if after in each.after)


def elsewhere() -> Mutant:
    return read_module("platform/timer.py").mutants[0]


def tried(*mutants: Mutant, judges: tuple[Calls, ...]) -> list[Trial]:
    asked = tuple((judge, judge.look(0)) for judge in judges)
    attempts = [Attempt(mutant, asked, len(asked)) for mutant in mutants]
    (found,) = in_order(try_together, [attempts], 1)
    assert found is not LOST
    return found


SEEN, UNSEEN = "- 2", ">> AFF0_BITS >> AFF1_SHIFT"
"""The ends of mutants: vCPU 3 has another affinity under the first, and under the second no vCPU below 16."""


def test_of_several_at_once_the_one_is_found_that_is_noticed() -> None:
    one, other = tried(in_affinity(SEEN), elsewhere(), judges=(Calls("blind", 0), Calls("sees", 3)))
    assert (one.killed, one.first, other.killed) == (True, "sees", False)


def test_several_that_live_together_live_alone() -> None:
    assert [trial.killed for trial in tried(in_affinity(UNSEEN), judges=(Calls("a", 3), Calls("b", 5)))] == [False]


def test_one_under_which_the_harness_fails_is_found_and_the_others_are_tried_on() -> None:
    one, other = tried(in_affinity(SEEN), elsewhere(), judges=(Calls("fails", 3, fails=True), Calls("blind", 0)))
    assert (one.killed, one.failure, other.killed) == (True, "RuntimeError", False)


def test_those_that_are_tried_at_once_are_of_different_functions() -> None:
    affinity = [each for each in read_module("platform/affinity.py").mutants if each.function == "vcpu_affinity"]
    attempts = [Attempt(mutant, (), 0) for mutant in (*affinity[:3], elsewhere())]
    groups = list(together(attempts, 10))
    assert sorted(len(group) for group in groups) == [1, 1, 2]
    assert {attempt.mutant for group in groups for attempt in group} == {attempt.mutant for attempt in attempts}
