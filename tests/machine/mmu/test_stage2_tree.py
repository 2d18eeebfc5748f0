"""Stage-2 trees: what is mapped, in which blocks, at which cost in frames."""

import random
from collections.abc import Iterator

import pytest
from trees import FrameSource

from harness.machine.memory import PAGE_SHIFT, Memory
from harness.machine.mmu import Access, Stage2Tree, Translation, Walker, xen_vtcr

TWO_MIB, ONE_GIB = 512, 512 * 512
GFN = 0x40000
RWX = Access.READ | Access.WRITE | Access.EXECUTE


@pytest.fixture
def frames(memory: Memory) -> FrameSource:
    return FrameSource(memory.base >> PAGE_SHIFT)


@pytest.fixture
def tree(memory: Memory, frames: FrameSource) -> Iterator[Stage2Tree]:
    tree = Stage2Tree(memory, frames.take, frames.give_back, vtcr=xen_vtcr(4))
    yield tree
    tree.destroy()
    assert frames.out == set()


def mfn_of(tree: Stage2Tree, gfn: int) -> int | None:
    entry = tree.lookup(gfn)
    return None if entry is None else entry.mfn


@pytest.mark.parametrize("stride", [1, 32, -1, -7, 0])
def test_a_run_advances_by_its_stride_across_table_ends(tree: Stage2Tree, stride: int) -> None:
    tree.map(GFN + 500, 0x90000, 1100, stride=stride)
    assert [mfn_of(tree, GFN + 500 + i) for i in range(1100)] == [0x90000 + stride * i for i in range(1100)]
    assert mfn_of(tree, GFN + 499) is None
    assert mfn_of(tree, GFN + 1600) is None


def test_what_is_mapped_is_what_the_walker_finds(tree: Stage2Tree, memory: Memory) -> None:
    tree.map(GFN, 0x40800, 4, kind=9, writable=False, executable=False)
    tree.map(GFN + 4, 0x09000, device=True, kind=3)
    walker = Walker(memory, pa_bits=44)
    ram = walker.translate_ipa(tree.vttbr(5), tree.vtcr, GFN + 2 << PAGE_SHIFT)
    assert isinstance(ram, Translation)
    assert (ram.maddr, ram.permissions, ram.software_bits, ram.device) == (0x40802000, Access.READ, 9, False)
    device = walker.translate_ipa(tree.vttbr(5), tree.vtcr, GFN + 4 << PAGE_SHIFT)
    assert isinstance(device, Translation)
    assert (device.maddr, device.permissions, device.software_bits, device.device) == (0x9000000, RWX, 3, True)


def test_descriptors_have_the_bits_that_xen_writes(tree: Stage2Tree, memory: Memory) -> None:
    tree.map(GFN, 0x40800, kind=1)
    tree.map(GFN + 1, 0x09000, kind=3, device=True, executable=False)
    walk = Walker(memory, pa_bits=44).walk_ipa(tree.vttbr(0), tree.vtcr, GFN << PAGE_SHIFT)
    # type 1, AF, inner shareable, read and write, MemAttr 0xf, page
    assert walk.reads[-1].value == 1 << 55 | 0x40800000 | 1 << 10 | 3 << 8 | 3 << 6 | 0xF << 2 | 3
    walk = Walker(memory, pa_bits=44).walk_ipa(tree.vttbr(0), tree.vtcr, GFN + 1 << PAGE_SHIFT)
    # type 3, execute-never, AF, outer shareable, read and write, MemAttr 0x1 (Device-nGnRE), page
    assert walk.reads[-1].value == 3 << 55 | 1 << 54 | 0x09000000 | 1 << 10 | 2 << 8 | 3 << 6 | 1 << 2 | 3


def test_vttbr_holds_the_root_and_the_vmid(tree: Stage2Tree) -> None:
    assert tree.vttbr(0xAB) == 0xAB << 48 | tree.root_mfn << PAGE_SHIFT


def test_blocks_are_used_where_a_run_is_aligned_and_only_when_asked(tree: Stage2Tree) -> None:
    start = ONE_GIB - TWO_MIB - 1
    tree.map(start, start + 4 * ONE_GIB, 1 + TWO_MIB + ONE_GIB + TWO_MIB + 1, blocks=True)
    for offset, pages in (
        (0, 1),
        (1, TWO_MIB),
        (TWO_MIB, TWO_MIB),
        (TWO_MIB + 1, ONE_GIB),
        (TWO_MIB + ONE_GIB, ONE_GIB),
        (TWO_MIB + ONE_GIB + 1, TWO_MIB),
        (2 * TWO_MIB + ONE_GIB + 1, 1),
    ):
        entry = tree.lookup(start + offset)
        assert entry is not None
        assert (entry.mfn, entry.pages) == (start + offset + 4 * ONE_GIB, pages)
    tree.map(GFN * 16, GFN * 16, TWO_MIB)
    entry = tree.lookup(GFN * 16)
    assert entry is not None
    assert entry.pages == 1


