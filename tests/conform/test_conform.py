"""``harness conform``: the whole suite passes on every model, and the command reports it in each of its formats."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import group
from harness.conform.catalogue import CONFIGURATIONS, Catalogue, load_catalogue
from harness.conform.recordings import find_recording
from harness.conform.report.summary import make_report
from harness.conform.report.terminal import details
from harness.conform.session import Plan, run
from harness.conform.subject import ModelSubject, for_case
from harness.conform.verdict import judge_run
from harness.errors import InputError
from harness.xen.models.model import MODELS

CATALOGUE = load_catalogue()
SHARDS = 4


ALWAYS = ("xen-4.17", "vmap")
"""The models that ``make test`` checks; ``make test-tools`` checks all."""


def problems(catalogue: Catalogue, subject: ModelSubject, shard: int) -> list[str]:
    """What the command would say of the rules that failed, or could not be judged."""
    plan = Plan(catalogue, subject, shard=(shard, SHARDS))
    recording = find_recording(subject.release)
    runs = [each for runs in run(plan) for each in runs]
    results = [result for each in runs for result in judge_run(each, subject.model, recording)]
    report = make_report(plan, recording.release, runs, results, interrupted=False)
    assert len(report.rules) == len(plan.rules)
    return list(details(report))


@pytest.mark.parametrize("shard", range(1, SHARDS + 1))
@pytest.mark.parametrize("model", MODELS)
def test_the_whole_suite_is_good_on_every_model(model: str, shard: int, request: pytest.FixtureRequest) -> None:
    if model not in ALWAYS:
        request.getfixturevalue("every_tool")
    assert problems(CATALOGUE, ModelSubject.of(model), shard) == []


@pytest.mark.parametrize("shard", range(1, SHARDS + 1))
def test_it_is_good_on_a_debug_build_where_one_was_recorded(shard: int) -> None:
    subject = ModelSubject.of("xen-4.17", debug_build=True)
    recording = find_recording(subject.release)
    assert recording.release == "4.17-debug"
    recorded = tuple(rule for rule in CATALOGUE.rules if rule.case and recording.answers(rule.case))
    assert problems(Catalogue(CATALOGUE.areas, recorded), subject, shard) == []


# What is not as it should be: 4.17 with the patch of 2020, of which nobody said that it departs.
ODD = """
from harness.models import XEN_4_17, AbiModel, VmapDelivery

