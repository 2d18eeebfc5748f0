"""How a runstate area is registered and written under each model, through tables that the test changes at will."""

import mmap
import struct
from collections.abc import Callable, Iterator

import pytest

import harness
from harness.abi.errno import Errno
from harness.abi.hypercalls.vm_assist import VmAssist
from harness.events import EventBus, XenLog
from harness.guest import assemble
from harness.machine.mmu.faults import Access, Fault
from harness.machine.mmu.stage1_tree import Stage1Tree, leaf_attributes
from harness.xen.runstate.info import AREA_SIZE

RAM = 0x4000_0000
TABLES = RAM + (16 << 20)
PAGES = RAM + (20 << 20)
VA = 0x10_0000
CROSSING = VA + 0x1000 - 16
EINVAL = -Errno.EINVAL
LEGACY, VMAP = "xen-4.17", "vmap"


class Bench:
    """A booted guest with two vCPUs, whose vCPU 0 has tables that the test maps pages in: no guest code runs."""

    def __init__(self, model: str) -> None:
        self.log: list[str] = []
        events = EventBus()
        events.listen(XenLog, lambda event: self.log.append(event.line))
        self.machine = harness.boot(assemble("b ."), abi=model, vcpus=2, events=events)
        self.domain = self.machine.domain
        self.vcpu, self.other = self.domain.vcpus
        self.delivery = self.domain.delivery
        tables = iter(range(TABLES, PAGES, 4096))
        self.tree = Stage1Tree(self.domain.memory, lambda: next(tables), maddr_of=self.maddr)
        for page in range(4):
            self.map(VA + page * 4096, PAGES + page * 4096)
        for name, value in (
            ("TTBR0_EL1", self.tree.ttbr()),
            ("TCR_EL1", 25 | 0x3500 | 1 << 23 | 2 << 32),
            ("SCTLR_EL1", 0x30D0_0801),
        ):
            self.vcpu.cpu.write_sysreg(name, value)

    def maddr(self, ipa: int) -> int:
        found = self.domain.p2m.translate(ipa, Access.WRITE)
        assert not isinstance(found, Fault)
        return found.maddr

    def map(self, va: int, ipa: int, *, writable: bool = True) -> None:
        self.tree.map(va, ipa, 4096, leaf_attributes(writable=writable))

    def unmap(self, va: int) -> None:
        self.tree.put(va, 3, 0)

    def register(self, va: int, *, other: bool = False) -> int:
        return self.delivery.register(self.other if other else self.vcpu, self.vcpu, va)

    def publish(self) -> None:
        """What a context switch does, with a runstate that differs from the last one in every word."""
        info = self.vcpu.state.runstate
        info.state_entry_time += 1_000
        info.time = [word + 7 for word in info.time]
        publication = self.delivery.publication(self.vcpu)
        if publication is not None:
            publication.run()

    @property
    def own(self) -> bytes:
        return self.vcpu.state.runstate.pack()

    def area(self, ipa: int = PAGES, length: int = AREA_SIZE) -> bytes:
        return self.machine.read_ipa(ipa, length)

    def references(self, ipa: int) -> int:
        return self.domain.frames.references(self.maddr(ipa) >> 12)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Bench]]:
    made: list[Bench] = []

    def make(model: str) -> Bench:
        made.append(Bench(model))
        return made[-1]

    yield make
    for each in made:
        each.machine.close()


@pytest.fixture(params=[4096, 16384], ids=["host-pages-of-4K", "host-pages-of-16K"])
def any_host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts of either page size, on which Xen's own mapping is made in another way."""
    if request.param == 4096 and mmap.PAGESIZE != 4096:
        pytest.skip("this host's pages are not 4 KiB")
    monkeypatch.setattr(mmap, "PAGESIZE", request.param)


BOTH = pytest.mark.parametrize("model", [LEGACY, VMAP])


@BOTH
def test_an_area_is_filled_when_it_is_registered_and_written_at_each_switch(
    model: str, bench: Callable[..., Bench]
) -> None:
    b = bench(model)
    assert b.register(VA) == 0
    assert b.area() == b.own
    for _ in range(3):
        b.publish()
        assert b.area() == b.own


@BOTH
def test_registering_anew_leaves_the_old_area_alone_from_then_on(model: str, bench: Callable[..., Bench]) -> None:
    b = bench(model)
    b.register(VA)
    before = b.area()
    assert b.register(VA + 0x2000) == 0
    b.publish()
    assert b.area() == before
    assert b.area(PAGES + 0x2000) == b.own


