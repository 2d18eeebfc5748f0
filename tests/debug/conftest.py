"""Shared by the tests of debug: guests of the library, loaded once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import harness
from harness.guest import Guest

GUESTS = Path(__file__).parents[2] / "guest_asm"


@cache
def _load(name: str) -> Guest:
    return harness.load(GUESTS / f"{name}.S")


@pytest.fixture
def boot() -> Callable[..., harness.Machine]:
    """``boot("kpti", vcpus=2)``: a small machine with a guest of the library, and a line typed at its console."""

    def make(name: str, **options: object) -> harness.Machine:
        machine = harness.boot(_load(name), memory=8 << 20, **options)  # type: ignore[arg-type]
        machine.type(b"a line\n")
        return machine

    return make
