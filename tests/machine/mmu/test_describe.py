"""Walks in words."""

import pytest
from trees import GUEST_IPA, TwoStages

from harness.machine.mmu import DescriptorRead, describe_descriptor, describe_walk
from harness.machine.mmu import descriptors as d
from harness.machine.mmu.stage1_tree import leaf_attributes


def read(stage: int, level: int, value: int, shift: int | None = None) -> DescriptorRead:
    shift = 39 - 9 * level if shift is None else shift
    return DescriptorRead(stage, level, shift, 0, 0, 0 if stage == 1 else None, 0, value, False)


@pytest.mark.parametrize(
    ("descriptor", "words"),
    [
        (read(1, 1, 0x1234_5678), "invalid"),
        (read(1, 3, d.VALID), "reserved encoding, as good as invalid"),
        (read(1, 0, d.IS_BLOCK), "reserved encoding, as good as invalid"),
        (read(1, 1, d.IS_BLOCK, shift=42), "reserved encoding, as good as invalid"),
        (read(1, 1, 0x4000_1003), "table at ipa 0x40001000"),
        (read(2, 1, 0x4000_1003 | d.PXN_TABLE), "table at maddr 0x40001000"),
        (
            read(1, 2, 0x4000_1003 | d.PXN_TABLE | d.UXN_TABLE | d.AP_TABLE_NO_EL0 | d.AP_TABLE_READ_ONLY),
            "table at ipa 0x40001000, no EL0 below, read-only below, UXN below, PXN below",
        ),
        (
            read(1, 2, 0x4020_0000 | leaf_attributes(non_global=True, attribute_index=2) | d.CONTIGUOUS | d.IS_BLOCK),
            "block of 2 MiB at ipa 0x40200000, EL1 rw-, EL0 ---, attr 2, inner shareable, nG, contiguous",
        ),
        (
            read(1, 3, 0x4020_1000 | leaf_attributes(user=True, access_flag=False) | d.IS_TABLE_OR_PAGE),
            "page at ipa 0x40201000, EL1 rw-, EL0 rw-, attr 0, inner shareable, access flag clear",
        ),
        (
            read(1, 2, 0x6000_0000 | leaf_attributes() | d.IS_BLOCK, shift=29),
            "block of 512 MiB at ipa 0x60000000, EL1 rw-, EL0 ---, attr 0, inner shareable",
        ),
        (
            read(2, 1, 0x8000_0000 | d.ACCESS_FLAG | d.S2AP_READ | d.S2_NORMAL_WB | 5 << 55 | d.IS_BLOCK),
            "block of 1 GiB at maddr 0x80000000, r-x, write-back/write-back, non-shareable, p2m kind 5",
        ),
        (
            read(2, 3, 0x9000_0000 | d.ACCESS_FLAG | 3 << 6 | d.S2_DEVICE_nGnRE | d.S2_XN | d.IS_TABLE_OR_PAGE),
            "page at maddr 0x90000000, rw-, device nGnRE, non-shareable, p2m kind 0",
        ),
    ],
)
def test_a_descriptor_in_words(descriptor: DescriptorRead, words: str) -> None:
    assert describe_descriptor(descriptor) == words


def test_a_walk_in_words_has_a_line_for_each_descriptor_and_one_for_the_outcome(machine: TwoStages) -> None:
    machine.stage1.map(0x4000, GUEST_IPA, 0x1000, leaf_attributes())
    walk = machine.walker.walk(machine.regs, 0x4ABC)
    lines = describe_walk(walk).splitlines()
    assert len(lines) == len(walk.reads) + 1 == 20
    assert lines[4] == (
        f"stage 1 L1 table ipa 0x40080000 [  0] @ {machine.maddr_of(machine.stage1.root):#x} = "
        "0x0000000040081003  table at ipa 0x40081000"
    )
    assert lines[0].startswith(f"    stage 2 L0 table {machine.stage2.root_mfn << 12:#x} [  0] @ ")
    assert lines[-2].startswith("stage 2 L3 ")
    assert lines[-1] == f"=> {walk.outcome}"