@BOTH
def test_null_unregisters(model: str, bench: Callable[..., Bench]) -> None:
    b = bench(model)
    b.register(VA)
    before = b.area()
    assert b.register(0) == 0
    b.publish()
    assert b.area() == before
    assert b.log == []


def test_null_still_fills_address_0_under_the_releases_where_that_is_mapped(bench: Callable[..., Bench]) -> None:
    b = bench(LEGACY)
    b.map(0, PAGES + 0x3000)
    assert b.register(0) == 0
    filled = b.own
    b.publish()
    assert b.area(PAGES + 0x3000) == filled != b.own


def test_null_touches_nothing_under_the_patch(bench: Callable[..., Bench]) -> None:
    b = bench(VMAP)
    b.map(0, PAGES + 0x3000)
    assert b.register(0) == 0
    assert b.area(PAGES + 0x3000) == bytes(AREA_SIZE)


@BOTH
@pytest.mark.parametrize("assist", [False, True])
def test_an_area_across_two_pages_that_lie_apart_is_written_whole(
    model: str, assist: bool, bench: Callable[..., Bench]
) -> None:
    b = bench(model)
    assert abs(b.maddr(PAGES) - b.maddr(PAGES + 0x1000)) != 4096, "scattered frames are no neighbours"
    b.domain.state.assists = assist << VmAssist.VMASST_TYPE_runstate_update_flag
    assert b.register(CROSSING) == 0
    b.publish()
    assert b.area(PAGES + 0x1000 - 16) == b.own


@pytest.mark.parametrize("assist", [False, True])
def test_under_the_releases_an_area_whose_second_page_is_unmapped_gets_its_first_part(
    assist: bool, bench: Callable[..., Bench]
) -> None:
    b = bench(LEGACY)
    b.domain.state.assists = assist << VmAssist.VMASST_TYPE_runstate_update_flag
    b.unmap(VA + 0x1000)
    assert b.register(CROSSING) == 0
    b.publish()
    assert b.area(PAGES + 0x1000 - 16, 16) == b.own[:16]
    assert b.area(PAGES + 0x1000, 32) == bytes(32)


def test_under_the_releases_an_area_whose_first_page_is_unmapped_gets_nothing(bench: Callable[..., Bench]) -> None:
    b = bench(LEGACY)
    b.unmap(VA)
    assert b.register(CROSSING) == 0
    b.publish()
    assert b.area(PAGES + 0x1000 - 16) == bytes(AREA_SIZE)


@pytest.mark.parametrize("va", [VA + 1, VA + 4, CROSSING + 3], ids=hex)
def test_under_the_releases_an_unaligned_area_is_as_good_as_any(va: int, bench: Callable[..., Bench]) -> None:
    b = bench(LEGACY)
    assert b.register(va) == 0
    b.publish()
    assert b.area(va - VA + PAGES) == b.own


def test_under_the_releases_an_area_follows_its_address_through_the_tables(bench: Callable[..., Bench]) -> None:
    b = bench(LEGACY)
    b.register(VA)
    b.map(VA, PAGES + 0x2000)
    first = b.area()
    b.publish()
    assert b.area() == first
    assert b.area(PAGES + 0x2000) == b.own
    b.unmap(VA)
    last = b.own
    b.publish()
    assert b.area(PAGES + 0x2000) == last != b.own
    b.map(VA, PAGES + 0x2000, writable=False)
    b.publish()
    assert b.area(PAGES + 0x2000) == last


@pytest.mark.usefixtures("any_host")
@pytest.mark.parametrize("va", [VA, CROSSING], ids=["one-page", "two-pages"])
def test_under_the_patch_an_area_is_written_wherever_it_was_registered_whatever_the_tables_say(
    va: int, bench: Callable[..., Bench]
) -> None:
    b = bench(VMAP)
    assert b.register(va) == 0
    place = va - VA + PAGES

    def still_written() -> bool:
        b.publish()
        return b.area(place) == b.own

    for page in (VA, VA + 0x1000):
        b.map(page, page - VA + PAGES, writable=False)
    assert still_written(), "write-protected"
    for page in (VA, VA + 0x1000):
        b.unmap(page)
    assert still_written(), "unmapped"
    for page in (VA, VA + 0x1000):
        b.map(page, page - VA + PAGES + 0x2000)
    assert still_written(), "mapped elsewhere"
    assert b.area(place + 0x2000) == bytes(AREA_SIZE)


