"""Interrupts and event channels beyond what the suite asks: snapshots among them, and two domains."""

from pathlib import Path

import pytest

import harness
from harness.abi.hypercalls.event_channel_op import EventChannelStatus
from harness.guest import assemble
from harness.xen.event_channels.channels import EventChannels
from harness.xen.outcome import End

GUESTS = Path(__file__).parents[2] / "guest_asm"


@pytest.mark.parametrize("guest", ["irq", "events"])
def test_a_snapshot_among_interrupts_goes_on_as_the_machine_did_and_cutting_a_run_changes_nothing(guest: str) -> None:
    source = GUESTS / f"{guest}.S"
    with harness.boot(source) as machine:
        machine.run()
        total, console, end = machine.instructions, machine.console, machine.now_ns
    for cut in range(1, total, total // 9):
        with harness.boot(source) as machine:
            machine.run(max_instructions=cut)
            saved, before = machine.snapshot(), machine.console
            machine.run()
            assert (machine.console, machine.now_ns) == (console, end)
            machine.restore(saved)
            machine.run()
            assert (before + machine.console[len(console) :], machine.now_ns) == (console, end)


def test_a_domain_that_goes_leaves_the_other_ends_of_its_channels_unbound() -> None:
    guest = assemble("b .\n", name="nothing.S")
    with harness.boot(guest, also=[guest]) as machine:
        one, two = EventChannels(machine.xen.domains[1]), EventChannels(machine.xen.domains[2])
        port = one.alloc_unbound(2)
        assert two.bind_interdomain(machine.xen.domains[1], port) == 1
        assert one.send(port) == two.send(1) == 0
        two.reset()
        left = one.status(port)
        assert left is not None
        assert (left.status, left.remote_domain) == (EventChannelStatus.EVTCHNSTAT_unbound, 2)
        assert two.bind_interdomain(machine.xen.domains[1], port) == 1


def test_a_snapshot_among_interrupts_that_two_vcpus_change_goes_on_as_the_machine_did() -> None:
    source = GUESTS / "conformance" / "gic_walk_two.S"
    with harness.boot(source, vcpus=2) as machine:
        machine.run()
        total, console, end = machine.instructions, machine.console, machine.now_ns
    with harness.boot(source, vcpus=2) as machine:
        machine.run(max_instructions=total // 2)
        saved, before = machine.snapshot(), machine.console
        for _ in range(2):
            machine.run()
            assert (machine.console[-len(console) + len(before) :], machine.now_ns) == (console[len(before) :], end)
            machine.restore(saved)


@pytest.mark.parametrize("pcpus", [1, 2])
def test_random_accesses_of_two_vcpus_end_well_on_any_number_of_physical_cpus(pcpus: int) -> None:
    with harness.boot(GUESTS / "conformance" / "gic_walk_two.S", vcpus=2, pcpus=pcpus) as machine:
        assert machine.run().end is End.SHUTDOWN
