"""Bare computers, closed when the test is over."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from computer import Computer


@pytest.fixture
def boot() -> Iterator[Callable[..., Computer]]:
    """``boot(source, **options)``: a computer with this code at the start of its RAM."""
    computers: list[Computer] = []

    def make(source: str, **options: Any) -> Computer:
        computers.append(Computer(source, **options))
        return computers[-1]

    yield make
    for computer in computers:
        computer.close()
