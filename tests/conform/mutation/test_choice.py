"""A mutant gets the runs that reach it: few, and such as go different ways."""

from dataclasses import replace

import pytest

from harness.conform.catalogue import load_catalogue
from harness.conform.mutation.choice import LONG_S, Traced, attempts
from harness.conform.mutation.mutants import PACKAGE, Mutant
from harness.conform.mutation.other_runs import GuestJudge
from harness.conform.mutation.reach import Reached
from harness.conform.mutation.runs import CaseJudge, Judge, Sight
from harness.xen.models.model import DEFAULT_MODEL

FILE = "xen/synthetic.py"
CASE = next(iter(load_catalogue().cases))


def mutant(line: int) -> Mutant:
    return Mutant(FILE, "f", "drop", f"statement {line}", "", 0, range(line, line + 1))


def run(name: str, *lines: int, elsewhere: int = 0, seconds: float = 0.1) -> Traced:
    return of(GuestJudge(name), *lines, elsewhere=elsewhere, seconds=seconds)


def of(judge: Judge, *lines: int, elsewhere: int = 0, seconds: float = 0.1) -> Traced:
    executed = {str(PACKAGE / FILE): frozenset(lines), "/other.py": frozenset(range(elsewhere))}
    return Traced(judge, Reached(Sight({}, 1, seconds), executed))


def chosen(traced: list[Traced], *lines: int, most: int | None = None) -> list[list[str]]:
    made = attempts([mutant(line) for line in lines], traced, most)
    return [[judge.name for judge, _ in attempt.judges] for attempt in made]


def test_only_runs_that_execute_the_statement_are_tried() -> None:
    assert chosen([run("one", 1), run("two", 2)], 1, 2, 3) == [["one.S"], ["two.S"], []]


def test_every_second_run_goes_where_none_went_before() -> None:
    same = [run(f"same{number}", 1, 2, 3) for number in range(3)]
    rare, other = run("rare", 1, 9), run("other", 1, elsewhere=5)
    assert chosen([*same, other, rare], 1) == [["same0.S", "rare.S", "same1.S", "other.S", "same2.S"]]


def test_the_others_go_to_few_places_beside_the_file() -> None:
    wide = [run(f"wide{number}", 1, 2, elsewhere=20 + number) for number in range(3)]
    assert chosen([*wide, run("about", 1)], 1)[0][:2] == ["wide2.S", "about.S"]


def test_of_three_the_quickest_comes_first() -> None:
    slow, quick = run("slow", 1, 2, 3, seconds=0.2), run("quick", 1, elsewhere=5, seconds=0.01)
    assert chosen([slow, quick], 1) == [["quick.S", "slow.S"]]


def test_long_runs_come_last() -> None:
    assert chosen([run("long", 1, 2, 3, seconds=2 * LONG_S), run("one", 1), run("two", 1)], 1)[0][-1] == "long.S"


def test_no_more_runs_than_are_wished_for_are_tried_and_all_are_counted() -> None:
    traced = [run(f"run{number}", 1) for number in range(5)]
    (attempt,) = attempts([mutant(1)], traced, 2)
    assert (len(attempt.judges), attempt.reaching) == (2, 5)


@pytest.mark.parametrize(("model", "debug_build"), [("xen-4.14", False), (DEFAULT_MODEL, True)])
def test_runs_of_another_model_or_build_are_tried_where_they_go_a_way_of_their_own(
    model: str, debug_build: bool
) -> None:
    usual = CaseJudge(CASE, DEFAULT_MODEL, False, CASE.configurations[0])
    other = replace(usual, model=model, debug_build=debug_build)
    assert chosen([of(usual, 1), of(other, 1)], 1) == [[usual.name]]
    assert set(chosen([of(usual, 1, 2), of(other, 1, 3)], 1, 2, 3)[0]) == {usual.name, other.name}
    assert chosen([of(other, 1)], 1) == [[other.name]]