@pytest.mark.usefixtures("any_host")
def test_under_the_patch_a_page_that_the_guest_gave_up_stays_allocated_and_is_written(
    bench: Callable[..., Bench],
) -> None:
    b = bench(VMAP)
    b.register(VA)
    maddr, before = b.maddr(PAGES), b.domain.frames.in_use
    b.domain.p2m.remove(PAGES >> 12)
    b.domain.p2m.give_up(maddr >> 12)
    assert b.domain.frames.in_use == before
    b.publish()
    assert b.machine.read_maddr(maddr, AREA_SIZE) == b.own
    assert b.register(0) == 0
    assert b.domain.frames.in_use == before - 1
    assert b.machine.read_maddr(maddr, AREA_SIZE) == bytes(AREA_SIZE), "scrubbed"


@pytest.mark.usefixtures("any_host")
@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ("unaligned", "Invalid offset"),
        ("unmapped", "Page is not mapped"),
        ("read-only", "Page is not mapped"),
        ("non-canonical", "Page is not mapped"),
        ("second unmapped", "2nd Page is not mapped"),
        ("second read-only", "2nd Page is not mapped"),
    ],
)
def test_under_the_patch_a_registration_that_fails_tears_the_old_one_down_and_says_why(
    broken: str, complaint: str, bench: Callable[..., Bench]
) -> None:
    b = bench(VMAP)
    b.register(VA + 0x2000)
    before = b.area(PAGES + 0x2000)
    va = {"unaligned": VA + 4, "non-canonical": 1 << 60}.get(broken, CROSSING if "second" in broken else VA)
    page = (va | 0xFFF) + 1 if "second" in broken else va
    if "unmapped" in broken:
        b.unmap(page)
    elif "read-only" in broken:
        b.map(page, PAGES, writable=False)
    assert b.register(va) == EINVAL
    assert b.log == [f"d1v0 Cannot map runstate pointer at {va:#x}: {complaint}"]
    b.publish()
    assert b.area(PAGES + 0x2000) == before
    assert [b.references(PAGES + index * 4096) for index in range(4)] == [1, 1, 1, 1]
    assert b.domain.vmap.live == 0


def test_under_the_patch_alignment_is_looked_at_first(bench: Callable[..., Bench]) -> None:
    b = bench(VMAP)
    assert b.register(0x7000_0001) == EINVAL
    assert b.log == ["d1v0 Cannot map runstate pointer at 0x70000001: Invalid offset"]


def test_under_the_patch_nobody_registers_for_another_vcpu_whose_mapping_is_torn_down(
    bench: Callable[..., Bench],
) -> None:
    b = bench(VMAP)
    b.machine.xen.start(b.other, RAM, 0)
    for name in ("TTBR0_EL1", "TCR_EL1", "SCTLR_EL1"):
        b.other.cpu.write_sysreg(name, b.vcpu.cpu.read_sysreg(name))
    assert b.delivery.register(b.other, b.other, VA) == 0
    assert b.references(PAGES) == 2
    assert b.register(VA, other=True) == EINVAL
    assert b.log == [f"d1v0 Cannot map runstate pointer at {VA:#x}: Page is not mapped"]
    assert b.references(PAGES) == 1
    assert b.delivery.publication(b.other) is None


def test_under_the_releases_an_area_of_another_vcpu_is_filled_with_its_runstate_brought_up_to_now(
    bench: Callable[..., Bench],
) -> None:
    b = bench(LEGACY)
    assert b.register(VA, other=True) == 0
    state, entry, *times = struct.unpack("<i4xQ4Q", b.area())
    age = b.machine.now_ns - b.domain.created_ns
    assert age > 0
    assert (state, entry, times) == (3, b.domain.created_ns, [0, 0, 0, age])


def test_the_fill_for_oneself_is_not_brought_up_to_now(bench: Callable[..., Bench]) -> None:
    b = bench(LEGACY)
    b.vcpu.state.runstate.state_entry_time -= 500
    assert b.register(VA) == 0
    assert b.area() == b.own


@pytest.mark.usefixtures("any_host")
def test_under_the_patch_both_pages_are_held_once_and_given_back(bench: Callable[..., Bench]) -> None:
    b = bench(VMAP)
    for _ in range(3):
        assert b.register(CROSSING) == 0
        assert [b.references(PAGES), b.references(PAGES + 0x1000)] == [2, 2]
        assert b.domain.vmap.live == 1
    assert b.register(0) == 0
    assert [b.references(PAGES), b.references(PAGES + 0x1000)] == [1, 1]
    assert b.domain.vmap.live == 0


def test_under_the_patch_one_page_can_be_both_halves(bench: Callable[..., Bench]) -> None:
    b = bench(VMAP)
    b.map(VA + 0x1000, PAGES)
    assert b.register(CROSSING) == 0
    assert b.references(PAGES) == 3
    b.publish()
    assert b.area(PAGES + 0x1000 - 16, 16) == b.own[:16]
    assert b.area(PAGES, 32) == b.own[16:]
