"""Suggestions for mistyped names, and names made safe to display."""

import pytest

from harness.words import printable, similar, suggestion

MODELS = ("xen-4.14", "xen-4.17", "xen-4.20", "vmap", "vmap-wmb", "phys")


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("rnu", ("run", "demo", "diff"), ["run"]),
        ("xen4.17", MODELS, ["xen-4.17", "xen-4.14", "xen-4.20"]),
        ("4.71", ("4.14", "4.17", "4.20"), ["4.17"]),
        ("VMAP", MODELS, ["vmap"]),
        ("zzz", MODELS, []),
        ("", MODELS, []),
        ("\udcff", MODELS, []),
    ],
)
def test_the_names_that_look_like_a_mistyped_one_are_found(word: str, known: tuple[str, ...], meant: list[str]) -> None:
    assert similar(word, known) == meant


def test_a_suggestion_is_a_question_or_nothing() -> None:
    assert suggestion("vmpa", MODELS) == " (did you mean vmap?)"
    assert suggestion("xen4.17", MODELS) == " (did you mean xen-4.17, xen-4.14 or xen-4.20?)"
    assert suggestion("xen4.17", MODELS, most=2) == " (did you mean xen-4.17 or xen-4.14?)"
    assert suggestion("nothing alike", MODELS) == ""


def test_bytes_that_are_no_utf8_are_shown_as_escapes() -> None:
    assert printable("\udcff.S") == "\\xff.S"
    assert printable("né.S") == "né.S"
    printable("a lone \ud800").encode()
