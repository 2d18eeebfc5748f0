"""Runs come out the same every time, so that what is different is the mutant's doing."""

import pytest

from harness.conform.catalogue import load_catalogue
from harness.conform.mutation.other_runs import GuestJudge, RandomCallsJudge, other_judges
from harness.conform.mutation.runs import END, Judge, judges

BUDGET = 100_000_000


@pytest.mark.parametrize(
    "judge",
    [
        RandomCallsJudge(0, domu=True),
        RandomCallsJudge(150, domu=False),
        GuestJudge("smp", vcpus=4, pcpus=2),
        GuestJudge("conformance/hvm_calls", dom0=True, also=("spin",)),
    ],
    ids=lambda judge: judge.name,
)
def test_a_run_that_no_rule_comes_from_is_the_same_every_time(judge: Judge) -> None:
    judge.prepare()
    first, second = judge.look(BUDGET), judge.look(BUDGET)
    assert first == second
    assert first.outcomes[END] == "the guest shut down"
    assert first.outcomes[judge.name]


def test_a_domain_beside_a_guest_changes_what_it_is_answered() -> None:
    alone, beside = (GuestJudge("conformance/hvm_calls", dom0=True, also=also) for also in ((), ("spin",)))
    assert alone.look(BUDGET).outcomes[alone.name] != beside.look(BUDGET).outcomes[beside.name]


def test_every_run_has_a_name_of_its_own() -> None:
    names = [judge.name for judge in (*judges(load_catalogue().cases), *other_judges())]
    assert len(set(names)) == len(names)


def test_other_releases_are_asked_as_dom0_and_as_a_domu() -> None:
    names = {judge.name for judge in judges(load_catalogue().cases)}
    assert {"memory_resource [dom0-1, xen-4.14]", "memory_resource [domU-2, xen-4.14]"} <= names
