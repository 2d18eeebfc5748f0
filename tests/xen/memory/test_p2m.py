"""A domain's frames: where they lie, what the tables say of them, and that nothing stays behind."""

from collections.abc import Iterator

import pytest

import harness
from harness.guest import assemble
from harness.machine.memory import Memory
from harness.machine.mmu.faults import Access, Fault
from harness.xen.domains.teardown import LeakError
from harness.xen.memory.frames import FrameTable
from harness.xen.memory.p2m import P2m, Placement

GFN = 0x40000


@pytest.fixture
def frames() -> Iterator[FrameTable]:
    memory = Memory(64 << 20)
    yield FrameTable(memory)
    memory.close()


class Changes:
    """Counts how often a p2m said that it had changed."""

    count = 0

    def __call__(self) -> None:
        self.count += 1


def mfns(p2m: P2m, count: int, gfn: int = GFN) -> list[int]:
    found = []
    for frame in range(gfn, gfn + count):
        walked = p2m.translate(frame << 12, Access.WRITE)
        assert not isinstance(walked, Fault)
        found.append(walked.maddr >> 12)
    return found


@pytest.mark.parametrize("placement", [Placement.SCATTERED, Placement.BLOCKS])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 511, 512, 513, 1023, 1024, 1025, 3000])
def test_every_frame_of_a_guest_is_its_own_and_the_table_agrees(
    placement: Placement, count: int, frames: FrameTable
) -> None:
    p2m = P2m(frames, 1, Changes())
    p2m.populate(GFN, count, placement)
    found = mfns(p2m, count)
    assert len(set(found)) == count
    assert all(p2m.owns(mfn) for mfn in found)
    entries = [p2m.lookup(gfn) for gfn in range(GFN, GFN + count)]
    assert [entry and entry.mfn for entry in entries] == found
    assert isinstance(p2m.translate(GFN - 1 << 12), Fault)
    assert isinstance(p2m.translate(GFN + count << 12), Fault)
    p2m.destroy()
    assert frames.in_use == 0


@pytest.mark.parametrize("count", [4, 5, 6, 7, 64, 511, 512, 513, 1024, 1025, 3000])
def test_scattered_neighbours_are_never_neighbours(count: int, frames: FrameTable) -> None:
    p2m = P2m(frames, 1, Changes())
    p2m.populate(GFN, count, Placement.SCATTERED)
    found = mfns(p2m, count)
    assert [gfn for gfn in range(count - 1) if abs(found[gfn + 1] - found[gfn]) == 1] == []


def test_a_direct_map_is_the_identity(frames: FrameTable) -> None:
    p2m = P2m(frames, 1, Changes())
    first = p2m.populate_direct(1024, 512)
    assert first % 512 == 0
    assert mfns(p2m, 1024, first) == list(range(first, first + 1024))


def test_blocks_are_2_mib_aligned_and_in_a_row(frames: FrameTable) -> None:
    p2m = P2m(frames, 1, Changes())
    before = frames.in_use
    p2m.populate(GFN, 1024, Placement.BLOCKS)
    found = mfns(p2m, 1024)
    assert found[0] % 512 == 0
    assert found == list(range(found[0], found[0] + 1024))
    assert frames.in_use - before - 1024 <= 1, "no level-3 tables"


def test_a_page_that_is_released_is_unmapped_and_free_and_nobodys(frames: FrameTable) -> None:
    changes = Changes()
    p2m = P2m(frames, 1, changes)
    p2m.populate(GFN, 8, Placement.SCATTERED)
    mfn, before = mfns(p2m, 8)[3], frames.in_use
    assert p2m.remove(GFN + 3) == 0
    p2m.give_up(mfn)
    assert changes.count == 1
    assert isinstance(p2m.translate(GFN + 3 << 12), Fault)
    assert not p2m.owns(mfn)
    assert frames.in_use == before - 1
    p2m.destroy()
    assert frames.in_use == 0


def test_a_released_page_that_is_held_lives_until_it_is_put(frames: FrameTable) -> None:
    p2m = P2m(frames, 1, Changes())
    p2m.populate(GFN, 8, Placement.SCATTERED)
    mfn = mfns(p2m, 8)[3]
    frames.get(mfn)
    p2m.remove(GFN + 3)
    p2m.give_up(mfn)
    p2m.destroy()
    assert frames.in_use == 1
    frames.put(mfn)
    assert frames.in_use == 0


def test_a_held_page_outlives_its_domain_where_everybody_can_see_it(frames: FrameTable) -> None:
    p2m = P2m(frames, 1, Changes())
    p2m.populate(GFN, 8, Placement.SCATTERED)
    mfn = mfns(p2m, 8)[5]
    frames.get(mfn)
    p2m.destroy()
    assert frames.in_use == 1
    assert frames.references(mfn) == 1


def test_a_machine_that_is_closed_while_something_holds_a_frame_says_so() -> None:
    machine = harness.boot(assemble("b ."))
    found = machine.domain.p2m.translate(0x4000_0000)
    assert not isinstance(found, Fault)
    machine.xen.host.frames.get(found.maddr >> 12)
    with pytest.raises(LeakError, match="1 frames"):
        machine.close()


def test_a_machine_that_is_closed_while_a_mapping_is_open_says_so() -> None:
    machine = harness.boot(assemble("b ."))
    mapping = machine.xen.host.vmap.map([machine.domain.memory.base >> 12])
    with pytest.raises(LeakError, match="1 mappings"):
        machine.close()
    mapping.close()


@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
@pytest.mark.parametrize("dom0", [False, True])
def test_a_machine_that_is_closed_has_given_everything_back(model: str, dom0: bool) -> None:
    machine = harness.boot(assemble("b ."), abi=model, dom0=dom0, vcpus=3, also=[assemble("b .")])
    machine.run(max_instructions=1000)
    frames, vmap = machine.xen.host.frames, machine.xen.host.vmap
    assert frames.in_use > 0
    machine.close()
    assert (frames.in_use, vmap.live, frames.state.references) == (0, 0, {})
