"""Runstate areas in every corner, as the real Xens serve them: nearly 400 cases, line for line, times aside.

The recordings of ``vmap`` and of the debug build are of binaries that were built for it: Xen 4.14.6 with version 3 of
the patch, and Xen 4.17.5 with CONFIG_DEBUG.
"""

from collections.abc import Callable

import pytest
from area_corner_cases import corner_guest
from area_recordings import LOG, RELEASES, VCPUS, Recording, ask, corners, guest, read, recording

import harness
from harness.events import EventBus, XenLog
from harness.guest import Guest
from harness.xen.outcome import End

BUDGET = 2_000_000_000
DETOUR_EVERY = 150_000
"""Instructions of the guest between two snapshots."""


def run_here(model: str, *, dom0: bool = True, debug_build: bool = False, of: Guest | None = None) -> Recording:
    events = EventBus()
    log: list[str] = []
    events.listen(XenLog, lambda event: log.append(event.line))
    with harness.boot(
        of or guest(), abi=model, dom0=dom0, vcpus=VCPUS, debug_build=debug_build, events=events
    ) as machine:
        assert machine.run(max_instructions=BUDGET).end is End.SHUTDOWN
        return recording(machine.console.decode(), log)


def differences(here: Recording, there: Recording) -> dict[str, tuple[list[str], list[str]]]:
    """(here, there) by case."""
    assert list(here) == list(there)
    return {case: (lines, there[case]) for case, lines in here.items() if lines != there[case]}


@pytest.mark.parametrize("model", ["xen-4.14", "xen-4.17", "xen-4.20", "vmap"])
def test_every_area_is_served_as_a_real_xen_served_it(model: str) -> None:
    assert differences(run_here(model), read(model)) == {}


@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
def test_a_domu_is_served_as_dom0_is(model: str) -> None:
    there = read(model)
    there[LOG] = [line.replace("d0v", "d1v") for line in there[LOG]]
    assert differences(run_here(model, dom0=False), there) == {}


@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
def test_a_detour_that_is_taken_back_changes_nothing_wherever_the_area_lies(model: str) -> None:
    log: list[str] = []
    with harness.boot(corner_guest(), abi=model, dom0=False, vcpus=VCPUS) as machine:
        said, seen = b"", 0
        while machine.run(max_instructions=DETOUR_EVERY).end is not End.SHUTDOWN:
            said += machine.console[seen:]
            saved = machine.snapshot()
            machine.run(max_instructions=DETOUR_EVERY * 2)
            machine.restore(saved)
            seen = len(machine.console)
        found = recording((said + machine.console[seen:]).decode(), log)
    there = read(corners(model, domu=True))
    there[LOG] = []
    assert differences(found, there) == {}


def test_a_debug_build_complains_of_every_walk_that_fails_as_often_as_the_real_one() -> None:
    assert differences(run_here("xen-4.17", debug_build=True), read("xen-4.17-debug")) == {}


@pytest.mark.parametrize("domu", [False, True])
def test_a_debug_build_complains_of_them_in_corners_too(domu: bool) -> None:
    here = run_here("xen-4.17", dom0=not domu, debug_build=True, of=corner_guest())
    assert differences(here, read(corners("xen-4.17-debug", domu))) == {}


def test_the_barrier_that_the_review_missed_changes_nothing_that_one_cpu_sees() -> None:
    assert differences(run_here("vmap-wmb"), read("vmap")) == {}


@pytest.mark.parametrize("domu", [False, True])
@pytest.mark.parametrize("model", ["xen-4.14", "xen-4.17", "xen-4.20", "vmap"])
def test_areas_where_no_kernel_puts_them_are_served_as_a_real_xen_served_them(model: str, domu: bool) -> None:
    here = run_here(model, dom0=not domu, of=corner_guest())
    assert differences(here, read(corners(model, domu))) == {}


@pytest.mark.parametrize("release", RELEASES)
def test_the_recording_is_what_the_real_xen_does(release: str, real_xen: Callable[[str], str]) -> None:
    assert differences(ask(real_xen(release)), read(f"xen-{release}")) == {}


@pytest.mark.parametrize("domu", [False, True])
def test_the_recording_of_corners_is_what_the_real_xen_does(domu: bool, real_xen: Callable[[str], str]) -> None:
    there = ask(real_xen("4.17"), domu=domu, of=corner_guest())
    assert differences(there, read(corners("xen-4.17", domu))) == {}


def test_a_real_domu_is_served_as_dom0_is(real_xen: Callable[[str], str]) -> None:
    assert differences(ask(real_xen("4.17"), domu=True), read("xen-4.17")) == {}
