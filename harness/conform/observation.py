"""Observations: the text that a case reported for a rule on a subject, and its form in words."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from harness.abi.errno import Errno
from harness.conform.catalogue import Rule
from harness.conform.subject import Answer


def observation_of(rule: Rule, answer: Answer) -> str | None:
    """What an answer reports for a rule; None if nothing."""
    return f"end={answer.end.value}" if rule.by_end else answer.reports.get(rule.id)


_OF_A_VCPU = re.compile(r"(?:\(XEN\) )?(?:(\S+\.c:\d+): )?d[01](v\d)(?: ?:)? (.*)")


def with_log(answer: Answer, rules: Iterable[Rule]) -> Answer:
    """The answer with what Xen's log says of the guest's vCPUs, for the rules that are about that.

    Each text, and each line of Xen's source that a debug build names, is a word, with how often it came:
    ``v0_Over-allocation_for_d_16385_>_16384=3``. Domains have no numbers, so that dom0 and a domU can be compared.
    """
    wanted = [rule.id for rule in rules if rule.by_log]
    if not wanted:
        return answer
    found = [match for match in map(_OF_A_VCPU.fullmatch, answer.log) if match]
    texts = Counter(_word_of_log(f"{match[2]} {match[3]}") for match in found)
    places = Counter(_word_of_log(match[1]) for match in found if match[1])
    said = " ".join(f"{text}={count}" for text, count in (places + texts).items())
    return replace(answer, reports={**answer.reports, **dict.fromkeys(wanted, said)})


def _word_of_log(text: str) -> str:
    return re.sub(r"[\s:=\[\],]+", "_", re.sub(r"\bd[01]\b", "d", text)).strip("_")


LONG = 200
"""From how many characters on an observation is not shown whole."""
SHOWN = 12
"""How many words of it are."""


def in_words(observation: str | None, beside: str | None = None) -> str:
    """An observation in readable form: ``result=-22 written=48`` becomes ``result -EINVAL, written 48``.

    Of a long one, only words that are not in ``beside``, which it is compared with, and not too many.
    """
    if observation is None:
        return "not reported"
    words = observation.split()
    if len(observation) > LONG:
        same = set((beside or "").split())
        words = [word for word in words if word not in same]
    said = [_word(word) for word in words]
    if len(observation) > LONG and len(said) > SHOWN:
        said[SHOWN:] = [f"and {len(said) - SHOWN} more"]
    return ", ".join(said) or ("reported" if not observation else "the same")


def _word(word: str) -> str:
    key, equals, value = word.partition("=")
    if not equals:
        return word
    number = value.removeprefix("-")
    if key.endswith("result") and value != number and number.isdigit() and int(number) in set(Errno):
        value = f"-{Errno(int(number)).name}"
    return f"{key} {value}"
