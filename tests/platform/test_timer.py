"""The timers of a vCPU: deadlines near and far, masks, and what is left of an expiry."""

import pytest

from harness.platform.timer import COUNTER_LEAD_NS, ENABLE, IMASK, ISTATUS, TICK_NS, PhysicalTimer, Timer

NOW = 1_000_000
"""ns; a whole number of ticks."""
FAR = 1 << 60
"""Ticks: 2**64 ns."""


def virtual(compare: int, control: int = ENABLE) -> Timer:
    timer = Timer(0)
    timer.write("CVAL", compare, NOW)
    timer.write("CTL", control, NOW)
    return timer


def physical(compare: int, control: int = ENABLE) -> PhysicalTimer:
    timer = PhysicalTimer(-COUNTER_LEAD_NS)
    timer.write("CVAL", compare, NOW)
    timer.write("CTL", control, NOW)
    return timer


@pytest.mark.parametrize("compare", [1 << 59, FAR, FAR + 5, 1 << 63, (1 << 64) - 1])
def test_a_far_virtual_timer_does_not_fire_while_its_vcpu_runs(compare: int) -> None:
    timer = virtual(compare)
    assert not timer.expire(NOW, running=True)
    assert timer.read("CTL", NOW) == ENABLE


@pytest.mark.parametrize("compare", [1 << 59, FAR, 1 << 63, (1 << 64) - 1])
def test_xens_timer_for_a_waiting_vcpu_takes_a_far_time_for_the_past(compare: int) -> None:
    timer = virtual(compare)
    assert timer.expire(NOW, running=False)
    assert timer.read("CTL", NOW) == ENABLE | IMASK, "masked, and its time has not come"


def test_xens_timer_sees_only_64_bits_of_ns() -> None:
    due = NOW // TICK_NS + 1000
    assert virtual(FAR + due).deadline_ns(running=False) == due * TICK_NS
    assert virtual(FAR + due).deadline_ns(running=True) == (FAR + due) * TICK_NS


def test_a_virtual_timer_fires_once_and_masks_itself() -> None:
    timer = virtual(NOW // TICK_NS)
    assert timer.expire(NOW, running=True)
    assert not timer.expire(NOW, running=True)
    assert timer.read("CTL", NOW) == ENABLE | IMASK | ISTATUS


@pytest.mark.parametrize("timer", [virtual(0, ENABLE | IMASK), virtual(0, IMASK), virtual(0, 0)])
def test_a_virtual_timer_that_is_masked_or_off_never_fires(timer: Timer) -> None:
    assert timer.deadline_ns(running=True) is None
    assert not timer.expire(NOW, running=True)


def test_a_masked_physical_timer_expires_without_an_interrupt() -> None:
    timer = physical(1, ENABLE | IMASK)
    assert timer.read("CTL", NOW) == ENABLE | IMASK
    assert not timer.expire(NOW, running=True)
    assert timer.read("CTL", NOW) == ENABLE | IMASK | ISTATUS


def test_istatus_of_the_physical_timer_stays_until_a_new_time_is_set() -> None:
    timer = physical(1)
    assert timer.expire(NOW, running=True)
    timer.write("CTL", ENABLE | IMASK, NOW)
    assert timer.read("CTL", NOW) == ENABLE | IMASK | ISTATUS
    timer.write("TVAL", 100, NOW)
    assert timer.read("CTL", NOW) == ENABLE | IMASK
    assert timer.deadline_ns(running=True) == NOW + 100 * TICK_NS


def test_turning_the_physical_timer_off_forgets_istatus() -> None:
    timer = physical(1)
    timer.expire(NOW, running=True)
    timer.write("CTL", 0, NOW)
    assert (timer.read("CTL", NOW), timer.deadline_ns(running=True)) == (0, None)


def test_enabling_a_physical_timer_that_has_expired_raises_its_interrupt_again() -> None:
    timer = physical(1)
    assert timer.expire(NOW, running=True)
    timer.write("CTL", ENABLE, NOW)
    assert timer.expire(NOW, running=True)


@pytest.mark.parametrize(("written", "added"), [(0, 0), (5, 5), (0x7FFF_FFFF, 0x7FFF_FFFF), (0xFFFF_FFFF, -1)])
@pytest.mark.parametrize("upper", [0, 0xABCD << 32])
def test_tval_is_signed_and_its_upper_half_ignored(written: int, added: int, upper: int) -> None:
    for timer in (virtual(0), physical(0)):
        timer.write("TVAL", upper | written, NOW)
        assert timer.read("CVAL", NOW) == timer.count(NOW) + added
        assert timer.read("TVAL", NOW) == written


def test_the_physical_counter_is_ahead_of_xens_time() -> None:
    assert PhysicalTimer(-COUNTER_LEAD_NS).count(0) == COUNTER_LEAD_NS // TICK_NS