def test_a_block_that_is_cut_into_keeps_the_rest(tree: Stage2Tree) -> None:
    tree.map(ONE_GIB, 2 * ONE_GIB, ONE_GIB, blocks=True, kind=7, executable=False)
    tree.unmap(ONE_GIB + 1000)
    assert mfn_of(tree, ONE_GIB + 1000) is None
    for gfn, pages in ((999, 1), (1001, 1), (511, TWO_MIB), (1024, TWO_MIB), (ONE_GIB - 1, TWO_MIB)):
        entry = tree.lookup(ONE_GIB + gfn)
        assert entry is not None
        assert (entry.mfn, entry.pages, entry.kind) == (2 * ONE_GIB + gfn, pages, 7)
        assert entry.permissions == Access.READ | Access.WRITE
    assert len(tree.frames()) == 4
    walker = Walker(tree.memory, pa_bits=44)
    for gfn in (ONE_GIB + 999, ONE_GIB + 1024):
        found = walker.translate_ipa(tree.vttbr(0), tree.vtcr, gfn << PAGE_SHIFT)
        assert isinstance(found, Translation)
        assert found.maddr == gfn + ONE_GIB << PAGE_SHIFT


def test_a_block_over_tables_gives_their_frames_back(tree: Stage2Tree, frames: FrameSource) -> None:
    tree.map(ONE_GIB, 5, 3 * TWO_MIB, stride=3)
    assert len(tree.frames()) == 6
    tree.map(ONE_GIB, 2 * ONE_GIB, ONE_GIB, blocks=True)
    assert len(tree.frames()) == 2
    assert frames.out == set(tree.frames())
    assert mfn_of(tree, ONE_GIB + 77) == 2 * ONE_GIB + 77


def test_unmapping_what_is_not_there_costs_no_frames(tree: Stage2Tree) -> None:
    tree.unmap(0, 1 << 32)
    assert len(tree.frames()) == 1


def test_protecting_changes_only_what_is_said(tree: Stage2Tree) -> None:
    tree.map(0, 0x1000, 3 * TWO_MIB, blocks=True, kind=1)
    tree.protect(TWO_MIB - 1, TWO_MIB + 2, writable=False, kind=2)
    for gfn, kind, permissions in (
        (TWO_MIB - 2, 1, RWX),
        (TWO_MIB - 1, 2, Access.READ | Access.EXECUTE),
        (TWO_MIB + 5, 2, Access.READ | Access.EXECUTE),
        (2 * TWO_MIB, 2, Access.READ | Access.EXECUTE),
        (2 * TWO_MIB + 1, 1, RWX),
    ):
        entry = tree.lookup(gfn)
        assert entry is not None
        assert (entry.mfn, entry.kind, entry.permissions) == (0x1000 + gfn, kind, permissions)
    entry = tree.lookup(TWO_MIB + 5)
    assert entry is not None
    assert entry.pages == TWO_MIB
    assert not entry.writable
    tree.protect(0, 1, readable=False, executable=False)
    entry = tree.lookup(0)
    assert entry is not None
    assert entry.permissions == Access.WRITE
    tree.protect(9 * TWO_MIB, 4, writable=False)
    assert mfn_of(tree, 9 * TWO_MIB) is None


@pytest.mark.parametrize(("pa_range", "bits", "roots"), [(0, 32, 1), (1, 36, 1), (2, 40, 2), (3, 42, 8), (4, 44, 1)])
def test_every_geometry_that_xen_programs_works(memory: Memory, pa_range: int, bits: int, roots: int) -> None:
    first = memory.base >> PAGE_SHIFT
    frames = FrameSource(first + roots)
    frames.out.update(range(first, first + roots))
    vtcr = xen_vtcr(pa_range)
    tree = Stage2Tree(memory, frames.take, frames.give_back, vtcr=vtcr, root_mfn=first)
    top = (1 << bits - PAGE_SHIFT) - 1
    tree.map(top, 0x1234)
    tree.map(0, 0x4321)
    assert (tree.input_bits, tree.root_frames) == (bits, roots)
    walker = Walker(memory, pa_bits=44)
    for gfn, mfn in ((top, 0x1234), (0, 0x4321)):
        found = walker.translate_ipa(tree.vttbr(1), vtcr, gfn << PAGE_SHIFT)
        assert isinstance(found, Translation)
        assert (found.maddr, mfn_of(tree, gfn)) == (mfn << PAGE_SHIFT, mfn)
    with pytest.raises(ValueError, match=f"{bits} bits"):
        tree.map(top, 0, 2)
    assert tree.lookup(top + 1) is None
    assert tree.lookup(-1) is None
    tree.destroy()
    assert frames.out == set()


