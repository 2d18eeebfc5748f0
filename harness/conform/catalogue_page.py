"""The catalogue of rules for people: ``python -m harness.conform.catalogue_page`` writes the page (``make rules``).

By area, each rule with what the releases were recorded to do, what other models do and why, its source and its guest.
"""

import sys
from collections.abc import Iterator, Mapping

from harness.conform.catalogue import (
    CONFIGURATIONS,
    TABLE,
    Catalogue,
    Configuration,
    Departure,
    Rule,
    load_catalogue,
    words_of,
)
from harness.conform.observation import in_words, observation_of
from harness.conform.recordings import Record, Recording
from harness.conform.subject import Answer

HEAD = """# The rules

What the arm64 guest ABI of Xen promises, {rules} rules in {areas} areas, each with an ID that it keeps. Made by
`make rules` from `harness/conform/rules/` and from what the real Xens were recorded to say (`harness/conform/record/`):
do not edit it.

With each rule stands what the releases do (all of them, or by release where they differ), what a model that was never
released does otherwise and why, and where the rule is from. `harness conform RULE` asks a model, `harness conform RULE
--on xen:FILE` a real Xen; `harness conform RULE --mutations` says what changes of the hypervisor the rule notices.
"""


def render(catalogue: Catalogue) -> str:
    """The whole page."""
    by_area = {area: [rule for rule in catalogue.rules if rule.area == area] for area in catalogue.areas}
    lines = [HEAD.format(rules=len(catalogue.rules), areas=len(catalogue.areas))]
    lines += ["| area | what about | rules | not testable |", "| --- | --- | ---: | ---: |"]
    for area, rules in by_area.items():
        untestable = sum(bool(rule.untestable) for rule in rules)
        lines.append(f"| [{area}](#{area.lower()}) | {_cell(catalogue.areas[area])} | {len(rules)} | {untestable} |")
    record = Record()
    recordings = [Recording(release, record) for release in record.releases]
    said = {
        (recording.release, case.name): recording.answers(case.name)
        for recording in recordings
        for case in catalogue.cases
    }
    for area, rules in by_area.items():
        lines += ["", f"## {area}", "", f"{catalogue.areas[area]}.", ""]
        for rule in rules:
            answers = {recording.release: said.get((recording.release, rule.case), {}) for recording in recordings}
            lines += _rule(rule, answers)
    return "\n".join(lines) + "\n"


def _rule(rule: Rule, answers: Mapping[str, Mapping[str, Answer]]) -> Iterator[str]:
    yield f"* **{rule.id}** {_text(rule.sentence)}"
    if rule.untestable:
        yield f"  * Not testable: {_text(rule.untestable)}"
    else:
        if TABLE in rule.tags:
            yield f"  * a word for each call: `harness/conform/record/{rule.area}.txt`"
        else:
            for releases, words in _releases(rule, answers):
                yield f"  * {releases}: {_text(words)}"
        for departure in rule.departures:
            yield f"  * {_departure(departure)}"
        if rule.claimed_by is not None:
            yield f"  * claimed by {' and '.join(sorted(rule.claimed_by))} only"
    yield f"  * {'; '.join(_notes(rule))}"


def _departure(departure: Departure) -> str:
    needs = f" ({' and '.join(sorted(departure.needs))})" if departure.needs else ""
    reason = departure.reason.rstrip(".")
    return f"{', '.join(departure.models)}{needs}: {_text(in_words(departure.observation))}; why: {_text(reason)}"


def _notes(rule: Rule) -> Iterator[str]:
    yield f"source `{rule.source}`"
    if rule.needs:
        yield f"needs {' and '.join(sorted(rule.needs))}"
    if rule.case and not rule.untestable:
        yield f"guest [{rule.case}.S](../../guest_asm/conformance/{rule.case}.S)"


def _releases(rule: Rule, answers: Mapping[str, Mapping[str, Answer]]) -> Iterator[tuple[str, str]]:
    """What the releases do, each text once, a debug build only where it does not do what the other build does."""
    texts = {release: _observations(rule, runs) for release, runs in answers.items()}
    same: dict[str, list[str]] = {}
    for release, text in texts.items():
        if text and not (release.endswith("-debug") and text == texts.get(release.removesuffix("-debug"))):
            same.setdefault(text, []).append(release)
    usual = [release for release in texts if not release.endswith("-debug")]
    for text, releases in same.items():
        yield ("all releases" if releases == usual else ", ".join(releases)), text


def _observations(rule: Rule, runs: Mapping[str, Answer]) -> str:
    """A release's observations in words, with when, where that depends on how the guest is booted."""
    by_observation: dict[str, list[Configuration]] = {}
    asked = [each for each in CONFIGURATIONS if each.name in runs and rule.applies(each)]
    for configuration in asked:
        observation = observation_of(rule, runs[configuration.name])
        by_observation.setdefault(in_words(observation), []).append(configuration)
    if len(by_observation) == 1:
        return next(iter(by_observation))
    return "; ".join(f"{words_of(configurations)}: {words}" for words, configurations in by_observation.items())


def _text(text: str) -> str:
    """A text as Markdown that shows it as it is."""
    for special in "\\*<>":
        text = text.replace(special, "\\" + special)
    return text


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(render(load_catalogue()))