MODEL = AbiModel("odd", "the patch on 4.17", XEN_4_17, VmapDelivery)
"""
BROKEN = "class Broken(VmapDelivery):\n    def register(self, *_):\n        raise RuntimeError('my own bug')\n\n\n"
BROKEN_RUN = ODD.replace("VmapDelivery)", "Broken)").replace("MODEL", BROKEN + "MODEL")


def conform(*words: object) -> Result:
    return CliRunner().invoke(group, ["conform", *map(str, words), "-j", "1"])


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "odd.py"
    path.write_text(ODD)
    return path


def test_a_good_run_is_status_0_with_a_line_a_case_and_a_table() -> None:
    done = conform("AST")
    assert done.exit_code == 0
    first, *_, last = done.stdout.splitlines()
    assert first == "vm_assist: 4 runs, 8 pass"
    assert "xen-4.17, compared with what was recorded from Xen 4.17" in done.stdout
    assert last.startswith("└")


def test_a_failure_is_status_1_and_shows_both_outcomes_the_guest_and_how_to_see_it(odd: Path) -> None:
    done = conform("RST-004", "--abi", odd)
    assert done.exit_code == 1
    assert "FAILURE RST-004" in done.stdout
    assert "observed: result -EINVAL, untouched\n" in done.stdout
    assert "expected: result 0, from 0, to 47\n" in done.stdout
    assert "guest_asm/conformance/area_address.S:" in done.stdout
    assert f"alone:    harness run guest_asm/conformance/area_address.S --abi {odd} --dom0 --vcpus 1" in done.stdout


def test_a_departure_by_design_is_an_expected_failure_and_status_0() -> None:
    done = conform("RST-004", "--abi", "vmap")
    assert done.exit_code == 0
    assert "area_address: 4 runs, 1 expected failure" in done.stdout


def test_a_model_that_fails_itself_is_an_error_of_the_suite_with_its_traceback(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text(BROKEN_RUN)
    done = conform("RST-004", "--abi", path, "--as", "domU", "--vcpus", 1)
    assert done.exit_code == 8
    assert "ERROR RST-004" in done.stdout
    assert "RuntimeError: my own bug" in done.stdout
    assert "in:       domU, 1 vCPU" in done.stdout


def test_a_worker_that_dies_is_an_error_of_its_cases_and_reports_are_written(tmp_path: Path) -> None:
    path = tmp_path / "deadly.py"
    path.write_text(BROKEN_RUN.replace("raise RuntimeError('my own bug')", "__import__('os')._exit(9)"))
    command = [sys.executable, "-m", "harness", "conform", "RST-004", "-j", "2", "--abi", str(path)]
    done = subprocess.run([*command, "--json", str(tmp_path / "out.json")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (8, "")
    (found,) = json.loads((tmp_path / "out.json").read_text())["rules"]
    assert found["verdict"] == "error"
    assert all("worker process died" in each["reason"] for each in found["results"])


@pytest.mark.parametrize(
    ("words", "status", "complaint"),
    [
        (["XYZ-001"], 3, "no rule, area or case has that name"),
        (["--abi", "nobody"], 3, "no ABI model is called 'nobody'"),
        (["--abi", "nowhere.py"], 3, "nowhere.py: No such file"),
        (
            ["AST", "--json", "nowhere/report.json"],
            3,
            "nowhere/report.json: cannot be written: there is no directory nowhere",
        ),
        (["AST", "--html", "."], 3, ".: cannot be written: this is a directory"),
        (["--on", "xen:nowhere"], 3, "neither a file nor a pinned release"),
        (["--shard", "3/2"], 2, "2/3, the second of three"),
        (["--on", "xen:README.md"], 3, "not an arm64 Image"),
        (["--mutations", "AST", "--junit", "report.xml"], 2, "combine them only with RULE and --tag"),
        (["--list", "--shard", "1/2"], 2, "combine them only with RULE and --tag"),
        (["--matrix", "AST"], 2, "--in and --matrix are for --mutations"),
        (["--mutations", "--in", "xen/nowhere.py"], 3, "xen/nowhere.py: nothing is mutated there"),
        (["--on", "xen:4.17", "--debug-build"], 2, "a real Xen says itself"),
        (["--tag", "nonsense"], 3, "no rule has the tag 'nonsense'"),
    ],
)
def test_bad_input_is_one_clear_line(words: list[str], status: int, complaint: str) -> None:
    command = [sys.executable, "-m", "harness", "conform", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert complaint in done.stderr.splitlines()[-1]
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_shards_are_all_rules_and_none_twice() -> None:
    subject = ModelSubject.of("xen-4.17")
    parts = [Plan(CATALOGUE, subject, shard=(part, 3)).rules for part in (1, 2, 3)]
    assert sorted(rule.id for part in parts for rule in part) == sorted(CATALOGUE.by_id)


def test_rules_can_be_listed_and_nothing_is_run() -> None:
    done = conform("AST", "--list")
    assert done.exit_code == 0
    assert [line[:7] for line in done.stdout.splitlines()] == [f"AST-00{number}" for number in range(1, 9)]
    assert done.stdout.splitlines()[-1].endswith("[#width]")


def test_as_and_vcpus_choose_the_configurations() -> None:
    plan = Plan(CATALOGUE, ModelSubject.of("xen-4.17"), CONFIGURATIONS[:1])
    assert {each.name for case in plan.cases for each in plan.configurations_of(case)} == {"dom0-1"}
    assert "vm_assist: 1 runs" in conform("AST", "--as", "domU", "--vcpus", 2).stdout


def test_what_needs_another_configuration_is_a_skip_that_says_so(tmp_path: Path) -> None:
    rule = next(rule for rule in CATALOGUE.rules if rule.needs == {"2 vCPUs"} and not rule.untestable)
    conform(rule.id, "--vcpus", 1, "--json", tmp_path / "out.json")
    (found,) = json.loads((tmp_path / "out.json").read_text())["rules"]
    assert (found["verdict"], found["reason"], found["results"]) == ("skip", "needs 2 vCPUs", [])


def test_the_same_command_writes_the_same_bytes(tmp_path: Path) -> None:
    outputs = [conform("AST", "SMC", "--json", tmp_path / name).stdout for name in ("one", "two")]
    assert outputs[0] == outputs[1]
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_workers_find_what_one_finds() -> None:
    one = conform("AST", "VER").stdout
    several = CliRunner().invoke(group, ["conform", "AST", "VER", "-j", "2"]).stdout
    assert one == several


def test_a_version_without_recordings_is_measured_by_the_next_older_one() -> None:
    assert find_recording("4.18").release == "4.17"
    assert find_recording("4.16-debug").release == "4.14-debug"
    with pytest.raises(InputError, match=r"nothing is recorded of a Xen 4\.5"):
        find_recording("4.5")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_an_interrupted_run_keeps_what_it_had(number: signal.Signals, tmp_path: Path) -> None:
    """The interruption comes when the first case has been shown, and so while later ones run."""
    path = tmp_path / "out.json"
    command = [sys.executable, "-u", "-m", "harness", "conform", "--json", str(path), "-j", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        os.kill(process.pid, number)
        out, err = process.communicate()
    assert process.returncode == 128 + number
    assert err == "harness: interrupted: these results are partial\n"
    found = json.loads(path.read_text())
    assert found["interrupted"] is True
    case = first.partition(":")[0]
    asked = {rule["id"] for rule in found["rules"] if rule["results"]}
    assert {rule.id for rule in CATALOGUE.select([case]).rules if not rule.untestable} <= asked
    assert len(asked) < len(CATALOGUE.rules) / 2
    assert out.rstrip().endswith("┘")


def test_a_stop_is_looked_at_before_a_case_is_handed_out() -> None:
    handed = []
    for runs in run(Plan(CATALOGUE, ModelSubject.of("xen-4.17")), 1, lambda: len(handed) == 2):
        handed.append(runs)
    assert len(handed) == 2


def test_only_cases_about_alignment_run_with_alignment_checks() -> None:
    model = ModelSubject.of("xen-4.17")
    cases = {case.name: for_case(model, case) for case in CATALOGUE.cases}
    checked = {name for name, subject in cases.items() if isinstance(subject, ModelSubject) and subject.check_alignment}
    assert checked == {"abort_ordered"}
    assert "--check-alignment" in cases["abort_ordered"].command("guest.S", CONFIGURATIONS[0])
    assert cases["abort_levels"] is model
