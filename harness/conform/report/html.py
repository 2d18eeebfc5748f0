"""The HTML report of a run: areas, rules and observations in words, with a filter by text and verdict."""

from collections.abc import Iterator, Mapping
from html import escape
from types import MappingProxyType

from harness.conform.catalogue import words_of
from harness.conform.observation import in_words
from harness.conform.report.page import badge, entry, filter_form, page, section, table
from harness.conform.report.summary import ORDER, Report, RuleReport, count, counted, interesting_lines, place_of, shown
from harness.conform.verdict import EXPLANATIONS, Verdict

_STYLES: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.PASS: "good",
        Verdict.EXPECTED_FAILURE: "mild",
        Verdict.KNOWN_FAILURE: "mild",
        Verdict.SKIP: "",
        Verdict.ERROR: "bad",
        Verdict.FAILURE: "bad",
    }
)


def render(report: Report) -> str:
    """Render the whole page."""
    counts = count(report.rules)
    kinds = [(verdict.value, _STYLES[verdict], counts[verdict]) for verdict in ORDER if counts.get(verdict)]
    title = f"{report.subject.name}: the arm64 guest ABI"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="lead">{escape(counted(report.rules))}. Compared with what was recorded from Xen '
        f"{escape(report.measured_by)}.</p>",
        *(['<p class="warning">Interrupted: these are partial results.</p>'] if report.interrupted else []),
        table(("area", "subject", "rules", *(verdict.value for verdict in ORDER)), _rows(report), numbers=True),
        filter_form(kinds),
    ]
    for area, rules in report.by_area.items():
        parts.append(section(f"{area} {report.areas[area]}", counted(rules), (_rule(report, each) for each in rules)))
    parts.append(table(("verdict", "what it means"), ((each.value, EXPLANATIONS[each]) for each in ORDER)))
    return page(title, "\n".join(parts))


def _rows(report: Report) -> Iterator[list[str]]:
    for area, rules in (*report.by_area.items(), ("all", report.rules)):
        counts = count(rules)
        title = report.areas.get(area, "").partition(":")[0]
        yield [area, title, str(len(rules)), *(str(counts.get(verdict, 0)) for verdict in ORDER)]


def _rule(report: Report, each: RuleReport) -> str:
    mark = badge(each.verdict.value, _STYLES[each.verdict])
    inside = "\n".join([f"<p>Source: <code>{escape(each.rule.source)}</code></p>", *_inside(report, each)])
    is_open = not each.verdict.is_good
    return entry(each.rule.id, each.rule.sentence, mark, each.verdict.value, inside, is_open=is_open)


def _inside(report: Report, each: RuleReport) -> Iterator[str]:
    if not each.results:
        yield f"<p>Not asked: {escape(each.reason)}</p>"
        return
    yield table(
        ("when", "verdict", "observed", "expected", "why"),
        (
            (
                words_of(finding.configurations),
                finding.verdict.value,
                in_words(finding.observed, finding.expected),
                in_words(finding.expected, finding.observed),
                finding.reason,
            )
            for finding in each.findings
        ),
    )
    path, line = place_of(each.rule)
    worst = each.findings[0]
    result = next(result for result in each.results if result.configuration == worst.configurations[0])
    yield f"<p>Guest: <code>{escape(str(shown(path)))}:{line}</code></p>"
    yield f"<pre>{escape(report.command(result))}</pre>"
    run = report.run_of.get((each.rule.case, result.configuration))
    if worst.verdict is Verdict.ERROR and run is not None:
        yield f"<pre>{escape(chr(10).join(interesting_lines(run)))}</pre>"
