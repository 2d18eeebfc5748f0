"""A batch of random hypercalls, answered by a model and by the real Xen."""

from collections.abc import Callable

import pytest

from harness.conform.call_table_guest import TableCall
from harness.conform.random_calls import Batch
from harness.conform.random_comparison import ask_model, differences
from harness.conform.random_words import number

CALLS = 1000
SEED = 1


@pytest.mark.parametrize("domu", [False, True], ids=["dom0", "domU"])
def test_a_model_answers_a_thousand_random_calls_as_the_real_xen_does(domu: bool, real_xen: Callable) -> None:
    calls = Batch(SEED, int(domu)).calls(CALLS)
    assert len(calls) == CALLS
    assert differences(calls, real_xen("4.17"), domu=domu) == []


def test_a_batch_reaches_every_hypercall_and_many_results() -> None:
    calls = Batch(SEED, 0).calls(CALLS)
    lines = ask_model(calls, "4.17", domu=False)
    assert len(lines) == CALLS
    asked = {call.number.value for call in calls if call.number is not None}
    assert asked >= {7, 12, 13, 17, 18, 20, 21, 24, 29, 32, 33, 34, 35, 36, 41, 42}
    assert len({line.split()[0] for line in lines}) > 20


def test_a_call_that_leaves_something_else_in_memory_hashes_to_something_else() -> None:
    calls = [TableCall(number(99), data=(number(value),)) for value in (1, 2, 1)]
    first, second, third = ask_model(calls, "4.17", domu=False)
    assert first == third != second
