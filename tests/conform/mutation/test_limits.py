"""A run in the process of a trial, under its limits, is as elsewhere: else it would notice everything."""

import pytest

from harness.conform.mutation.mutants import read_module
from harness.conform.mutation.other_runs import other_judges
from harness.conform.mutation.runs import Judge
from harness.conform.mutation.trial import Attempt, Trial, try_mutants
from harness.processes.workers import LOST, in_order

NOT_RUN = read_module("xen/snapshot.py").mutants[0]
"""No run takes a snapshot."""

BUDGET = 100_000_000


def trial_of(judge: Judge) -> Trial:
    judge.prepare()
    return try_mutants([Attempt(NOT_RUN, ((judge, judge.look(BUDGET)),), 1)])[0]


@pytest.mark.parametrize("part", range(4))
def test_no_run_notices_a_change_that_it_does_not_execute(part: int) -> None:
    wanted = other_judges()[part::4]
    for judge, trial in zip(wanted, in_order(trial_of, wanted, 1), strict=True):
        assert trial is not LOST
        assert (trial.killed, trial.failure) == (False, ""), judge.name
