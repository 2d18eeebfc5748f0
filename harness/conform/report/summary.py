"""The results of a run of the suite, by rule and by area. Every report is made from them."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.conform.catalogue import ANOTHER_DOMAIN, Case, Configuration, Rule
from harness.conform.session import CaseRun, Plan
from harness.conform.subject import Subject
from harness.conform.verdict import SEVERITY, Result, Verdict

ORDER = (
    Verdict.PASS,
    Verdict.EXPECTED_FAILURE,
    Verdict.KNOWN_FAILURE,
    Verdict.SKIP,
    Verdict.ERROR,
    Verdict.FAILURE,
)
"""The order of the verdicts in reports."""


@dataclass(frozen=True)
class Finding:
    """The same result for a rule in one or more configurations."""

    verdict: Verdict
    observed: str | None
    expected: str | None
    reason: str
    configurations: tuple[Configuration, ...]


@dataclass(frozen=True)
class RuleReport:
    """A rule and its results in each configuration. If there are none, ``reason`` says why it was not run."""

    rule: Rule
    results: tuple[Result, ...]
    reason: str = ""

    @property
    def verdict(self) -> Verdict:
        """The most severe of its verdicts; SKIP only if there is no other."""
        return max((result.verdict for result in self.results), key=SEVERITY.__getitem__, default=Verdict.SKIP)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Its different results, the most severe first."""
        same: dict[tuple[Verdict, str | None, str | None, str], list[Configuration]] = {}
        for each in self.results:
            key = (each.verdict, each.observed, each.expected, each.reason)
            same.setdefault(key, []).append(each.configuration)
        found = [Finding(*key, tuple(configurations)) for key, configurations in same.items()]
        return tuple(sorted(found, key=lambda finding: -SEVERITY[finding.verdict]))


@dataclass(frozen=True)
class Report:
    """A whole run. ``measured_by`` is the release whose recordings are the expectations."""

    plan: Plan
    measured_by: str
    rules: tuple[RuleReport, ...]
    runs: tuple[CaseRun, ...]
    interrupted: bool = False

    @property
    def subject(self) -> Subject:
        """The model or Xen that was tested."""
        return self.plan.subject

    @property
    def headline(self) -> str:
        """The subject, and the release that it is compared with."""
        return f"{self.subject.name}, compared with what was recorded from Xen {self.measured_by}"

    @cached_property
    def run_of(self) -> Mapping[tuple[str, Configuration], CaseRun]:
        """The runs by case and configuration."""
        return {(run.case.name, run.configuration): run for run in self.runs}

    @cached_property
    def by_area(self) -> Mapping[str, tuple[RuleReport, ...]]:
        """The rules' reports by the letters of their area, in the catalogue's order."""
        found = {area: tuple(each for each in self.rules if each.rule.area == area) for area in self.areas}
        return {area: rules for area, rules in found.items() if rules}

    @property
    def areas(self) -> Mapping[str, str]:
        """The title of every area."""
        return self.plan.catalogue.areas

    @property
    def bad(self) -> tuple[RuleReport, ...]:
        """The rules that failed, or could not be judged."""
        return tuple(each for each in self.rules if not each.verdict.is_good)

    def command(self, result: Result) -> str:
        """The shell command that runs a result's guest alone."""
        source = str(shown(Case(result.rule.case, ()).source))
        return self.subject.command(source, result.configuration, ANOTHER_DOMAIN in result.rule.needs)


def make_report(
    plan: Plan, measured_by: str, runs: Sequence[CaseRun], results: Iterable[Result], interrupted: bool
) -> Report:
    """Combine a run's results by rule; rules that an interrupted run did not reach are left out."""
    judged = {each.rule.id: each for each in by_rule(results)}
    rules = []
    for rule in plan.rules:
        why_not = rule.untestable or _why_not_asked(rule, plan.configurations)
        if why_not:
            rules.append(RuleReport(rule, (), why_not))
        elif rule.id in judged:
            rules.append(judged[rule.id])
    return Report(plan, measured_by, tuple(rules), tuple(runs), interrupted)


def by_rule(results: Iterable[Result]) -> tuple[RuleReport, ...]:
    """Group the results by rule."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.rule.id, []).append(result)
    return tuple(RuleReport(same[0].rule, tuple(same)) for same in found.values())


def _why_not_asked(rule: Rule, configurations: Sequence[Configuration]) -> str:
    if any(rule.applies(each) for each in configurations):
        return ""
    return f"needs {' and '.join(sorted(rule.needs))}"


def count(rules: Iterable[RuleReport]) -> Mapping[Verdict, int]:
    """The number of rules with each verdict."""
    return Counter(each.verdict for each in rules)


def counted(rules: Iterable[RuleReport]) -> str:
    """The number of rules with each verdict, in words: ``290 pass, 6 skip``."""
    counts = count(rules)
    return ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in ORDER if counts[verdict])


def shown(path: Path) -> Path:
    """A path for display: relative if it is below the current directory."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else Path(relative)


def place_of(rule: Rule) -> tuple[Path, int]:
    """The file and line at which a rule's guest reports it; line 1 of the case if its ID is not found."""
    source = Case(rule.case, ()).source
    for path in (source, *sorted(source.parent.glob("*.[Sh]"))):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        found = re.search(rf'^.*"{rule.id}"', text, re.MULTILINE)
        if found:
            return path, text.count("\n", 0, found.start()) + 1
    return source, 1


def interesting_lines(run: CaseRun, most: int = 8) -> tuple[str, ...]:
    """The last lines of a run's console and of Xen's log, which usually explain a missing report."""
    if run.answer is None:
        return ()
    return (*run.answer.console.splitlines()[-most:], *run.answer.log[-most:])
