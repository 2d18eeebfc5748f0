"""The reports of a comparison: a headline, lines for the terminal, JSON, and an HTML page.

JSON, version 1::

    {"format": "harness-diff", "version": 1, "before": ..., "after": ..., "interrupted": false, "headline": ...,
     "asked": <number of rules>,
     "rules": [{"id": ..., "area": ..., "rule": ..., "source": ..., "cause": "by design" | "by release" | "unexplained",
                "changes": [{"configurations": ["dom0-1", ...], "before": "result=0", "before_in_words": ...,
                             "after": ..., "after_in_words": ..., "cause": ..., "reason": ...}, ...]}, ...],
     "problems": [{"id": ..., "problem": ...}, ...]}.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from harness.conform.catalogue import CONFIGURATIONS, words_of
from harness.conform.difference import Cause, Compared, RuleChange, Sides
from harness.conform.observation import in_words
from harness.conform.report.page import badge, entry, filter_form, page, section, table
from harness.words import in_one_line

VERSION = 1
_STYLES: Mapping[Cause, str] = MappingProxyType({Cause.DESIGN: "mild", Cause.RELEASE: "", Cause.UNKNOWN: "bad"})


@dataclass(frozen=True)
class Comparison:
    """A whole comparison; ``areas`` are the titles of the rules' areas."""

    sides: Sides
    areas: Mapping[str, str]
    rules: tuple[Compared, ...]
    interrupted: bool = False

    @property
    def changed(self) -> tuple[Compared, ...]:
        """The rules whose observations differ."""
        return tuple(each for each in self.rules if each.changes)

    @property
    def problems(self) -> tuple[Compared, ...]:
        """The rules that could not be compared in every configuration."""
        return tuple(each for each in self.rules if each.problem)

    @property
    def by_area(self) -> Mapping[str, tuple[Compared, ...]]:
        """The changed rules by the letters of their areas."""
        found = {area: tuple(each for each in self.changed if each.rule.area == area) for area in self.areas}
        return {area: rules for area, rules in found.items() if rules}

    @property
    def causes(self) -> Mapping[Cause, int]:
        """The number of changed rules by cause."""
        return Counter(each.cause for each in self.changed)

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        before, after = self.sides.before, self.sides.after
        if not self.changed:
            compared = len(self.rules) - len(self.problems)
            if compared < len(self.rules):
                return f"{after.name} keeps {compared} of {len(self.rules)} rules as {before.name} does; see the errors"
            return f"{after.name} keeps all {len(self.rules)} rules as {before.name} does"
        causes = ", ".join(f"{self.causes[cause]} {cause.value}" for cause in Cause if cause in self.causes)
        areas = ", ".join(f"{len(rules)} {area}" for area, rules in self.by_area.items())
        return (
            f"{after.name} breaks {len(self.changed)} of {len(self.rules)} rules of {before.name}: {causes} ({areas})"
        )


def lines(comparison: Comparison) -> Iterator[str]:
    """The whole comparison for the terminal, the headline first."""
    yield comparison.headline
    names = _names(comparison)
    width = max(len(name) for name in (*names, "when")) + 1
    for area, rules in comparison.by_area.items():
        yield ""
        yield f"{area} {comparison.areas[area]}"
        for each in rules:
            yield f"  {each.rule.id} {each.rule.sentence}"
            for change in each.changes:
                for name, words in _words(names, each, change):
                    yield f"    {name + ':':<{width}} {words}"
    for each in comparison.problems:
        yield f"ERROR {each.rule.id} could not be compared: {in_one_line(each.problem)}"


def _names(comparison: Comparison) -> tuple[str, str]:
    before, after = comparison.sides.before.name, comparison.sides.after.name
    return ("before", "after") if before == after else (before, after)


def _words(names: tuple[str, str], each: Compared, change: RuleChange) -> Iterator[tuple[str, str]]:
    """A change in words: both observations, when (unless always), and why (if known)."""
    yield names[0], in_words(change.before, change.after)
    yield names[1], in_words(change.after, change.before)
    if change.configurations != tuple(filter(each.rule.applies, CONFIGURATIONS)):
        yield "when", words_of(change.configurations)
    if change.reason:
        yield "why", change.reason


def to_json(comparison: Comparison) -> str:
    """The comparison as a document for programs."""
    document = {
        "format": "harness-diff",
        "version": VERSION,
        "before": comparison.sides.before.name,
        "after": comparison.sides.after.name,
        "interrupted": comparison.interrupted,
        "headline": comparison.headline,
        "asked": len(comparison.rules),
        "rules": [
            {
                "id": each.rule.id,
                "area": each.rule.area,
                "rule": each.rule.sentence,
                "source": each.rule.source,
                "cause": each.cause.value,
                "changes": [_change(change) for change in each.changes],
            }
            for each in comparison.changed
        ],
        "problems": [{"id": each.rule.id, "problem": each.problem} for each in comparison.problems],
    }
    return json.dumps(document, indent=1) + "\n"


def _change(change: RuleChange) -> dict[str, object]:
    return {
        "configurations": [each.name for each in change.configurations],
        "before": change.before,
        "before_in_words": in_words(change.before, change.after),
        "after": change.after,
        "after_in_words": in_words(change.after, change.before),
        "cause": change.cause.value,
        "reason": change.reason,
    }


def to_html(comparison: Comparison) -> str:
    """The comparison as an HTML page."""
    names = _names(comparison)
    parts = [
        f"<h1>{escape(comparison.sides.before.name)} and {escape(comparison.sides.after.name)}</h1>",
        f'<p class="lead">{escape(comparison.headline)}.</p>',
        *(['<p class="warning">Interrupted: these are partial results.</p>'] if comparison.interrupted else []),
        filter_form([(cause.value, _STYLES[cause], comparison.causes[cause]) for cause in comparison.causes]),
    ]
    for area, rules in comparison.by_area.items():
        entries = (_entry(names, each) for each in rules)
        parts.append(section(f"{area} {comparison.areas[area]}", f"{len(rules)} changed", entries))
    if comparison.problems:
        rows = ((each.rule.id, in_one_line(each.problem)) for each in comparison.problems)
        parts.append(table(("could not be compared", "why"), rows))
    return page(f"{names[0]} and {names[1]}: what a guest notices", "\n".join(parts))


def _entry(names: tuple[str, str], each: Compared) -> str:
    rows = ((change.before, change.after, words_of(change.configurations), change.reason) for change in each.changes)
    inside = [
        f"<p>Source: <code>{escape(each.rule.source)}</code></p>",
        table(
            (*names, "when", "why"),
            ((in_words(before, after), in_words(after, before), *rest) for before, after, *rest in rows),
        ),
    ]
    mark = badge(each.cause.value, _STYLES[each.cause])
    return entry(each.rule.id, each.rule.sentence, mark, each.cause.value, "\n".join(inside), is_open=True)
