"""Taking the whole state of a machine, and putting it back: machine memory, CPUs, and all that Xen keeps.

Xen's state is plain data, copied as a whole. Of memory only frames that were ever touched are kept, and frames that
did not change since an earlier snapshot are shared with it. Emulators, mappings and listeners are not state: they
stay, and what depends on state (TLBs, translated code, vmaps) is made again.
"""

import pickle
from dataclasses import dataclass
from typing import Any

from harness.errors import InputError
from harness.machine.lifetime import MachineError
from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, Memory
from harness.xen.hypervisor import Hypervisor
from harness.xen.models.blame import blame
from harness.xen.outcome import Outcome
from harness.xen.scheduler import Key


class SnapshotError(MachineError, InputError):
    """What was given is no snapshot, or one of another machine; the machine is as it was before."""


@dataclass(frozen=True)
class Snapshot:
    """A moment of one machine; it can be put back into that machine any number of times."""

    frames: dict[int, bytes]
    """What each touched frame held, by mfn."""
    cpus: dict[Key, Any]
    """The state of each CPU that was ever started."""
    xen: bytes
    """What Xen keeps, pickled: it is plain data."""
    outcome: Outcome | None
    machine: object
    """The identity of its machine: no other one's emulators and mappings can be given this state."""


def take(xen: Hypervisor, previous: Snapshot | None = None) -> Snapshot:
    """Take a snapshot between two runs; unchanged frames are shared with ``previous``.

    Raises SnapshotError for a ``previous`` that is not of this machine, MachineError where it cannot be used now.
    """
    xen.check_idle()
    if previous is not None:
        _check(xen, previous)
    known = {} if previous is None else previous.frames
    return Snapshot(
        _touched_frames(xen.host.memory, known),
        {key: vcpu.cpu.save() for key, vcpu in xen.vcpus.items() if vcpu.has_cpu},
        pickle.dumps(_states(xen), pickle.HIGHEST_PROTOCOL),
        xen.outcome,
        xen.identity,
    )


def _check(xen: Hypervisor, snapshot: Snapshot) -> None:
    if not isinstance(snapshot, Snapshot):
        raise SnapshotError(f"a {type(snapshot).__name__} is no snapshot: it takes what snapshot() returned")
    if snapshot.machine is not xen.identity:
        raise SnapshotError("the snapshot is of another machine: one can be put back only into the machine it is of")


def put_back(xen: Hypervisor, snapshot: Snapshot) -> None:
    """Make the machine what it was when the snapshot was taken. Raises as :func:`take` does, before anything."""
    xen.check_idle()
    _check(xen, snapshot)
    _restore_frames(xen.host.memory, snapshot.frames)
    host_time, retired, held_ns, frames, console, scheduler, domains, vcpus = pickle.loads(snapshot.xen)
    xen.host.stop_clock(host_time)
    xen.retired = retired
    xen.held_ns = held_ns
    xen.outcome = snapshot.outcome
    xen.host.frames.state = frames
    xen.console.state = console
    xen.scheduler.state = scheduler
    for number, (state, p2m) in domains.items():
        xen.domains[number].state = state
        xen.domains[number].p2m.state = p2m
    for key, state in vcpus.items():
        vcpu = xen.vcpus[key]
        vcpu.state = state
        try:
            vcpu.domain.delivery.rebuild(vcpu)
        except (Exception, SystemExit) as error:
            blame(error, vcpu.domain.model, f"mapping the area of {vcpu} again, after a restore")
        vcpu.restore_cpu(snapshot.cpus.get(key))


def _states(xen: Hypervisor) -> tuple[Any, ...]:
    return (
        xen.host.now_ns(),
        xen.retired,
        xen.held_ns,
        xen.host.frames.state,
        xen.console.state,
        xen.scheduler.state,
        {number: (domain.state, domain.p2m.state) for number, domain in xen.domains.items()},
        {key: vcpu.state for key, vcpu in xen.vcpus.items()},
    )


def _touched_frames(memory: Memory, known: dict[int, bytes]) -> dict[int, bytes]:
    frames = {}
    for start, length in memory.touched():
        offset = start - memory.base
        for at in range(offset, offset + length, PAGE_SIZE):
            mfn = memory.base + at >> PAGE_SHIFT
            before = known.get(mfn)
            same = before is not None and memory.bytes[at : at + PAGE_SIZE] == before
            frames[mfn] = before if same and before is not None else bytes(memory.bytes[at : at + PAGE_SIZE])
    return frames


def _restore_frames(memory: Memory, frames: dict[int, bytes]) -> None:
    for start, length in list(memory.touched()):
        for maddr in range(start, start + length, PAGE_SIZE):
            if maddr >> PAGE_SHIFT not in frames:
                memory.zero(maddr, PAGE_SIZE)
    for mfn, data in frames.items():
        at = (mfn << PAGE_SHIFT) - memory.base
        if memory.bytes[at : at + PAGE_SIZE] != data:
            memory.bytes[at : at + PAGE_SIZE] = data
