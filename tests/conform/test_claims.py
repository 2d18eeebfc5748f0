"""Nine claims, decided by guests: under the models, on the real Xens, and compared with what the harness observed."""

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import harness
from harness.cli import main
from harness.cli.claims import command
from harness.conform.claims import BUDGET, Claim, ClaimVerdict, JudgedClaim, deterministic_lines, judge, judge_real
from harness.conform.nine_claims import CLAIMS
from harness.debug.stolen_time import watch_stolen_time
from harness.errors import InputError
from harness.events import EventBus, RunstatePublished
from harness.guest import Guest, load
from harness.oracle import run_guest
from harness.xen.hypervisor import BUILD_NS, WAKE_NS
from harness.xen.models.model import MODELS, find_model
from harness.xen.runstate.publication import Step

RELEASES = ("4.14", "4.17", "4.20")
UNORDERED = [claim for claim in CLAIMS.values() if not claim.ordered]
"""An order file names d1, and a real Xen takes none."""
KERNELS = CLAIMS[1].source.parent

the_guest: Callable[[Claim], Guest] = cache(lambda claim: load(claim.source))


def verdict(number: int, model: str) -> JudgedClaim:
    (found,) = judge(CLAIMS[number], [find_model(model)])
    return found


def console(claim: Claim, model: str, *, order: Path | None, dom0: bool = False, events: EventBus | None = None) -> str:
    """What a claim's kernel prints, run by hand."""
    with harness.boot(
        the_guest(claim),
        abi=model,
        vcpus=claim.vcpus,
        pcpus=claim.pcpus,
        order=order,
        dom0=dom0,
        events=events,
    ) as machine:
        machine.run(max_instructions=BUDGET)
        return machine.console.decode()


def number_behind(words: str, text: str) -> int:
    found = re.search(re.escape(words) + r" *(-?\d+)", text)
    assert found is not None, f"{words!r} is not in:\n{text}"
    return int(found[1])


# -- Under the models -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["xen-4.14", "xen-4.17", "xen-4.20", "vmap", "vmap-wmb", "phys"])
@pytest.mark.parametrize("number", CLAIMS)
def test_a_claim_is_decided_as_is_known_to_be_right(number: int, model: str) -> None:
    found = verdict(number, model)
    assert found.expected is not None
    assert found.verdict is found.expected, found.console
    assert found.as_expected
    assert found.evidence


def test_there_are_nine_claims_and_each_kernel_and_order_file_belongs_to_one() -> None:
    assert list(CLAIMS) == list(range(1, 10))
    assert sorted(KERNELS.glob("[0-9]*.S")) == sorted(claim.source for claim in CLAIMS.values())
    assert sorted(KERNELS.glob("*.order")) == sorted(claim.order for claim in CLAIMS.values() if claim.order)


def test_every_shipped_model_has_a_known_verdict_for_every_claim() -> None:
    for claim in CLAIMS.values():
        assert set(claim.expected) == set(MODELS)


def test_a_model_of_ones_own_is_judged_by_the_same_rules_and_not_against_an_expectation() -> None:
    mine = replace(find_model("vmap"), name="mine")
    (found,) = judge(CLAIMS[4], [mine])
    assert (found.verdict, found.expected, found.as_expected) == (ClaimVerdict.HOLDS, None, True)


@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
@pytest.mark.parametrize("claim", UNORDERED, ids=lambda claim: claim.kernel)
def test_dom0_and_a_domu_come_to_the_same_lines(claim: Claim, model: str) -> None:
    domu, dom0 = (console(claim, model, order=None, dom0=dom0) for dom0 in (False, True))
    assert deterministic_lines(domu) == deterministic_lines(dom0)


# -- What is no verdict ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", CLAIMS)
def test_a_kernel_that_says_nothing_decides_nothing(number: int) -> None:
    verdict, _, evidence = CLAIMS[number].decide("")
    assert (verdict, evidence) == (ClaimVerdict.UNDECIDED, ())


