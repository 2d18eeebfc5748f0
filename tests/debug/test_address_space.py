"""Maps of an address space, against the walker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import harness
from harness.api import Machine
from harness.debug.address_space import MOST_TABLES, half_of, root_of
from harness.guest import assemble
from harness.machine.mmu.faults import Access, Fault

KPTI = Path(__file__).parents[2] / "guest_asm" / "kpti.S"


@pytest.fixture
def machine() -> Iterator[Machine]:
    with harness.boot(KPTI, vcpus=2) as machine:
        machine.run(max_instructions=900_000, until=lambda: False)
        yield machine


def test_a_region_begins_and_ends_where_the_walker_says_so_and_has_its_rights(machine) -> None:
    vcpu = machine.vcpu(0)
    for upper in (False, True):
        half = half_of(vcpu, upper=upper)
        assert half.enabled
        assert half.whole
        assert half.regions
        for region in half.regions:
            for va in (region.va, region.va + region.size - 8):
                for rights, el in ((region.el1, 1), (region.el0, 0)):
                    for access in Access:
                        found = machine.translate(va, access=access, el=el)
                        assert isinstance(found, Fault) == (not rights & access)
                        if not isinstance(found, Fault):
                            assert found.ipa - region.ipa == va - region.va
            beyond = region.va + region.size
            if half.covers(beyond) is None:
                assert isinstance(machine.translate(beyond & (1 << 64) - 1, el=1), Fault)


def test_nothing_is_mapped_while_the_mmu_is_off() -> None:
    with harness.boot(assemble("    b .\n")) as machine:
        assert half_of(machine.vcpu(0), upper=True).regions == ()
        assert root_of(machine.vcpu(0), upper=True) == (0, False)


def test_a_table_that_is_its_own_entry_everywhere_ends_the_reading_and_says_so(machine) -> None:
    root, _ = root_of(machine.vcpu(0), upper=True)
    machine.write_ipa(root, (root | 3).to_bytes(8, "little") * 512)
    half = half_of(machine.vcpu(0), upper=True)
    assert not half.whole
    assert len(half.regions) <= MOST_TABLES


def test_a_table_outside_memory_maps_nothing(machine) -> None:
    root, _ = root_of(machine.vcpu(0), upper=True)
    machine.write_ipa(root, (0x7F_0000_0000 | 3).to_bytes(8, "little") * 512)
    half = half_of(machine.vcpu(0), upper=True)
    assert half.regions == ()
