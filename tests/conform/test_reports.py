"""Reports: every verdict in every format, valid for its consumers whatever a guest has printed."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

from harness.conform.catalogue import CONFIGURATIONS, Case, Catalogue, Configuration, Departure, Rule
from harness.conform.observation import in_words
from harness.conform.report import html, junit, tap
from harness.conform.report import json as json_report
from harness.conform.report.files import RENDERERS, write
from harness.conform.report.summary import Report, counted, make_report, place_of
from harness.conform.report.terminal import details, table
from harness.conform.session import CaseRun, Plan
from harness.conform.subject import Answer, GuestEnd
from harness.conform.verdict import Result, Verdict

HOSTILE = 'bell \x07, </script><b>, ]]>, & "quotes" # and \\ \x1b[31m'
DOM0, DOM0_2, DOMU, _ = CONFIGURATIONS


@dataclass(frozen=True)
class Subject:
    """One that is never asked: its answers are in the report already."""

    name: str = "a <model> & co"
    model: str = "xen-4.17"
    release: str = "4.17"
    in_process: bool = True

    def ask(self, guest: object, configuration: Configuration, beside: bool = False) -> Answer:
        raise AssertionError

    def command(self, source: str, configuration: Configuration, beside: bool = False) -> str:
        return f"harness run {source} --vcpus {configuration.vcpus}"


def rule(number: int, **more: object) -> Rule:
    return Rule(f"AST-{number:03}", f"Sentence #{number} <of> it.", "a/file.c: f & g", "vm_assist", **more)  # type: ignore[arg-type]


PASSES, FAILS, ERRS, EXPECTED, KNOWN, UNCLAIMED = (rule(number) for number in range(1, 7))
UNTESTABLE = rule(7, untestable="nobody <can>")
DOMU_ONLY = rule(8, needs=frozenset({"domU"}))
RULES = (PASSES, FAILS, ERRS, EXPECTED, KNOWN, UNCLAIMED, UNTESTABLE, DOMU_ONLY)


def make(configurations: tuple[Configuration, ...] = (DOM0, DOM0_2), interrupted: bool = False) -> Report:
    """A report with every verdict in it; the failing rule passes with two vCPUs."""
    plan = Plan(Catalogue({"AST": "vm_assist: <title>"}, RULES), Subject(), configurations)
    answer = Answer({}, GuestEnd.CRASH, f"last words\n{HOSTILE}\n", ("(XEN) d0v0 " + HOSTILE,))
    case = Case("vm_assist", RULES[:6])
    runs = [CaseRun(case, each, answer, "", "", 0.5) for each in configurations]
    results = []
    for each in configurations:
        results += [
            Result(PASSES, each, Verdict.PASS, "result=0", "result=0"),
            Result(FAILS, each, Verdict.FAILURE, "result=-22", "result=0")
            if each == DOM0
            else Result(FAILS, each, Verdict.PASS, "result=0", "result=0"),
            Result(ERRS, each, Verdict.ERROR, None, None, f"a traceback\n{HOSTILE}"),
            Result(EXPECTED, each, Verdict.EXPECTED_FAILURE, "result=1", "result=1", "its design # says so"),
            Result(KNOWN, each, Verdict.KNOWN_FAILURE, "result=2", "result=3", "a reason"),
            Result(UNCLAIMED, each, Verdict.SKIP, None, None, "xen-4.17 does not claim it"),
        ]
    return make_report(plan, "4.17", runs, results, interrupted)


REPORT = make()


def test_a_rule_has_the_most_severe_of_its_verdicts_and_a_skip_only_where_all_skip() -> None:
    assert [each.verdict for each in REPORT.rules] == [
        Verdict.PASS,
        Verdict.FAILURE,
        Verdict.ERROR,
        Verdict.EXPECTED_FAILURE,
        Verdict.KNOWN_FAILURE,
        Verdict.SKIP,
        Verdict.SKIP,
        Verdict.SKIP,
    ]
    assert counted(REPORT.rules) == "1 pass, 1 expected failure, 1 known failure, 3 skip, 1 error, 1 failure"


def test_configurations_with_the_same_end_are_one_finding_and_the_worst_comes_first() -> None:
    fails = REPORT.rules[1]
    assert [(finding.verdict, finding.configurations) for finding in fails.findings] == [
        (Verdict.FAILURE, (DOM0,)),
        (Verdict.PASS, (DOM0_2,)),
    ]


def test_what_an_interrupted_run_did_not_come_to_is_not_in_its_report() -> None:
    plan = REPORT.plan
    report = make_report(plan, "4.17", [], [Result(PASSES, DOM0, Verdict.PASS, "", "")], interrupted=True)
    assert [each.rule.id for each in report.rules] == ["AST-001", "AST-007", "AST-008"]
    assert "Bail out! interrupted" in tap.render(report).splitlines()
    assert "Interrupted" in html.render(report)
    assert json.loads(json_report.render(report))["interrupted"] is True
    assert ET.fromstring(junit.render(report)).find(".//property[@name='interrupted']") is not None


def test_junit_counts_what_its_elements_are() -> None:
    root = ET.fromstring(junit.render(REPORT))
    (suite,) = root.findall("testsuite")
    assert suite.get("name") == "AST: vm_assist: <title>"
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "14", "failures": "1", "errors": "2", "skipped": "8"}
    assert all(root.get(name) == number for name, number in counts.items())
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases][:2] == ["AST-001 [dom0-1]", "AST-001 [dom0-2]"]
    assert {case.get("file") for case in cases} == {"guest_asm/conformance/vm_assist.S"}
    kinds = {(skipped.get("type"), skipped.get("message")) for skipped in suite.iter("skipped")}
    assert kinds == {
        ("xfail", "its design # says so"),
        ("xfail", "a reason"),
        ("skip", "xen-4.17 does not claim it"),
        ("skip", "nobody <can>"),
        ("skip", "needs domU"),
    }


def test_a_junit_failure_has_both_outcomes_in_words_and_an_error_the_guests_last_words() -> None:
    root = ET.fromstring(junit.render(REPORT))
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("message") == "result -EINVAL; expected result 0"
    assert "alone: harness run guest_asm/conformance/vm_assist.S --vcpus 1" in (failure.text or "")
    error = root.find(".//error")
    assert error is not None
    assert "last words" in (error.text or "")
    assert "bell \\x07" in (error.text or "")


POINT = re.compile(r"(not )?ok (\d+) - ((?:[^\\#]|\\[\\#])*?)(?: # (SKIP|TODO) ((?:[^\\#]|\\[\\#])+))?")


def test_tap_is_of_its_grammar_and_nothing_a_rule_says_becomes_a_directive() -> None:
    version, comment, plan, *lines = tap.render(REPORT).splitlines()
    assert (version, comment[:2], plan) == ("TAP version 14", "# ", "1..14")
    points = []
    while lines:
        found = POINT.fullmatch(lines.pop(0))
        assert found
        points.append(found)
        if lines and lines[0] == "  ---":
            end = lines.index("  ...")
            for line in lines[1:end]:
                key, _, value = line.strip().partition(": ")
                assert key.isalpha()
                json.loads(value)  # a JSON string is a YAML string
            del lines[: end + 1]
    assert [int(found[2]) for found in points] == list(range(1, 15))
    kinds = [(found[1] is None, found[4]) for found in points]
    assert kinds == [
        *[(True, None)] * 2,
        (False, None),
        (True, None),
        *[(False, None)] * 2,
        *[(False, "TODO")] * 4,
        *[(True, "SKIP")] * 4,
    ]


def test_json_says_all_that_was_found() -> None:
    found = json.loads(json_report.render(REPORT))
    assert (found["format"], found["version"]) == ("harness-conformance", 1)
    assert found["subject"] == {
        "name": "a <model> & co",
        "model": "xen-4.17",
        "release": "4.17",
        "measured_by": "4.17",
    }
    assert found["areas"]["AST"]["rules"] == 8
    assert found["areas"]["AST"]["expected failure"] == 1
    fails = found["rules"][1]
    assert (fails["id"], fails["verdict"], fails["line"]) == ("AST-002", "failure", place_of(FAILS)[1])
    assert fails["results"][0] == {
        "configuration": "dom0-1",
        "verdict": "failure",
        "observed": "result=-22",
        "observed_in_words": "result -EINVAL",
        "expected": "result=0",
        "expected_in_words": "result 0",
        "reason": "",
        "alone": "harness run guest_asm/conformance/vm_assist.S --vcpus 1",
    }


class Page(HTMLParser):
    """Checks that elements are nested, and keeps the attributes and the texts outside of style and script."""

    VOID = frozenset({"meta", "input", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text += data


def test_the_page_is_one_well_formed_file_that_asks_no_network_for_anything() -> None:
    page = Page(html.render(REPORT))
    attributes = [name for _, found in page.elements for name in found]
    assert not {"src", "href"} & set(attributes)
    assert "url(" not in html.render(REPORT)
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert {tag for tag, _ in page.elements}.isdisjoint({"b", "of", "model"})


def test_the_page_has_every_rule_with_its_verdict_and_opens_what_is_bad() -> None:
    page = Page(html.render(REPORT))
    entries = {found["id"]: found for tag, found in page.elements if tag == "details"}
    assert list(entries) == [each.id for each in RULES]
    assert {identity for identity, found in entries.items() if "open" in found} == {"AST-002", "AST-003"}
    boxes = {found["value"] for tag, found in page.elements if tag == "input" and found["type"] == "checkbox"}
    assert boxes == {found["data-kind"] for found in entries.values()} == {verdict.value for verdict in Verdict}
    for words in ("result -EINVAL", "Sentence #2 <of> it.", "nobody <can>", "its design # says so", HOSTILE[:4]):
        assert words in page.text


def test_the_terminal_tells_of_what_is_bad_and_only_of_that() -> None:
    lines = list(details(REPORT))
    assert [line for line in lines if line[:1].isupper()] == [
        "FAILURE AST-002 Sentence #2 <of> it.",
        "ERROR AST-003 Sentence #3 <of> it.",
    ]
    assert "  in:       dom0, 1 vCPU" in lines
    assert "    | last words" in lines
    assert table(REPORT).row_count == 2


def test_an_outcome_in_words_has_names_for_errnos_and_for_them_only() -> None:
    assert in_words("result=-22 written=48") == "result -EINVAL, written 48"
    assert in_words("first_result=-38 count=-22 result=22") == "first_result -ENOSYS, count -22, result 22"
    assert in_words("result=-99999") == "result -99999"
    assert in_words("untouched") == "untouched"
    assert in_words("") == "reported"
    assert in_words(None) == "not reported"


def test_a_rules_place_is_the_line_that_reports_it() -> None:
    path, line = place_of(PASSES)
    assert '"AST-001"' in path.read_text().splitlines()[line - 1]


@pytest.mark.parametrize("name", RENDERERS)
def test_every_report_is_written_to_its_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "report"
    write(name, path, REPORT)
    assert path.read_text() == RENDERERS[name](REPORT)


def test_a_departure_that_does_not_depart_is_a_pass() -> None:
    from harness.conform.verdict import expectation, judge

    departing = rule(1, departures=(Departure(("vmap",), "result=0", "no reason"),))
    answer = Answer({"AST-001": "result=0"}, GuestEnd.POWEROFF, "")
    same, other = (Answer({"AST-001": text}, GuestEnd.POWEROFF, "") for text in ("result=0", "result=5"))
    verdicts = [
        judge(departing, "vmap", DOMU, answer, expectation(departing, "vmap", DOMU, recorded)).verdict
        for recorded in (same, other)
    ]
    assert verdicts == [Verdict.PASS, Verdict.EXPECTED_FAILURE]
