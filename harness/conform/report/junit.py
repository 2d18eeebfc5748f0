"""JUnit XML, as written by pytest and read by Jenkins and GitLab: a suite for each area, a case for each result.

A failure or error contains both observations. Known and expected failures are skipped, with ``xfail`` as their type.
"""

import re
import xml.etree.ElementTree as ET

from harness.conform.observation import in_words
from harness.conform.report.summary import Report, RuleReport, interesting_lines, place_of, shown
from harness.conform.verdict import Result, Verdict
from harness.words import in_one_line

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that an XML document cannot contain, not even escaped (XML 1.0, section 2.2)."""

_ELEMENTS = {
    Verdict.FAILURE: "failure",
    Verdict.ERROR: "error",
    Verdict.SKIP: "skipped",
    Verdict.EXPECTED_FAILURE: "skipped",
    Verdict.KNOWN_FAILURE: "skipped",
}
_TYPES = {Verdict.SKIP: "skip", Verdict.EXPECTED_FAILURE: "xfail", Verdict.KNOWN_FAILURE: "xfail"}


def render(report: Report) -> str:
    """Render the whole document."""
    root = ET.Element("testsuites", name=f"harness conform: {report.subject.name}")
    for area, rules in report.by_area.items():
        suite = ET.SubElement(root, "testsuite", name=f"{area}: {report.areas[area]}")
        properties = ET.SubElement(suite, "properties")
        ET.SubElement(properties, "property", name="measured by", value=f"Xen {report.measured_by}")
        if report.interrupted:
            ET.SubElement(properties, "property", name="interrupted", value="yes")
        for each in rules:
            _add_cases(suite, report, each)
        _add_counts(suite)
    _add_counts(root)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add_cases(suite: ET.Element, report: Report, each: RuleReport) -> None:
    path, line = place_of(each.rule)
    place = {"classname": f"conform.{each.rule.area}", "file": str(shown(path)), "line": str(line)}
    if not each.results:
        case = ET.SubElement(suite, "testcase", place, name=each.rule.id, time="0")
        ET.SubElement(case, "skipped", type="skip", message=_text(each.reason))
    for result in each.results:
        run = report.run_of.get((each.rule.case, result.configuration))
        # One run answers for many rules. Each gets its share of the time, so that the sum is right.
        seconds = run.seconds / max(1, len(run.case.rules)) if run is not None else 0.0
        case = ET.SubElement(suite, "testcase", place, name=result.name, time=f"{seconds:.6f}")
        if result.verdict is not Verdict.PASS:
            _add_verdict(case, report, result)


def _add_verdict(case: ET.Element, report: Report, result: Result) -> None:
    message = result.reason
    if result.verdict is Verdict.FAILURE or not message:
        message = f"{in_words(result.observed, result.expected)}; expected {in_words(result.expected, result.observed)}"
    element = ET.SubElement(case, _ELEMENTS[result.verdict], message=_text(in_one_line(message)))
    element.set("type", _TYPES.get(result.verdict, result.verdict.value))
    if result.verdict is Verdict.SKIP:
        return
    lines = [
        result.rule.sentence,
        f"observed: {in_words(result.observed, result.expected)}",
        f"expected: {in_words(result.expected, result.observed)}",
        *([f"why: {result.reason.strip()}"] if result.reason else []),
        f"alone: {report.command(result)}",
    ]
    run = report.run_of.get((result.rule.case, result.configuration))
    if result.verdict is Verdict.ERROR and run is not None:
        lines += ["", *interesting_lines(run)]
    element.text = _text("\n".join(lines))


def _add_counts(element: ET.Element) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for attribute, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(sum(case.find(child) is not None for case in cases)))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.6f}")


def _text(text: str) -> str:
    return _NOT_XML.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
