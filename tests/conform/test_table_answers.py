"""Answers of many words: put together from the console and the log, shown in part, and departed from by word."""

from dataclasses import replace

import pytest

from harness.conform.catalogue import CONFIGURATIONS, Departure, load_catalogue
from harness.conform.observation import in_words, with_log
from harness.conform.subject import Answer, GuestEnd, read_console
from harness.conform.verdict import Verdict, expectation, judge

CATALOGUE = load_catalogue()
RULE = replace(CATALOGUE.by_id["MEM-201"], departures=())
DOM0 = CONFIGURATIONS[0]
LONG = " ".join(f"call_{number}={number}" for number in range(40))


def test_parts_of_an_answer_are_words_and_long_words_go_on() -> None:
    console = b"ABC-001+ one=1\nABC-002 result=0\nABC-001+ two=2,\nABC-001~ 3\n"
    answer = read_console(console, GuestEnd.POWEROFF)
    assert answer.reports == {"ABC-001": "one=1 two=2,3", "ABC-002": "result=0"}
    assert not answer.twice


def test_a_whole_answer_that_comes_twice_is_a_mistake_and_parts_are_none() -> None:
    assert read_console(b"ABC-001 a\nABC-001 a\n", GuestEnd.POWEROFF).twice == {"ABC-001"}


def test_of_a_long_answer_only_what_differs_is_shown() -> None:
    assert in_words(LONG.replace("call_7=7", "call_7=-22"), LONG) == "call_7 -22"
    assert in_words(LONG).endswith("call_11 11, and 28 more")
    assert in_words(LONG, LONG) == "the same"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("(XEN) d0v0 Over-allocation for d0: 16385 > 16384", "v0_Over-allocation_for_d_16385_>_16384=1"),
        ("(XEN) d1v1: vGICD: bad read width", "v1_vGICD_bad_read_width=1"),
        ("(XEN) arch/arm/p2m.c:2200: d1v0: Failed to walk", "arch/arm/p2m.c_2200=1 v0_Failed_to_walk=1"),
        ("(XEN) Freed 352kB init memory.", ""),
    ],
)
def test_what_xens_log_says_of_a_vcpu_is_an_answer(line: str, words: str) -> None:
    rule = replace(RULE, by_log=True)
    assert with_log(Answer({}, GuestEnd.POWEROFF, "", (line,)), [rule]).reports == {RULE.id: words}
    assert with_log(Answer({}, GuestEnd.POWEROFF, "", (line,)), [RULE]).reports == {}


def test_a_departure_by_word_leaves_the_other_words_as_they_were_recorded() -> None:
    departure = Departure(("vmap",), "two=-22", "by design", by_word=True)
    rule = replace(RULE, departures=(departure,))
    recorded = Answer({RULE.id: "one=1 two=2 three=3"}, GuestEnd.POWEROFF, "")
    expected = expectation(rule, "vmap", DOM0, recorded)
    assert (expected.observation, expected.departs) == ("one=1 two=-22 three=3", True)
    assert expectation(rule, "vmap", DOM0, None).observation is None
    seen = Answer({RULE.id: "one=1 two=-22 three=3"}, GuestEnd.POWEROFF, "")
    assert judge(rule, "vmap", DOM0, seen, expected).verdict is Verdict.EXPECTED_FAILURE
    assert judge(rule, "vmap", DOM0, recorded, expected).verdict is Verdict.FAILURE
