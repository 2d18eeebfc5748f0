"""Run = snapshot + restore + run, byte for byte, for every guest of the library and a case, at random points."""

import pickle
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import Picture, picture

import harness
from harness.guest import Guest, assemble, load
from harness.xen.outcome import End
from harness.xen.snapshot import Snapshot

LIBRARY = Path(__file__).parents[2] / "guest_asm"
GUESTS = [*sorted(LIBRARY.glob("*.S")), LIBRARY / "conformance" / "event_fifo_queues.S"]
MEMORY = 8 << 20
LIMIT = 2_500_000
"""Instructions after which a guest that never ends is looked at."""

SHORTER = {"echo": 60_000}
"""It waits for a minute, in turns of a few instructions."""

REGISTER_AREA = """
#define KPTI
#include "lib/kernel.h"
    .bss
    .balign 4096
    .space  4096 - 24
    .global runstate_area
runstate_area:
    .space  vcpu_runstate_info_size
    .text
kernel_main:
    bl      boot_mmu
    address x0, runstate_area
    bl      runstate_register
1:  b       1b
#include "lib/end.S"
"""


@cache
def guest(path: Path) -> Guest:
    return load(path)


def limit(path: Path) -> int:
    return SHORTER.get(path.stem, LIMIT)


def boot(path: Path, model: str, vcpus: int, pcpus: int = 1) -> harness.Machine:
    machine = harness.boot(guest(path), abi=model, vcpus=vcpus, pcpus=pcpus, memory=MEMORY)
    machine.type(b"a line\n")
    return machine


def filled(snapshot: Snapshot) -> dict[int, bytes]:
    return {mfn: data for mfn, data in snapshot.frames.items() if any(data)}


@cache
def undisturbed(path: Path, model: str, vcpus: int, pcpus: int) -> tuple[Picture, bytes]:
    with boot(path, model, vcpus, pcpus) as machine:
        machine.run(max_instructions=limit(path))
        return picture(machine), machine.console


@pytest.mark.parametrize("model", ["xen-4.17", "vmap"])
@pytest.mark.parametrize(("vcpus", "pcpus"), [(1, 1), (2, 1), (2, 2)])
@pytest.mark.parametrize("path", GUESTS, ids=lambda path: path.stem)
@settings(max_examples=4, deadline=None, derandomize=True)
@given(fraction=st.floats(0, 1))
def test_a_restored_machine_runs_on_as_if_nothing_had_been(
    path: Path, vcpus: int, pcpus: int, model: str, fraction: float
) -> None:
    expected, console = undisturbed(path, model, vcpus, pcpus)
    with boot(path, model, vcpus, pcpus) as machine:
        machine.run(max_instructions=int(expected.instructions * fraction))
        here, written = picture(machine), len(machine.console)
        saved = machine.snapshot()
        assert picture(machine) == here, "taking a snapshot changes nothing"
        for _ in range(2):
            already = len(machine.console)
            machine.run(max_instructions=limit(path) - machine.instructions)
            assert picture(machine) == expected
            assert machine.console[already:] == console[written:]
            machine.restore(saved)
            assert picture(machine) == here
        again = machine.snapshot(saved)
        # As values, not as bytes: which equal tuples are one object is no part of the state.
        assert pickle.loads(again.xen) == pickle.loads(saved.xen)
        assert again.outcome == saved.outcome
        assert filled(again) == filled(saved)


def test_frames_that_did_not_change_are_shared_between_snapshots() -> None:
    with boot(guest_named("mmu"), "xen-4.17", 1) as machine:
        machine.run(max_instructions=1000)
        first = machine.snapshot()
        machine.run(max_instructions=26_000)
        second = machine.snapshot(first)
        changed = second.frames.changed_since(first.frames)
        assert {mfn for mfn, data in second.frames.items() if first.frames.get(mfn) != data} == changed
        assert 0 < len(changed) < len(second.frames)


def guest_named(name: str) -> Path:
    return next(path for path in GUESTS if path.stem == name)


def test_an_area_registered_after_the_snapshot_is_let_go_by_the_restore() -> None:
    with harness.boot(assemble(REGISTER_AREA), abi="vmap", memory=MEMORY) as machine:
        host = machine.xen.host
        machine.run(max_instructions=1000)
        before = machine.snapshot()
        assert (host.vmap.live, host.frames.state.references) == (0, {})
        machine.run(max_instructions=LIMIT)
        held = dict(host.frames.state.references)
        assert host.vmap.live == 1
        assert sorted(held.values()) == [2, 2], "two pages, each with a reference more than its owner's"
        after = machine.snapshot()
        machine.restore(before)
        assert (host.vmap.live, host.frames.state.references) == (0, {})
        machine.restore(after)
        assert (host.vmap.live, host.frames.state.references) == (1, held)
        machine.restore(before)


def test_a_restore_brings_back_a_vcpu_that_was_not_started_yet() -> None:
    with boot(guest_named("smp"), "xen-4.17", 2) as machine:
        saved = machine.snapshot()
        machine.run(max_instructions=LIMIT)
        assert machine.vcpu(1).has_cpu
        machine.restore(saved)
        assert not machine.vcpu(1).has_cpu
        assert machine.run(max_instructions=LIMIT).end is End.SHUTDOWN
        assert machine.console.count(b"smp: here is vCPU 1") == 2


def test_a_machine_that_has_ended_goes_on_after_a_restore() -> None:
    with boot(guest_named("hello"), "xen-4.17", 1) as machine:
        saved = machine.snapshot()
        for _ in range(3):
            assert machine.run().end is End.SHUTDOWN
            machine.restore(saved)
        assert machine.run(max_instructions=5).end is End.BUDGET


def test_memory_that_was_touched_after_the_snapshot_is_empty_again() -> None:
    with boot(guest_named("hello"), "xen-4.17", 1) as machine:
        saved, address = machine.snapshot(), 0x4000_0000 + MEMORY // 2
        machine.write_ipa(address, b"later")
        machine.restore(saved)
        assert machine.read_ipa(address, 5) == bytes(5)
        assert not [data for mfn, data in machine.snapshot().frames.items() if mfn not in saved.frames and any(data)]


def test_code_that_was_written_after_the_snapshot_does_not_run_after_the_restore() -> None:
    with harness.boot(assemble(".text\n1: add x1, x1, #1\n b 1b"), memory=MEMORY) as machine:
        machine.step(2)
        saved = machine.snapshot()
        machine.write_ipa(0x4000_0000, bytes.fromhex("21 08 00 91"))  # add x1, x1, #2
        machine.step(2)
        assert machine.vcpu().cpu.x[1] == 3
        machine.restore(saved)
        machine.step(2)
        assert machine.vcpu().cpu.x[1] == 2
