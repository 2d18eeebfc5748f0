"""Random hypercalls, answered by a model and by the real Xen."""

from collections.abc import Callable

import pytest

from harness.abi.errno import Errno
from harness.abi.hypercalls.numbers import Hypercall
from harness.conform.random_calls import campaign as campaigns
from harness.conform.random_calls.campaign import Campaign, campaign, sequences
from harness.conform.random_calls.comparison import BatchComparison, Difference, ask_model
from harness.conform.random_calls.coverage import UNREACHED, Coverage, errors_of_the_model, is_decoded
from harness.conform.random_calls.guest import TableCall
from harness.conform.random_calls.makers import calls_of
from harness.conform.random_calls.show import call_in_words, difference_lines
from harness.conform.random_calls.words import number

CALLS = 4000
"""Of each release here; harness oracle random makes 20,000."""


@pytest.mark.parametrize("version", ["4.14", "4.17", "4.20"])
def test_a_model_answers_random_calls_as_the_real_xen_does(version: str, real_xen: Callable) -> None:
    result = campaign(real_xen(version), calls=CALLS)
    assert result.differences == (), "\n".join(difference_lines(result))
    assert result.calls >= CALLS
    assert result.coverage.share_decoded > 0.5
    assert set(result.coverage.asked) >= set(Hypercall)


def test_a_model_returns_every_error_that_its_source_has_but_those_with_a_reason() -> None:
    coverage = Coverage()
    for domain in (0, 1):
        for start in range(0, 4500, 1500):
            calls = calls_of(range(start, start + 1500), domain)
            coverage.add(calls, ask_model(calls, "4.17", domu=bool(domain)))
    assert coverage.missing("4.17") == []
    assert not coverage.errors & UNREACHED.keys()
    assert coverage.share_decoded > 0.5


def test_the_errors_of_the_model_are_read_off_its_source() -> None:
    assert errors_of_the_model() > {Errno.EINVAL, Errno.EFAULT, Errno.EILSEQ}
    assert Errno.ECHILD not in errors_of_the_model()


def test_the_same_campaign_makes_the_same_calls() -> None:
    assert sequences(3, 1) == sequences(3, 1) != sequences(3, 2)
    assert calls_of([5, 6], 0) == calls_of([5, 6], 0) != calls_of([6, 5], 0)


def test_calls_that_stop_at_their_number_or_command_are_told_from_the_others() -> None:
    assert is_decoded(TableCall(number(12), (number(7),)))
    assert is_decoded(TableCall(number(12), (number(7 | 9 << 6),)))
    assert is_decoded(TableCall(number(21), (number(1 << 32 | 1),)))
    assert not is_decoded(TableCall(number(21), (number(2),)))
    assert not is_decoded(TableCall(number(6), (number(0),)))
    assert not is_decoded(TableCall(number(34), (number(1 << 32 | 1),)))


def test_a_call_that_leaves_something_else_in_memory_hashes_to_something_else() -> None:
    calls = [TableCall(number(99), data=(number(value),)) for value in (1, 2, 1)]
    first, second, third = ask_model(calls, "4.17", domu=False)
    assert first == third != second


def test_a_difference_is_found_shortened_and_shown_with_its_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    guilty = sequences(0, 0)[0][700]

    def compare(calls: list[TableCall], _xen: str, *, domu: bool) -> BatchComparison:
        wrong = calls_of([guilty], int(domu))[-1]
        differ = tuple(Difference(at, call, "0x1 0x0", "0x2 0x0") for at, call in enumerate(calls) if call == wrong)
        return BatchComparison(("0x1 0x0",) * len(calls), ("0x1 0x0",) * len(calls), differ[:1])

    monkeypatch.setattr(campaigns, "compare", compare)
    result: Campaign = campaign("4.17", calls=CALLS)
    assert result.seeds == (guilty,)
    assert result.boots == 1
    text = "\n".join(difference_lines(result))
    assert call_in_words(calls_of([guilty], 1)[-1]) in text
    assert f"[{guilty}]" in text
