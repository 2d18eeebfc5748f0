"""The terminal report of a run: each failure with the command that shows it, and a table by area."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.conform.catalogue import words_of
from harness.conform.observation import in_words
from harness.conform.report.summary import ORDER, Finding, Report, RuleReport, count, interesting_lines, place_of, shown
from harness.conform.verdict import Verdict

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {Verdict.PASS: "green", Verdict.ERROR: "bold red", Verdict.FAILURE: "bold red"}


def details(report: Report) -> Iterator[str]:
    """The lines about every rule that failed or could not be judged."""
    for each in report.bad:
        yield f"{each.verdict.value.upper()} {each.rule.id} {each.rule.sentence}"
        for finding in each.findings:
            if not finding.verdict.is_good:
                yield from _finding(report, each, finding)
        yield ""


def _finding(report: Report, each: RuleReport, finding: Finding) -> Iterator[str]:
    yield f"  in:       {words_of(finding.configurations)}"
    if finding.observed is not None or not finding.reason:
        yield f"  observed: {in_words(finding.observed, finding.expected)}"
    if finding.expected is not None:
        yield f"  expected: {in_words(finding.expected, finding.observed)}"
    for number, line in enumerate(finding.reason.strip().splitlines()):
        yield f"  {'why:     ' if number == 0 else '         '} {line}"
    if finding.verdict is Verdict.ERROR and finding.observed is None:
        run = report.run_of.get((each.rule.case, finding.configurations[0]))
        for line in interesting_lines(run) if run is not None else ():
            yield f"    | {line}"
    path, line_number = place_of(each.rule)
    yield f"  guest:    {shown(path)}:{line_number}"
    result = next(result for result in each.results if result.configuration == finding.configurations[0])
    yield f"  alone:    {report.command(result)}"


def table(report: Report) -> "Table":
    """The table: a row for each area, and the total."""
    from rich.table import Table

    result = Table(highlight=False, title_justify="left", title=report.headline)
    result.add_column("area", overflow="fold")
    result.add_column("rules", justify="right", no_wrap=True)
    for verdict in ORDER:
        result.add_column(verdict.value.replace(" ", "\n"), justify="right", min_width=4)
    for area, rules in report.by_area.items():
        title = report.areas[area].partition(":")[0]
        result.add_row(f"{area} {title}", f"{len(rules)}", *_numbers(rules))
    result.add_section()
    result.add_row("all", f"{len(report.rules)}", *_numbers(report.rules))
    return result


def _numbers(rules: tuple[RuleReport, ...]) -> Iterator[str]:
    counts = count(rules)
    for verdict in ORDER:
        number = counts.get(verdict, 0)
        style = _STYLES.get(verdict, "yellow")
        yield f"[{style}]{number}[/]" if number else "[dim]0[/]"
