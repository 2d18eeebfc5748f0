"""Observations: the text that a case reported for a rule on a subject, and its form in words."""

from harness.abi.errno import Errno
from harness.conform.catalogue import Rule
from harness.conform.subject import Answer


def observation_of(rule: Rule, answer: Answer) -> str | None:
    """What an answer reports for a rule; None if nothing."""
    return f"end={answer.end.value}" if rule.by_end else answer.reports.get(rule.id)


def in_words(observation: str | None) -> str:
    """An observation in readable form: ``result=-22 written=48`` becomes ``result -EINVAL, written 48``."""
    if observation is None:
        return "not reported"
    return ", ".join(_word(word) for word in observation.split()) or "reported"


def _word(word: str) -> str:
    key, equals, value = word.partition("=")
    if not equals:
        return word
    number = value.removeprefix("-")
    if key.endswith("result") and value != number and number.isdigit() and int(number) in set(Errno):
        value = f"-{Errno(int(number)).name}"
    return f"{key} {value}"
