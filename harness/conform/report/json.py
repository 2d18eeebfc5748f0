"""The JSON report of a run, for programs.

Version 1 is::

    {"format": "harness-conformance", "version": 1,
     "subject": {"name": ..., "model": ..., "release": ..., "measured_by": ...},
     "interrupted": false,
     "areas": {"AST": {"title": ..., "rules": 8, "pass": 8, "expected failure": 0, ...}, ...},
     "rules": [{"id": "AST-001", "area": "AST", "rule": <sentence>, "source": ..., "case": ..., "file": ...,
                "line": ..., "verdict": <the most severe>, "reason": <why it was not asked, or "">,
                "results": [{"configuration": "dom0-1", "verdict": ..., "observed": "result=-22",
                             "observed_in_words": "result -EINVAL", "expected": ..., "expected_in_words": ...,
                             "reason": ..., "alone": <command>}, ...]}, ...]}

``observed`` and ``expected`` are null if there is none. The document contains no times, so the same run gives the same
bytes. Version 1 may get further keys later, but no other changes.
"""

import json
from typing import Any

from harness.conform.observation import in_words
from harness.conform.report.summary import ORDER, Report, RuleReport, count, place_of, shown
from harness.conform.verdict import Result

VERSION = 1


def render(report: Report) -> str:
    """Render the whole document."""
    document = {
        "format": "harness-conformance",
        "version": VERSION,
        "subject": {
            "name": report.subject.name,
            "model": report.subject.model,
            "release": report.subject.release,
            "measured_by": report.measured_by,
        },
        "interrupted": report.interrupted,
        "areas": {area: _area(report.areas[area], rules) for area, rules in report.by_area.items()},
        "rules": [_rule(report, each) for each in report.rules],
    }
    return json.dumps(document, indent=1) + "\n"


def _area(title: str, rules: tuple[RuleReport, ...]) -> dict[str, Any]:
    counts = count(rules)
    return {"title": title, "rules": len(rules), **{verdict.value: counts.get(verdict, 0) for verdict in ORDER}}


def _rule(report: Report, each: RuleReport) -> dict[str, Any]:
    path, line = place_of(each.rule)
    return {
        "id": each.rule.id,
        "area": each.rule.area,
        "rule": each.rule.sentence,
        "source": each.rule.source,
        "case": each.rule.case,
        "file": str(shown(path)),
        "line": line,
        "verdict": each.verdict.value,
        "reason": each.reason,
        "results": [_result(report, result) for result in each.results],
    }


def _result(report: Report, result: Result) -> dict[str, Any]:
    return {
        "configuration": result.configuration.name,
        "verdict": result.verdict.value,
        "observed": result.observed,
        "observed_in_words": in_words(result.observed, result.expected),
        "expected": result.expected,
        "expected_in_words": in_words(result.expected, result.observed),
        "reason": result.reason,
        "alone": report.command(result),
    }
