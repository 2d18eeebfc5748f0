"""Memory and a two-stage machine for the tests of the MMU."""

from collections.abc import Iterator

import pytest
from trees import TwoStages

from harness.machine.memory import Memory


@pytest.fixture
def memory() -> Iterator[Memory]:
    memory = Memory(16 << 20)
    yield memory
    memory.close()


@pytest.fixture
def machine(memory: Memory) -> TwoStages:
    return TwoStages(memory)
