"""A detour that is taken back changes nothing, wherever a runstate area lies: tables of the suite, with snapshots."""

import pytest

import harness
from harness.conform.case_images import load_case
from harness.conform.catalogue import Case
from harness.xen.hypervisor import End

DETOUR_EVERY = 150_000
"""Instructions of the guest between two snapshots."""
CASES = ("areas_xen_pages", "areas_given_back", "areas_mmu_off", "areas_over_oneself", "areas_other_vcpu")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
def test_a_detour_that_is_taken_back_changes_nothing_wherever_the_area_lies(model: str, case: str) -> None:
    guest = load_case(Case(case, ()).source)
    with harness.boot(guest, abi=model, vcpus=2) as machine:
        assert machine.run(max_instructions=100_000_000).end is End.SHUTDOWN
        straight = machine.console
    with harness.boot(guest, abi=model, vcpus=2) as machine:
        said, seen = b"", 0
        while machine.run(max_instructions=DETOUR_EVERY).end is not End.SHUTDOWN:
            said += machine.console[seen:]
            saved = machine.snapshot()
            machine.run(max_instructions=DETOUR_EVERY * 2)
            machine.restore(saved)
            seen = len(machine.console)
        assert said + machine.console[seen:] == straight
