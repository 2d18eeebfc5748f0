"""FIFO event channels: what a guest cannot see of them. What it can see, the rules EVT-066 and following say."""

from collections.abc import Iterator

import pytest

import harness
from harness.abi.errno import Errno
from harness.abi.hypercalls.event_channel_op import EventChannelStatus
from harness.events import XenLog
from harness.guest import assemble
from harness.machine.memory import PAGE_SHIFT
from harness.xen.domains.domain import Domain
from harness.xen.event_channels.channels import EventChannels
from harness.xen.event_channels.state import Port

GFN = (0x4000_0000 >> PAGE_SHIFT) + 0x400
NOWHERE = 0x1000_0000
CONTROL, ARRAY = GFN, GFN + 1
PENDING, LINKED = 1 << 31, 1 << 29
WAITING = assemble(".text\n1: b 1b")


def machine(abi: str = "xen-4.17", *, dom0: bool = False) -> harness.Machine:
    return harness.boot(WAITING, abi=abi, vcpus=2, memory=8 << 20, dom0=dom0)


@pytest.fixture
def domain() -> Iterator[Domain]:
    with machine() as booted:
        yield booted.domain


def choose_fifo(domain: Domain, pages: int = 1) -> None:
    assert EventChannels(domain).fifo.init_control(domain.vcpus[0], first_gfn(domain), 0) == 0
    for _ in range(pages):
        assert EventChannels(domain).fifo.expand_array(first_gfn(domain) + 1) == 0


def first_gfn(domain: Domain) -> int:
    """The gfn of the control block: dom0's memory lies elsewhere."""
    start, count = domain.p2m.state.owned.runs[0]
    return start + count - 2 if domain.direct_mapped else CONTROL


def references(domain: Domain, gfn: int) -> int:
    entry = domain.p2m.lookup(gfn)
    assert entry is not None
    return domain.frames.references(entry.mfn)


def word(domain: Domain, port: int) -> int:
    entry = domain.p2m.lookup(ARRAY)
    assert entry is not None
    return int.from_bytes(domain.memory.read((entry.mfn << PAGE_SHIFT) + 4 * port, 4), "little")


def test_pages_are_held_from_the_call_on_and_let_go_by_a_reset(domain: Domain) -> None:
    choose_fifo(domain, pages=2)
    assert (references(domain, CONTROL), references(domain, ARRAY)) == (2, 3)
    assert EventChannels(domain).reset() == 0
    assert (references(domain, CONTROL), references(domain, ARRAY)) == (1, 1)


def test_a_page_that_the_guest_gives_back_lives_on_until_the_reset(domain: Domain) -> None:
    choose_fifo(domain)
    in_use = domain.frames.in_use
    entry = domain.p2m.lookup(ARRAY)
    assert entry is not None
    domain.p2m.remove(ARRAY)
    domain.p2m.give_up(entry.mfn)
    port = EventChannels(domain).bind_ipi(0)
    assert EventChannels(domain).send(port) == 0
    assert domain.frames.in_use == in_use
    EventChannels(domain).reset()
    assert domain.frames.in_use == in_use - 1


def test_a_domain_that_ends_lets_go_of_its_pages() -> None:
    booted = machine()
    choose_fifo(booted.domain)
    frames = booted.domain.frames
    booted.close()
    assert (frames.in_use, frames.state.references) == (0, {})


@pytest.mark.parametrize(("gfn", "offset"), [(NOWHERE, 0), (CONTROL, 4), (CONTROL, 4096), (1 << 60, 0)])
def test_a_control_block_that_is_refused_holds_nothing(domain: Domain, gfn: int, offset: int) -> None:
    assert EventChannels(domain).fifo.init_control(domain.vcpus[0], gfn, offset) == -Errno.EINVAL
    assert domain.state.events.fifo is None
    assert domain.frames.state.references == {}


def test_the_pages_of_a_snapshot_are_held_again_after_a_restore() -> None:
    with machine() as booted:
        domain = booted.domain
        before = booted.snapshot()
        choose_fifo(domain)
        port = EventChannels(domain).bind_ipi(0)
        EventChannels(domain).send(port)
        after = booted.snapshot()
        kept = repr(domain.state)
        booted.restore(before)
        assert domain.state.events.fifo is None
        assert references(domain, ARRAY) == 1
        booted.restore(after)
        assert repr(domain.state) == kept
        assert references(domain, ARRAY) == 2
        assert word(domain, port) == PENDING | LINKED
        other = EventChannels(domain).bind_ipi(0)
        EventChannels(domain).send(other)
        assert word(domain, port) == PENDING | LINKED | other


@pytest.mark.parametrize(
    ("abi", "dom0", "last"),
    [("xen-4.14", False, 131071), ("xen-4.17", False, 1023), ("xen-4.17", True, 131071), ("xen-4.20", False, 1023)],
)
def test_there_is_room_for_more_ports_than_with_the_2_level_abi(abi: str, dom0: bool, last: int) -> None:
    with machine(abi, dom0=dom0) as booted:
        domain = booted.domain
        events = domain.state.events
        for most in (min(last, 4095), last):
            events.ports = {each: Port(EventChannelStatus.EVTCHNSTAT_ipi) for each in range(1, most)}
            events.valid = most + 1
            assert EventChannels(domain).bind_ipi(0) == most
            assert EventChannels(domain).bind_ipi(0) == -Errno.ENOSPC
            if events.fifo is None:
                choose_fifo(domain, pages=0)


def test_an_event_ends_the_wait_of_a_vcpu_that_polls_its_port(domain: Domain) -> None:
    choose_fifo(domain)
    port, other = EventChannels(domain).bind_ipi(0), EventChannels(domain).bind_ipi(0)
    poller = domain.vcpus[1]
    poller.state.down, poller.state.blocked = False, True
    poller.poll(port, None)
    EventChannels(domain).send(other)
    assert poller.state.polling
    EventChannels(domain).send(port)
    assert not poller.state.polling


@pytest.mark.parametrize(("abi", "said"), [("xen-4.14", 1), ("xen-4.17", 2), ("xen-4.20", 2)])
def test_an_event_for_a_vcpu_without_a_control_block_is_logged(abi: str, said: int) -> None:
    with machine(abi) as booted:
        choose_fifo(booted.domain)
        lines: list[str] = []
        booted.events.listen(XenLog, lambda event: lines.append(event.line))
        first, second = EventChannels(booted.domain).bind_ipi(1), EventChannels(booted.domain).bind_ipi(1)
        entry = booted.domain.p2m.lookup(ARRAY)
        assert entry is not None
        masked = (1 << 30).to_bytes(4, "little")
        booted.domain.memory.write((entry.mfn << PAGE_SHIFT) + 4 * second, masked)
        EventChannels(booted.domain).send(first)
        EventChannels(booted.domain).send(second)
        assert lines == ["d1v1 has no FIFO event channel control block"] * said


def test_a_control_block_and_words_that_share_a_page_are_but_memory(domain: Domain) -> None:
    assert EventChannels(domain).fifo.init_control(domain.vcpus[0], ARRAY, 0) == 0
    assert EventChannels(domain).fifo.expand_array(ARRAY) == 0
    ports = [EventChannels(domain).bind_ipi(0) for _ in range(40)]
    for _ in range(3):
        for port in ports:
            assert EventChannels(domain).send(port) == 0
            assert EventChannels(domain).unmask(port) == 0