def test_impossible_trees_are_refused(memory: Memory, frames: FrameSource) -> None:
    with pytest.raises(ValueError, match="2 root frames"):
        Stage2Tree(memory, frames.take, frames.give_back, vtcr=xen_vtcr(2))
    with pytest.raises(ValueError, match="not aligned"):
        Stage2Tree(memory, frames.take, frames.give_back, vtcr=xen_vtcr(2), root_mfn=(memory.base >> 12) + 1)
    with pytest.raises(ValueError, match="contradict"):
        Stage2Tree(memory, frames.take, frames.give_back, vtcr=xen_vtcr(2) & ~0x3F | 16)


def test_impossible_mappings_are_refused(tree: Stage2Tree) -> None:
    with pytest.raises(ValueError, match="below machine address 0"):
        tree.map(GFN, 10, 20, stride=-1)
    with pytest.raises(ValueError, match="p2m kind"):
        tree.map(GFN, 10, kind=16)
    with pytest.raises(ValueError, match="44 bits"):
        tree.unmap(-1)


def test_memory_put_back_puts_the_tree_back(tree: Stage2Tree, memory: Memory, frames: FrameSource) -> None:
    tree.map(GFN, 0x40800, 3)
    saved, owned = bytes(memory.bytes), tree.frames()
    tree.map(GFN + 5 * ONE_GIB, 0x50000, 2 * TWO_MIB, stride=2)
    for mfn in set(tree.frames()) - set(owned):
        frames.give_back(mfn)
    memory.bytes[:] = saved
    assert tree.frames() == owned
    assert [mfn_of(tree, GFN + i) for i in range(4)] == [0x40800, 0x40801, 0x40802, None]


def test_a_table_frame_may_hold_anything_before(memory: Memory, frames: FrameSource) -> None:
    memory.write(memory.base, b"\xff" * (64 << PAGE_SHIFT))
    tree = Stage2Tree(memory, frames.take, frames.give_back, vtcr=xen_vtcr(4))
    tree.map(GFN, 0x40800)
    assert [gfn for gfn in range(GFN - 600, GFN + 600) if tree.lookup(gfn)] == [GFN]


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_changes_leaves_what_a_dictionary_says(memory: Memory, seed: int) -> None:
    chance = random.Random(seed)
    frames = FrameSource(memory.base >> PAGE_SHIFT)
    tree = Stage2Tree(memory, frames.take, frames.give_back, vtcr=xen_vtcr(4))
    model: dict[int, tuple[int, int, bool]] = {}
    for _ in range(60):
        gfn, count = chance.randrange(4 * TWO_MIB), chance.choice((1, 3, 200, TWO_MIB, 2 * TWO_MIB))
        if chance.random() < 0.6:
            gfn, count = gfn & -TWO_MIB, max(count, TWO_MIB)
        match chance.randrange(4):
            case 0 | 1:
                mfn, stride, kind = 0x80000 + (gfn & -TWO_MIB), chance.choice((1, 1, 5)), chance.randrange(16)
                tree.map(gfn, mfn, count, stride=stride, kind=kind, blocks=chance.random() < 0.7)
                model |= {gfn + i: (mfn + stride * i, kind, True) for i in range(count)}
            case 2:
                tree.unmap(gfn, count)
                model = {page: said for page, said in model.items() if not gfn <= page < gfn + count}
            case 3:
                tree.protect(gfn, count, writable=False, kind=4)
                model |= {page: (model[page][0], 4, False) for page in range(gfn, gfn + count) if page in model}
    found = {gfn: tree.lookup(gfn) for gfn in range(6 * TWO_MIB)}
    assert {gfn: (entry.mfn, entry.kind, entry.writable) for gfn, entry in found.items() if entry} == model
    assert set(tree.frames()) == frames.out
    tree.destroy()
    assert frames.out == set()
