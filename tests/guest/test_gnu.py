"""The same bytes as GNU as and ld: for every guest here, for what guests may do, and for random expressions."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.guest import assemble, library_path, load

GUESTS = sorted([*library_path().glob("*.S"), *library_path().glob("claims/[0-9]*.S")])
SNIPPETS = sorted((Path(__file__).parent / "snippets").glob("*.s"))
BINARY = ("*", "/", "%", "<<", ">>", "|", "&", "^", "!", "+", "-", "==", "<>", "!=", "<", ">", "<=", ">=", "&&", "||")
SHIFT_COUNTS = range(64)
"""GNU as warns of others, and gives 0."""


@pytest.mark.parametrize("guest", GUESTS, ids=lambda path: path.stem)
def test_every_guest_is_byte_identical_to_gnu(guest: Path, gnu: Callable[..., bytes]) -> None:
    assert load(guest).flat() == gnu(guest)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda path: path.stem)
def test_a_snippet_is_byte_identical_to_gnu(snippet: Path, gnu: Callable[..., bytes]) -> None:
    source = snippet.read_text()
    ours = load(snippet).flat()
    assert ours.hex(" ", 4) == gnu(source).hex(" ", 4)
    assert assemble(source).flat() == ours  # and the preprocessor changes nothing


def _random_expression(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        value = rng.choice((rng.randrange(10), rng.randrange(1 << 16), rng.randrange(1 << 31), 1 << rng.randrange(63)))
        return rng.choice((str(value), hex(value), bin(value), "0" + oct(value)[2:]))
    if rng.random() < 0.15:
        return rng.choice("-~!") + _random_expression(rng, depth - 1)
    if rng.random() < 0.25:
        return f"({_random_expression(rng, depth - 1)})"
    operator = rng.choice(BINARY)
    right = _random_expression(rng, depth - 1)
    if operator in {"<<", ">>"}:
        right = str(rng.choice(SHIFT_COUNTS))
    elif operator in {"/", "%"}:
        right = str(rng.randrange(1, 1000))
    space = rng.choice(("", " "))
    return _random_expression(rng, depth - 1) + space + operator + space + right


@pytest.mark.parametrize("seed", range(4))
def test_random_expressions_are_worth_what_gnu_says(seed: int, gnu: Callable[..., bytes]) -> None:
    rng = random.Random(seed)
    expressions = [_random_expression(rng, 5) for _ in range(500)]
    source = "".join(f".quad {expression}\n" for expression in expressions)
    ours, theirs = assemble(source).flat(), gnu(".global _start\n_start:\n" + source)
    different = [
        (expression, ours[i : i + 8].hex(), theirs[i : i + 8].hex())
        for i, expression in zip(range(0, len(ours), 8), expressions, strict=True)
        if ours[i : i + 8] != theirs[i : i + 8]
    ]
    assert different == []
