"""Every rule bites: the model is broken on purpose for each, and the rule comes out otherwise.

``make test`` tries every sixth, so that it stays short; ``make test-tools`` and ``harness conform --mutations`` all.
"""

import os
from dataclasses import replace

import pytest

from harness.conform.catalogue import Mutation, Rule, load_catalogue
from harness.conform.mutation import mutated_source, try_mutations
from harness.errors import InputError

CHUNK = 48
CATALOGUE = load_catalogue()
REQUIRED = os.environ.get("HARNESS_REQUIRE_TOOLS") == "1"
RULES = [rule for case in CATALOGUE.cases for rule in case.rules][:: 1 if REQUIRED else 6]
"""In the order of their cases: a chunk asks few of them of the whole model."""


@pytest.mark.parametrize("start", range(0, len(RULES), CHUNK), ids=lambda start: RULES[start].id)
def test_every_mutation_is_caught(start: int) -> None:
    missed = [bite for bite in try_mutations(RULES[start : start + CHUNK]) if not bite.caught]
    assert [(bite.rule.id, bite.whole, bite.problem) for bite in missed] == []


def broken_by(**changes: str) -> Rule:
    mutation = Mutation("a-name", "xen/hypercalls/vm_assist.py", "    return -Errno.ENOSYS", "    return -Errno.EINVAL")
    return replace(CATALOGUE.by_id["AST-006"], mutation=replace(mutation, **changes))


def test_a_bite_says_what_the_rule_came_out_as() -> None:
    (bite,) = try_mutations([broken_by()])
    assert (bite.whole, bite.broken, bite.problem, bite.caught) == ("result=-38", "result=-22", "", True)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"new": "    return -Errno.ENOSYS  # and nothing else"}, ""),
        ({"old": "no such text"}, "found 0 times"),
        ({"old": "return"}, "not once"),
        ({"file": "xen/nowhere.py"}, "No such file"),
        ({"new": "    return ("}, "was never closed"),
        ({"new": "    raise RuntimeError('the harness itself')"}, "the harness itself"),
        ({"new": "    import os; os._exit(3)"}, "the child ended"),
    ],
)
def test_what_shows_nothing_is_no_bite(changes: dict[str, str], problem: str) -> None:
    (bite,) = try_mutations([broken_by(**changes)])
    assert not bite.caught
    assert problem in bite.problem


def test_a_module_that_others_have_taken_names_from_is_imported_anew_by_them() -> None:
    numbers = broken_by(file="abi/errno.py", old="ENOSYS = 38", new="ENOSYS = 83")
    (bite,) = try_mutations([numbers])
    assert (bite.whole, bite.broken) == ("result=-38", "result=-83")


def test_the_place_of_a_mutation_must_be_there_once() -> None:
    with pytest.raises(InputError, match="found 0 times"):
        mutated_source(Mutation("n", "errors.py", "not there", ""))
