"""What a rule came out as on a subject: the text that its case reported, and the same text in words."""

from harness.abi.errno import Errno
from harness.conform.catalogue import Rule
from harness.conform.subject import Answer


def outcome_of(rule: Rule, answer: Answer) -> str | None:
    """What the answer has for a rule; None if nothing."""
    return f"end={answer.ending.value}" if rule.by_end else answer.reports.get(rule.id)


def in_words(outcome: str | None) -> str:
    """An outcome for people: ``result=-22 written=48`` is ``result -EINVAL, written 48``."""
    if outcome is None:
        return "not reported"
    return ", ".join(_word(word) for word in outcome.split()) or "reported"


def _word(word: str) -> str:
    key, equals, value = word.partition("=")
    if not equals:
        return word
    number = value.removeprefix("-")
    if key.endswith("result") and value != number and number.isdigit() and int(number) in set(Errno):
        value = f"-{Errno(int(number)).name}"
    return f"{key} {value}"
