"""TAP 14 (testanything.org/tap-version-14-specification.html): a test point for each result.

Expected and known failures are ``not ok`` with the directive TODO, which consumers do not count as a failure. Every
point that is not ok has both observations in a YAML block. Its strings are written as JSON, which is valid YAML.
"""

import json

from harness.conform.observation import in_words
from harness.conform.report.summary import Report, RuleReport, place_of, shown
from harness.conform.verdict import Result, Verdict


def render(report: Report) -> str:
    """Render the whole stream."""
    points: list[list[str]] = []
    for each in report.rules:
        if not each.results:
            points.append([f"{each.rule.id} {each.rule.sentence}", f"SKIP {each.reason}"])
        points.extend(_point(report, each, result) for result in each.results)
    lines = ["TAP version 14", f"# {_one_line(report.headline)}", f"1..{len(points)}"]
    for number, (description, directive, *diagnostics) in enumerate(points, start=1):
        ok = "not ok" if diagnostics else "ok"
        after = f" # {_escape(directive)}" if directive else ""
        lines.append(f"{ok} {number} - {_escape(description)}{after}")
        lines += [f"  {line}" for line in diagnostics]
    if report.interrupted:
        lines.append("Bail out! interrupted")
    return "\n".join(lines) + "\n"


def _point(report: Report, each: RuleReport, result: Result) -> list[str]:
    """A description, a directive (may be empty), and, if the point is not ok, the lines of its YAML block."""
    description = f"{result.name} {each.rule.sentence}"
    match result.verdict:
        case Verdict.PASS:
            return [description, ""]
        case Verdict.SKIP:
            return [description, f"SKIP {result.reason}"]
        case Verdict.EXPECTED_FAILURE | Verdict.KNOWN_FAILURE:
            directive = f"TODO {result.verdict.value}: {result.reason}"
        case _:
            directive = ""
    path, line = place_of(each.rule)
    return [
        description,
        directive,
        "---",
        f"verdict: {json.dumps(result.verdict.value)}",
        f"observed: {json.dumps(in_words(result.observed, result.expected))}",
        f"expected: {json.dumps(in_words(result.expected, result.observed))}",
        *([f"reason: {json.dumps(result.reason.strip())}"] if result.reason else []),
        f"at: {json.dumps(f'{shown(path)}:{line}')}",
        f"alone: {json.dumps(report.command(result))}",
        "...",
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escape(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace("#", "\\#")
