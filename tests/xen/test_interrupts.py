"""Interrupts and event channels answer as the real Xens did: recorded, and asked again where QEMU is there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from interrupt_recordings import path_of, render, run_here, run_there
from interrupt_tables import TABLES

import harness
from harness.abi.hypercalls.event_channel_op import EventChannelStatus
from harness.guest import assemble
from harness.oracle import RELEASES
from harness.xen.event_channels.channels import EventChannels

GUESTS = Path(__file__).parents[2] / "guest_asm"

BY_TABLE = pytest.mark.parametrize("name", TABLES)
BY_WHOM = pytest.mark.parametrize("dom0", [False, True], ids=["domU", "dom0"])


@BY_TABLE
@BY_WHOM
def test_every_release_answers_as_the_real_one_did(name: str, dom0: bool) -> None:
    runs = {release: run_here(name, release, dom0=dom0) for release in RELEASES}
    assert render(name, runs, dom0=dom0) == path_of(name, dom0=dom0).read_text()


@BY_TABLE
@BY_WHOM
def test_the_real_xens_still_say_what_is_recorded(name: str, dom0: bool, real_xen: Callable[[str], str]) -> None:
    runs = {}
    for release in RELEASES:
        real_xen(release)
        runs[release] = run_there(name, release, dom0=dom0)
    assert render(name, runs, dom0=dom0) == path_of(name, dom0=dom0).read_text()


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
