"""Every mutant that is not tried has a reason, and a reason that is no longer needed is reported."""

from pathlib import Path

import pytest

from harness.conform.mutation.mutants import Mutant, MutatedModule, paths_of, read_module
from harness.conform.mutation.reasons import Reasons, load_reasons
from harness.errors import InputError

MUTANTS = MutatedModule("xen/synthetic.py", "def f(x):\n    g(x)\n    return x < 3\ndef ff(x):\n    g(x)\n").mutants


def excused(*entries: str) -> list[Mutant]:
    reasons = Reasons(dict.fromkeys(entries, "so it is"))
    return [mutant for mutant in MUTANTS if reasons.why(mutant)]


@pytest.mark.parametrize(
    ("entry", "count"),
    [
        ("xen/synthetic.py", len(MUTANTS)),
        ("xen/synthetic.py: f", len(MUTANTS) - 1),
        ("xen/synthetic.py: ff", 1),
        ("xen/synthetic.py: f: constant", 2),
        ("xen/synthetic.py: f: drop: g(x)", 1),
        ("xen/synthetic.py: f: drop: g(x) -> dropped", 1),
        ("xen/synthetic.py: f: dr", 0),
        ("xen/syn", 0),
    ],
)
def test_an_entry_is_the_name_of_a_mutant_or_how_names_begin(entry: str, count: int) -> None:
    assert len(excused(entry)) == count


def test_an_entry_that_names_no_mutant_is_stale() -> None:
    reasons = Reasons({"xen/synthetic.py: f": "a", "xen/synthetic.py: f: swap": "b", "xen/gone.py": "c"})
    assert reasons.stale(MUTANTS) == ("xen/synthetic.py: f: swap", "xen/gone.py")


def test_the_longest_entry_gives_the_reason() -> None:
    reasons = Reasons({"xen/synthetic.py": "all", "xen/synthetic.py: ff": "one"})
    assert {reasons.why(mutant) for mutant in MUTANTS if mutant.function == "ff"} == {"one"}
    assert reasons.stale(MUTANTS) == ()


def test_no_reason_of_the_hypervisors_is_stale() -> None:
    every = [mutant for path in paths_of() for mutant in read_module(path).mutants]
    assert load_reasons().stale(every) == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[cannot_matter]]\nmutants = []\n", "KeyError: 'why'"),
        ('[[cannot_matter]]\nwhy = "w"\nmutants = ["a", "a"]\n', "there twice: a"),
        ("cannot_matter = ", "TOMLDecodeError"),
    ],
)
def test_a_file_of_reasons_that_cannot_be_right_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "reasons.toml").write_text(text)
    with pytest.raises(InputError, match=complaint):
        load_reasons(tmp_path / "reasons.toml")
