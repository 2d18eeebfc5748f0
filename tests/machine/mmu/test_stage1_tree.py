"""Stage-1 trees built by the host."""

import pytest
from trees import GUEST_IPA, FrameSource

from harness.machine.memory import PAGE_SHIFT, Memory
from harness.machine.mmu import Stage1Tree, Translation, TranslationRegisters, Walker
from harness.machine.mmu import descriptors as d
from harness.machine.mmu.stage1_tree import leaf_attributes

RW = leaf_attributes()


def make_tree(memory: Memory, input_bits: int) -> Stage1Tree:
    frames = FrameSource(memory.base >> PAGE_SHIFT)
    return Stage1Tree(memory, lambda: frames.take() << PAGE_SHIFT, input_bits=input_bits)


def found(memory: Memory, tree: Stage1Tree, va: int, upper: bool = False) -> Translation | None:
    size = 64 - tree.input_bits
    regs = TranslationRegisters(
        sctlr_el1=d.SCTLR_M,
        tcr_el1=size | size << d.TCR_T1SZ_SHIFT | 2 << d.TCR_TG1_SHIFT | 5 << d.TCR_IPS_SHIFT,
        ttbr0_el1=0 if upper else tree.ttbr(3),
        ttbr1_el1=tree.ttbr(3) if upper else 0,
    )
    outcome = Walker(memory).translate(regs, va)
    return outcome if isinstance(outcome, Translation) else None


@pytest.mark.parametrize("input_bits", [25, 30, 31, 36, 39, 40, 48])
@pytest.mark.parametrize("upper", [False, True])
def test_a_tree_of_any_size_maps_its_last_page_in_either_half(memory: Memory, input_bits: int, upper: bool) -> None:
    tree = make_tree(memory, input_bits)
    sign = -1 << input_bits & (1 << 64) - 1 if upper else 0
    va = sign | (1 << input_bits) - 0x1000
    tree.map(va, GUEST_IPA, 0x1000, RW)
    result = found(memory, tree, va + 8, upper)
    assert result is not None
    assert result.ipa == GUEST_IPA + 8
    assert found(memory, tree, va - 0x1000, upper) is None


def test_the_largest_blocks_that_fit_are_used_when_asked(memory: Memory) -> None:
    tree = make_tree(memory, 39)
    va = (1 << 30) - (1 << 21) - 0x1000
    tree.map(va, va, 0x1000 + (1 << 21) + (1 << 30) + 0x1000, RW, blocks=True)
    for at, size in ((va, 1 << 12), (va + 0x1000, 1 << 21), (1 << 30, 1 << 30), (1 << 31, 1 << 12)):
        result = found(memory, tree, at)
        assert result is not None
        assert (result.ipa, result.block_size) == (at, size)
    assert found(memory, tree, (1 << 31) + 0x1000) is None


def test_a_block_in_the_way_is_an_error(memory: Memory) -> None:
    tree = make_tree(memory, 39)
    tree.map(0, 0, 1 << 21, RW, blocks=True)
    with pytest.raises(ValueError, match="a block at level 2 is in the way"):
        tree.map(0x1000, 0, 0x1000, RW)


@pytest.mark.parametrize(
    ("va", "ipa", "size"), [(1, 0, 0x1000), (0, 0x800, 0x1000), (0, 0, 0x1001), ((1 << 39) - 0x1000, 0, 0x2000)]
)
def test_what_is_off_the_grid_or_too_long_is_an_error(memory: Memory, va: int, ipa: int, size: int) -> None:
    with pytest.raises(ValueError, match="not multiples of 4 KiB, or too long"):
        make_tree(memory, 39).map(va, ipa, size, RW)


def test_impossible_sizes_and_levels_are_errors(memory: Memory) -> None:
    for input_bits in (24, 49):
        with pytest.raises(ValueError, match="must be 25 to 48"):
            make_tree(memory, input_bits)
    with pytest.raises(ValueError, match="levels 1 to 3"):
        make_tree(memory, 39).put(0, 0, 0)


def test_a_table_frame_may_hold_anything_before(memory: Memory) -> None:
    memory.write(memory.base, b"\xff" * (8 << PAGE_SHIFT))
    tree = make_tree(memory, 39)
    tree.map(0x5000, GUEST_IPA, 0x1000, RW)
    assert [va for va in (0x4000, 0x5000, 0x6000, 1 << 21, 1 << 30) if found(memory, tree, va)] == [0x5000]


def test_ttbr_holds_the_asid_above_the_root(memory: Memory) -> None:
    tree = make_tree(memory, 39)
    assert tree.ttbr(0xBEEF) == 0xBEEF << 48 | memory.base
