"""Pages between two domains: who may lend to whom, what a page is held by, and that nothing stays behind.

What one domain sees that lends to itself is in the recorded tables; here are two, side by side.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import harness
from harness.abi.errno import Errno
from harness.abi.hypercalls.grant_table_op import GrantMap, GrantStatus
from harness.guest import assemble
from harness.machine.memory import PAGE_SHIFT
from harness.machine.mmu.faults import Access, Translation
from harness.xen.domains.domain import Domain
from harness.xen.memory.grant_table import HANDLES_PER_FRAME, MOST_PINS, GrantTable
from harness.xen.memory.p2m import P2mType
from harness.xen.outcome import End

HOST, READONLY = GrantMap.GNTMAP_host_map, GrantMap.GNTMAP_host_map | GrantMap.GNTMAP_readonly
PERMIT = 1
REFERENCE = 9
WHERE = 0x7000_0000


@dataclass
class Two:
    """A machine with two domains, of which ``lender`` has granted ``page`` to ``borrower``."""

    machine: harness.Machine
    lender: Domain
    borrower: Domain
    page: int

    @property
    def mfn(self) -> int:
        entry = self.lender.p2m.lookup(self.page)
        assert entry is not None
        return entry.mfn

    @property
    def entry(self) -> int:
        return self.lender.memory.read_u64(GrantTable(self.lender).entry_maddr(REFERENCE))

    def map(self, flags: int = HOST, where: int = WHERE) -> tuple[int, int]:
        mapped = GrantTable(self.borrower).map(0, where, flags, REFERENCE, self.lender.number)
        return (mapped, 0) if isinstance(mapped, int) else (0, mapped[0])

    def unmap(self, handle: int, where: int = WHERE) -> int:
        return GrantTable(self.borrower).unmap(0, where, handle)


def grant(machine: harness.Machine, lender: Domain, borrower: Domain) -> Two:
    bank = next(gfn for gfn in (0x4_0000, lender.p2m.state.highest_gfn - 0x200) if lender.p2m.lookup(gfn) is not None)
    page = bank + 0x40
    word = PERMIT | borrower.number << 16 | page << 32
    lender.memory.write_u64(GrantTable(lender).entry_maddr(REFERENCE), word)
    return Two(machine, lender, borrower, page)


@pytest.fixture(params=["dom0 borrows", "dom0 lends"])
def two(request: pytest.FixtureRequest) -> Iterator[Two]:
    spin = assemble("b .")
    with harness.boot(spin, also=[spin], dom0=True) as machine:
        dom0, domu = machine.xen.domains[0], machine.xen.domains[1]
        pair = (domu, dom0) if request.param == "dom0 borrows" else (dom0, domu)
        yield grant(machine, *pair)


def test_a_mapped_page_is_the_very_same_memory(two: Two) -> None:
    status, handle = two.map()
    assert status == GrantStatus.GNTST_okay
    found = two.borrower.p2m.translate(WHERE, Access.WRITE)
    assert isinstance(found, Translation)
    assert found.maddr >> PAGE_SHIFT == two.mfn
    assert two.entry & 0x18 == 0x18, "being read and written, the guest is told"
    assert two.unmap(handle) == GrantStatus.GNTST_okay
    assert two.borrower.p2m.lookup(WHERE >> PAGE_SHIFT) is None
    assert two.entry & 0x18 == 0


def test_a_read_only_mapping_cannot_be_written(two: Two) -> None:
    status, _ = two.map(READONLY)
    assert status == GrantStatus.GNTST_okay
    assert isinstance(two.borrower.p2m.translate(WHERE), Translation)
    assert not isinstance(two.borrower.p2m.translate(WHERE, Access.WRITE), Translation)
    assert two.entry & 0x18 == 0x08


def test_a_page_that_its_owner_gives_up_lives_until_it_is_unmapped(two: Two) -> None:
    frames, mfn = two.lender.frames, two.mfn
    two.lender.memory.write_u64(mfn << PAGE_SHIFT, 0xFEED)
    _, handle = two.map()
    two.lender.p2m.remove(two.page)
    before, pages = frames.in_use, two.lender.p2m.pages
    two.lender.p2m.give_up(mfn)
    assert frames.in_use == before
    assert two.lender.p2m.pages == pages, "it still counts as the lender's"
    assert two.lender.memory.read_u64(mfn << PAGE_SHIFT) == 0xFEED
    assert two.unmap(handle) == GrantStatus.GNTST_okay
    assert frames.in_use == before - 1
    assert two.lender.p2m.pages == pages - 1


def test_a_page_whose_mapping_the_guest_misnames_is_never_free_while_it_is_mapped(two: Two) -> None:
    mfn = two.mfn
    _, handle = two.map()
    assert two.unmap(handle, WHERE + 0x10_0000) == GrantStatus.GNTST_okay, "as Xen says where nothing is mapped"
    two.lender.p2m.remove(two.page)
    two.lender.p2m.give_up(mfn)
    held = two.lender.frames.in_use
    entry = two.borrower.p2m.lookup(WHERE >> PAGE_SHIFT)
    assert entry is not None
    assert entry.mfn == mfn
    two.borrower.p2m.remove(WHERE >> PAGE_SHIFT)
    assert two.lender.frames.in_use == held - 1


@pytest.mark.parametrize("dom0_lends", [False, True])
def test_a_machine_that_is_closed_with_pages_lent_leaks_nothing(dom0_lends: bool) -> None:
    spin = assemble("b .")
    machine = harness.boot(spin, also=[spin], dom0=True)
    dom0, domu = machine.xen.domains[0], machine.xen.domains[1]
    two = grant(machine, *((dom0, domu) if dom0_lends else (domu, dom0)))
    assert two.map()[0] == GrantStatus.GNTST_okay
    assert two.map(READONLY, WHERE + 0x1000)[0] == GrantStatus.GNTST_okay
    machine.close()  # LeakError if anything stays
    assert two.lender.frames.in_use == 0


def test_an_entry_takes_so_many_uses_and_no_more(two: Two) -> None:
    statuses = [two.map(READONLY)[0] for _ in range(MOST_PINS + 1)]
    assert statuses == [GrantStatus.GNTST_okay] * MOST_PINS + [GrantStatus.GNTST_general_error]


def test_handles_are_made_a_frame_at_a_time_and_used_again_in_their_order(two: Two) -> None:
    handles = [two.map()[1] for _ in range(3)]
    assert handles == [0, 1, 2]
    assert two.unmap(handles[1]) == GrantStatus.GNTST_okay
    assert two.borrower.state.grants.handles == HANDLES_PER_FRAME
    taken = [two.map()[1] for _ in range(100)]
    assert taken == list(range(3, 103)), "what was given back comes last"


def test_grants_are_in_snapshots() -> None:
    spin = assemble("b .")
    with harness.boot(spin, also=[spin], dom0=True) as machine:
        two = grant(machine, machine.xen.domains[1], machine.xen.domains[0])
        saved = machine.snapshot()
        status, handle = two.map()
        assert status == GrantStatus.GNTST_okay
        mapped = machine.snapshot()
        machine.restore(saved)
        assert two.borrower.p2m.lookup(WHERE >> PAGE_SHIFT) is None
        assert two.unmap(handle) == GrantStatus.GNTST_bad_handle
        machine.restore(mapped)
        assert two.unmap(handle) == GrantStatus.GNTST_okay


def test_two_domus_may_not_share() -> None:
    spin = assemble("b .")
    with harness.boot(spin, also=[spin]) as machine:
        two = grant(machine, machine.xen.domains[1], machine.xen.domains[2])
        assert two.map()[0] == GrantStatus.GNTST_permission_denied
        assert two.entry & 0x18 == 0


def test_a_foreign_page_is_held_for_as_long_as_it_is_mapped() -> None:
    spin = assemble("b .")
    with harness.boot(spin, also=[spin], dom0=True) as machine:
        dom0, domu = machine.xen.domains[0], machine.xen.domains[1]
        entry = domu.p2m.lookup(0x4_0040)
        assert entry is not None
        for _ in range(2):  # the second is a mapping of the same page over itself
            assert dom0.p2m.map_foreign(0x7_0000, entry.mfn, P2mType.MAP_FOREIGN_RW) == 0
            assert domu.frames.references(entry.mfn) == 2
        assert dom0.p2m.map_foreign(1 << 28, entry.mfn, P2mType.MAP_FOREIGN_RW) == -Errno.EINVAL
        assert domu.frames.references(entry.mfn) == 2
        assert dom0.p2m.remove(0x7_0000) == 0
        assert domu.frames.references(entry.mfn) == 1


def test_a_guest_that_writes_to_a_page_it_may_only_read_tries_for_ever_while_others_run() -> None:
    writer = assemble("b 1f\n .org 64\n 1: mov x1, #0x70000000\n ldr x0, [x1]\n str x0, [x1]\n b .\n")
    with harness.boot(writer, also=[assemble("b .")], dom0=True) as machine:
        two = grant(machine, machine.xen.domains[1], machine.xen.domains[0])
        two.map(READONLY)
        assert machine.run(max_instructions=5_000_000).end is End.BUDGET
        stuck = machine.vcpu().cpu.pc
        assert machine.read(stuck, 4) == (0xF900_0020).to_bytes(4, "little")
        assert machine.xen.vcpus[1, 0].cpu.retired > 1_000_000