@pytest.mark.parametrize("text", ["        brk #1\n", "1:      b 1b\n", "1:      wfi\n        b 1b\n"])
def test_a_kernel_that_crashes_hangs_or_waits_for_ever_is_undecided_and_never_as_expected(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.conform.claims.BUDGET", 100_000)
    source = (
        f'#include "lib/kernel.h"\n    .text\nkernel_main:\n    print "claim 1: here"\n{text}#include "lib/end.S"\n'
    )
    path = tmp_path / "kernel.S"
    path.write_text(source)
    claim = replace(CLAIMS[1], kernel=str(path.with_suffix("")))
    (found,) = judge(claim, [find_model("vmap")])
    assert found.verdict is ClaimVerdict.UNDECIDED
    assert not found.as_expected
    assert found.words


@pytest.mark.parametrize("number", [7, 8])
def test_without_its_order_of_steps_a_claim_does_not_apply(number: int) -> None:
    claim = CLAIMS[number]
    verdict, words, _ = claim.decide(console(claim, "vmap", order=None))
    assert verdict is ClaimVerdict.DOES_NOT_APPLY
    assert "order" in words


# -- What the guest says is what happened ---------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["xen-4.17", "vmap", "phys"])
def test_the_stolen_time_that_the_guest_takes_for_true_is_the_schedulers(model: str) -> None:
    events = EventBus()
    truth, _ = watch_stolen_time(events, (1, 0))
    text = console(CLAIMS[3], model, order=None, events=events)
    since_it_runs = truth.stolen_ns - BUILD_NS - WAKE_NS
    assert number_behind("stolen by the counter", text) == pytest.approx(since_it_runs, rel=0.001)
    assert number_behind("preempted in user mode:", text) * 2 == truth.updates_in_user_mode


def test_user_memory_is_overwritten_by_updates_that_xen_takes_for_successful() -> None:
    events = EventBus()
    seen: list[RunstatePublished] = []
    events.listen(RunstatePublished, seen.append)
    console(CLAIMS[1], "xen-4.17", order=None, events=events)
    in_user_mode = [event for event in seen if event.el == 0]
    assert len(in_user_mode) == 8, "two for each wait"
    assert all(event.written == event.wanted for event in in_user_mode)


def test_a_torn_snapshot_is_wrong_by_the_time_that_the_update_is_about() -> None:
    text = console(CLAIMS[7], "vmap", order=CLAIMS[7].order)
    assert number_behind("the first torn one is wrong by", text) == pytest.approx(-1_000_000, rel=0.001)


STORES = ["STORE_ENTRY_TIME", "STORE_ENTRY_TIME 2", *(f"STORE_ALL.{piece}" for piece in range(6))]
PAUSES = "".join(
    f"  before {step} run 4000\n"
    for step in (Step.STORE_ALL.name, f"{Step.READ_ASSIST.name} 2", Step.CLEAR_FLAG.name, Step.UNLOCK.name)
)


def pairs_that_tear(model: str, directory: Path) -> set[tuple[str, str]]:
    """Which two stores of one update have to be late for the reader to take a torn snapshot for good."""
    tearing = set()
    for pair in itertools.combinations(STORES, 2):
        path = directory / "order"
        path.write_text("at d1v0 entering 3\n" + "".join(f"  hold {store}\n" for store in pair) + PAUSES)
        if number_behind("torn snapshots taken for good:", console(CLAIMS[7], model, order=path)):
            tearing.add(pair)
    return tearing


def test_under_the_patch_a_snapshot_is_torn_when_both_stores_of_the_flag_are_late(tmp_path: Path) -> None:
    assert pairs_that_tear("vmap", tmp_path) == {("STORE_ENTRY_TIME", "STORE_ALL.1")}


def test_with_the_barrier_no_two_late_stores_tear_a_snapshot(tmp_path: Path) -> None:
    assert pairs_that_tear("vmap-wmb", tmp_path) == set()


def test_accounting_goes_on_when_the_assist_is_on_again_and_makes_up_for_the_time_between() -> None:
    lines = verdict(8, "vmap").console.splitlines()
    assert lines[-3:-1] == [
        "claim 8: assist on again: flag left in the area: no",
        "claim 8: its times grow in three waits: yes",
    ]


# -- On the real Xens -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", UNORDERED, ids=lambda claim: claim.kernel)
@pytest.mark.parametrize("release", RELEASES)
def test_a_real_xen_prints_what_its_model_does(claim: Claim, release: str, real_xen: Callable[[str], str]) -> None:
    (found,) = judge_real(claim, [real_xen(release)])
    assert found.verdict is claim.expected[f"xen-{release}"], found.console
    (modelled,) = judge(claim, [find_model(f"xen-{release}")])
    assert deterministic_lines(found.console) == deterministic_lines(modelled.console)


@pytest.mark.parametrize("claim", UNORDERED, ids=lambda claim: claim.kernel)
def test_a_domu_of_the_real_xen_prints_it_too(claim: Claim, real_xen: Callable[[str], str]) -> None:
    run = run_guest(the_guest(claim).flat(), xen=real_xen("4.17"), domu=True, vcpus=claim.vcpus)
    assert deterministic_lines(run.console.decode()) == deterministic_lines(console(claim, "xen-4.17", order=None))


@pytest.mark.parametrize("number", [7, 8])
def test_a_real_xen_is_not_asked_for_what_needs_an_order_of_steps(number: int) -> None:
    assert list(judge_real(CLAIMS[number], RELEASES)) == []


# -- The command ----------------------------------------------------------------------------------------------------


def test_the_command_prints_one_table_that_fits_a_hundred_columns_and_ends_with_0(tmp_path: Path) -> None:
    path = tmp_path / "claims.json"
    result = CliRunner().invoke(command, ["--json", str(path)])
    assert result.exit_code == 0, result.output
    assert max(len(line) for line in result.output.splitlines()) <= 100
    records = json.loads(path.read_text())
    assert len(records) == 9 * len(MODELS)
    assert all(record["as_expected"] for record in records)
    for record in records:
        assert record["verdict"] in result.output
        assert all(f"claim {record['claim']}: {line}" in record["console"] for line in record["evidence"])


def test_the_command_takes_claims_and_models() -> None:
    result = CliRunner().invoke(command, ["4", "2", "--abi", "vmap"])
    assert result.exit_code == 0, result.output
    assert "1. " not in result.output
    assert "xen-4.17" not in result.output
    assert result.output.index("2. Between break and make") < result.output.index("4. A stable ABI")


OWN_MODEL = """
from harness.models import XEN_4_20, AbiModel, VmapDelivery


class Forgiving(VmapDelivery):
    def register(self, vcpu, current, address):
        super().register(vcpu, current, address)
        return 0


MODEL = AbiModel("forgiving", "vmap that says 0 to all", XEN_4_20, Forgiving)
"""


def test_the_command_takes_a_model_of_ones_own_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "forgiving.py"
    path.write_text(OWN_MODEL)
    result = CliRunner().invoke(command, ["4", "5", "--abi", str(path)])
    assert result.exit_code == 0, result.output
    rows = [line for line in result.output.splitlines() if "forgiving" in line]
    assert ["does not hold" in row for row in rows] == [True, False]
    assert "holds" in rows[1]


def test_a_verdict_that_is_not_the_known_one_is_marked_and_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(CLAIMS[4], expected={"vmap": ClaimVerdict.DOES_NOT_HOLD})
    monkeypatch.setitem(CLAIMS, 4, wrong)
    result = CliRunner().invoke(command, ["4", "--abi", "vmap"])
    assert result.exit_code == 1
    assert "holds (!)" in result.output
    assert "claim 4, vmap: holds; does not hold was expected" in result.output


def test_real_xens_get_rows_of_their_own(real_xen: Callable[[str], str]) -> None:
    for release in RELEASES:
        real_xen(release)
    result = CliRunner().invoke(command, ["2", "--abi", "xen-4.17", "--real"])
    assert result.exit_code == 0, result.output
    for release in RELEASES:
        assert f"real {release}" in result.output


def test_an_unknown_model_and_a_file_that_cannot_be_written_are_bad_input(tmp_path: Path) -> None:
    for arguments in (["--abi", "xen-3"], ["4", "--abi", "vmap", "--json", str(tmp_path / "none" / "file")]):
        result = CliRunner().invoke(command, arguments)
        assert isinstance(result.exception, InputError)


@pytest.mark.parametrize("number", ["0", "10", "all"])
def test_there_is_no_other_claim(number: str) -> None:
    assert CliRunner().invoke(command, [number]).exit_code == 2


def test_the_command_is_in_the_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["harness", "--help"])
    with pytest.raises(SystemExit):
        main()
    assert "claims" in capsys.readouterr().out
