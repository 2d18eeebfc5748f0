"""The hypervisor is broken everywhere, and the suite notices: a sample. ``harness conform --mutations`` tries all."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from harness.conform.catalogue import load_catalogue
from harness.conform.mutation.campaign import MutationPlan, _in_workers, run
from harness.conform.mutation.mutants import Mutant
from harness.conform.mutation.report import FLOORS, MutationReport, lines, to_json
from harness.conform.mutation.trial import Trial
from harness.errors import InputError

CATALOGUE = load_catalogue()
JOBS = 2
SAMPLE = 40
"""One mutant in so many is tried."""

CHANCE = 0.12
"""By how much the share of a sample may be below that of all: it is small, and asks no other release or build."""


def test_enough_of_a_sample_is_noticed() -> None:
    report = run(MutationPlan(CATALOGUE, shard=(1, SAMPLE), sample=True), JOBS)
    assert len(report.trials) > 5000 // SAMPLE - len(report.excused)
    assert report.of_room("xen").share >= FLOORS["xen"] - CHANCE


def mutate(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", "conform", "--mutations", "-j", "1", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_says_what_rules_notice_in_one_file(tmp_path: Path) -> None:
    done = mutate("AST", "--in", "xen/hypercalls/vm_assist.py", "--json", str(tmp_path / "report.json"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "  AST-006: " in done.stdout
    assert "    xen/hypercalls/vm_assist.py: vm_assist: return: return -Errno.ENOSYS -> return -" in done.stdout
    document = json.loads((tmp_path / "report.json").read_text())
    assert document["shares"]["xen"] > 0.4
    assert {each["name"].partition(":")[0] for each in document["mutants"]} == {"xen/hypercalls/vm_assist.py"}


def test_a_campaign_that_is_stopped_has_what_there_was_by_then() -> None:
    heard: set[str] = set()
    plan = MutationPlan(CATALOGUE.select(["AST"]), True, ("xen/hypercalls/vm_assist.py",))
    whole = run(plan)
    report = run(plan, stop=lambda: "mutants tried" in heard, advance=lambda what, done, of: heard.add(what))
    assert 0 < len(report.trials) < len(whole.trials)
    assert not report.whole


def test_a_worker_that_dies_is_said_in_one_line() -> None:
    with pytest.raises(InputError, match="a worker process died"):
        list(_in_workers([partial(os._exit, 3)], 1, lambda: False))
    assert list(_in_workers([partial(os._exit, 3)], 1, lambda: True)) == []


def trial(line: int, **what: object) -> Trial:
    mutant = Mutant("xen/synthetic.py", "f", "constant", f"x = {line}", f"x = {line + 1}", 0, range(line, line + 1))
    return Trial(mutant, **{"runs": 2, "reaching": 2, "complete": True} | what)  # type: ignore[arg-type]


KILLED = trial(1, changed=frozenset({"AAA-001", "AAA-002"}))
ALONE = trial(2, changed=frozenset({"AAA-003"}))
LIVING = trial(3)
UNREACHED = trial(4, runs=0, reaching=0)
MISSING = trial(5, missing=frozenset({"AAA-004", "AAA-005"}))


def test_the_report_counts_shows_the_living_as_diffs_and_names_silent_rules() -> None:
    report = MutationReport(
        trials=[KILLED, ALONE, LIVING, UNREACHED, MISSING],
        excused={trial(6).mutant: "so it is"},
        rules=["AAA-001", "AAA-003", "AAA-004"],
        whole=True,
    )
    count = report.of_room("xen")
    assert (count.killed, count.survived, count.unreached, count.excused) == (3, 1, 1, 1)
    assert count.share == 3 / 5
    assert report.silent == ("AAA-004",)
    assert report.alone == {"AAA-003": (ALONE.mutant,)}
    text = "\n".join(lines(report))
    assert "xen/synthetic.py: f: 2\n  line 3: constant, survives 2 of the 2 runs that reach it\n    - x = 3\n" in text
    assert "    + x = 5\n" in text
    assert "Rules that notice nothing: 1 of 3\n  AAA-004\n" in text
    assert json.loads(to_json(report))["cannot_matter"] == {"xen/synthetic.py: f: constant: x = 6 -> x = 7": "so it is"}


def test_too_small_a_share_or_a_stale_reason_is_no_good() -> None:
    assert MutationReport([KILLED], {}, whole=True).under_the_floor == ()
    assert MutationReport([LIVING], {}, whole=True).under_the_floor == ("xen",)
    assert MutationReport([LIVING], {}, whole=False).is_good
    stale = MutationReport([KILLED], {}, stale=["xen/gone.py"])
    assert not stale.is_good
    assert "stale in cannot_matter.toml: xen/gone.py" in list(lines(stale))


def test_a_reason_whose_mutant_is_killed_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.conform.mutation import campaign
    from harness.conform.mutation.reasons import Reasons

    name = "xen/hypercalls/vm_assist.py: vm_assist: return: return -Errno.ENOSYS -> return -Errno.ENOSYS + 1"
    monkeypatch.setattr(campaign, "load_reasons", lambda: Reasons({name: "so it is"}))
    plan = MutationPlan(CATALOGUE.select(["AST-006"]), True, ("xen/hypercalls/vm_assist.py",))
    assert run(plan).stale == ()
    all_runs = MutationPlan(plan.catalogue, plan.chosen, plan.files, all_runs=True)
    assert any(entry.startswith(f"{name}: it is killed by vm_assist") for entry in run(all_runs).stale)
