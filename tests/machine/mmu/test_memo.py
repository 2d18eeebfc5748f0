"""Remembered walks hold exactly as long as the descriptors that they read."""

import pytest
from trees import GUEST_IPA, TwoStages

from harness.machine.memory import Memory
from harness.machine.mmu import Access
from harness.machine.mmu.memo import WalkMemo
from harness.machine.mmu.stage1_tree import leaf_attributes

MAPPED, UNMAPPED = 0x4000, 0x9000


@pytest.mark.parametrize("va", [MAPPED, UNMAPPED])
def test_an_outcome_holds_until_one_of_its_descriptors_changes(memory: Memory, va: int) -> None:
    machine = TwoStages(memory)
    machine.stage1.map(MAPPED, GUEST_IPA, 0x1000, leaf_attributes())
    memo: WalkMemo[object] = WalkMemo(memory)
    walk = machine.walker.walk(machine.regs, va, Access.READ)
    read = [each.maddr for each in walk.reads]
    memo.keep("question", read, walk.outcome)
    assert memo.recall("question") is walk.outcome
    assert memo.recall("another") is None
    for address in read:
        before = memory.read_u64(address)
        memory.write_u64(address, before ^ 1 << 54)
        assert memo.recall("question") is None
        memory.write_u64(address, before)
        assert memo.recall("question") is walk.outcome


def test_a_walk_that_read_nothing_is_not_remembered(memory: Memory) -> None:
    memo: WalkMemo[str] = WalkMemo(memory)
    memo.keep("question", [], "outcome")
    assert memo.recall("question") is None


def test_many_questions_do_not_fill_the_memory(memory: Memory) -> None:
    memo: WalkMemo[int] = WalkMemo(memory)
    for number in range(1000):
        memo.keep(number, [memory.base], number)
    assert memo.recall(999) == 999
    assert sum(memo.recall(number) is not None for number in range(1000)) <= 256
