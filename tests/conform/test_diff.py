"""``harness diff``: what a guest notices, in words, with the reason if it is known."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import group
from harness.conform.catalogue import load_catalogue

ODD = """
from harness.models import XEN_4_17, AbiModel, VmapDelivery

MODEL = AbiModel("odd", "the patch on 4.17", XEN_4_17, VmapDelivery)
"""


def diff(*words: object) -> Result:
    return CliRunner().invoke(group, ["diff", *map(str, words), "-j", "1"])


def test_nothing_differs_is_one_line_and_status_0() -> None:
    done = diff("xen-4.17", "xen-4.17", "AST")
    assert (done.exit_code, done.stdout) == (0, "xen-4.17 keeps all 8 rules as xen-4.17 does\n")


def test_a_change_by_design_has_both_outcomes_in_words_and_the_reason_and_status_1() -> None:
    done = diff("xen-4.17", "vmap", "RST-001", "RST-004")
    reason = load_catalogue().by_id["RST-004"].departures[0].reason
    assert done.exit_code == 1
    headline, _, area, *lines = done.stdout.splitlines()
    assert headline == "vmap breaks 1 of 2 rules of xen-4.17: 1 by design (1 RST)"
    assert area.startswith("RST ")
    assert lines == [
        "  RST-004 An address that is a multiple of 4 only is accepted, and Xen fills the area there.",
        "    xen-4.17: result 0, from 0, to 47",
        "    vmap:     result -EINVAL, untouched",
        f"    why:      {reason}",
    ]


def test_a_change_that_the_release_explains_says_which() -> None:
    done = diff("xen-4.17", "xen-4.20", "SMC-001")
    assert done.stdout.startswith("xen-4.20 breaks 1 of 1 rules of xen-4.17: 1 by release (1 SMC)\n")
    assert done.stdout.endswith("why:      as Xen 4.20\n")


def test_a_change_as_another_models_design_has_it_says_whose(tmp_path: Path) -> None:
    path = tmp_path / "odd.py"
    path.write_text(ODD)
    done = diff("xen-4.17", path, "RST-004")
    assert done.stdout.startswith("odd breaks 1 of 1 rules of xen-4.17: 1 by design")
    assert re.search("why: +as vmap and vmap-wmb: ", done.stdout)


def test_a_change_that_nobody_explains_says_so(tmp_path: Path) -> None:
    path = tmp_path / "odd.py"
    path.write_text(ODD.replace("XEN_4_17", "RELEASE").replace("MODEL =", "import dataclasses\nMODEL ="))
    text = path.read_text().replace("import RELEASE", "import XEN_4_17")
    text = text.replace("RELEASE, VmapDelivery", "dataclasses.replace(XEN_4_17, smccc_version=0x1_0000), VmapDelivery")
    path.write_text(text)
    done = diff("xen-4.17", path, "SMC-001")
    assert done.stdout.startswith("odd breaks 1 of 1 rules of xen-4.17: 1 unexplained (1 SMC)")
    assert "why:" not in done.stdout


def test_a_change_in_some_configurations_only_says_in_which(tmp_path: Path) -> None:
    path = tmp_path / "odd.py"
    path.write_text(ODD)
    done = diff("xen-4.14", "xen-4.17", "VER-010", "--json", tmp_path / "out.json")
    assert re.search("when: +dom0\n", done.stdout)
    assert re.search("when: +domU\n", done.stdout)
    changes = json.loads((tmp_path / "out.json").read_text())["rules"][0]["changes"]
    assert [change["configurations"] for change in changes] == [["dom0-1", "dom0-2"], ["domU-1", "domU-2"]]


def test_json_and_page_say_what_the_terminal_says(tmp_path: Path) -> None:
    done = diff("xen-4.17", "vmap", "RST-004", "--json", tmp_path / "out.json", "--html", tmp_path / "out.html")
    found = json.loads((tmp_path / "out.json").read_text())
    assert (found["format"], found["version"], found["asked"], found["problems"]) == ("harness-diff", 1, 1, [])
    assert found["headline"] == done.stdout.splitlines()[0]
    (changed,) = found["rules"]
    assert (changed["id"], changed["cause"]) == ("RST-004", "by design")
    assert changed["changes"][0]["after_in_words"] == "result -EINVAL, untouched"
    page = (tmp_path / "out.html").read_text()
    assert 'id="RST-004" data-kind="by design" open' in page
    assert "result -EINVAL, untouched" in page


def test_a_rule_that_cannot_be_compared_is_an_error_and_status_8(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    broken = "class Broken(VmapDelivery):\n    def register(self, *_):\n        raise RuntimeError\n\n\n"
    path.write_text(ODD.replace("VmapDelivery)", "Broken)").replace("MODEL =", broken + "MODEL ="))
    done = diff(path, path, "RST-004")
    assert done.exit_code == 8
    assert "odd keeps 0 of 1 rules as odd does; see the errors\n" in done.stdout
    assert f"ERROR RST-004 could not be compared: {path}:6: RuntimeError" in done.stdout


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["xen-4.17", "nobody"], "no ABI model is called 'nobody'"),
        (["xen-4.17", "xen:nowhere"], "neither a file nor a pinned release"),
        (["xen-4.17", "vmap", "XYZ"], "no rule, area or case"),
        (
            ["xen-4.17", "vmap", "--json", "nowhere/out.json"],
            "nowhere/out.json: cannot be written: there is no directory nowhere",
        ),
    ],
)
def test_bad_input_is_refused_before_anything_is_run(words: list[str], complaint: str) -> None:
    done = diff(*words)
    assert complaint in str(done.exception)
    assert done.stdout == ""


def test_the_model_of_a_release_and_the_real_xen_do_not_differ(real_xen: Callable[[str], str]) -> None:
    done = diff("xen-4.17", f"xen:{real_xen('4.17')}", "AST", "VCP")
    assert done.exit_code == 0, done.stdout


def test_model_and_real_xen_agree_on_every_rule_that_is_asked(real_xen: Callable[[str], str]) -> None:
    done = CliRunner().invoke(group, ["oracle", "agree", "AST", "--xen", real_xen("4.17")])
    assert done.exit_code == 0
    assert re.search(r"│ AST +│ +8/8 │", done.stdout)
