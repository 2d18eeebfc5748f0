"""Taking a snapshot of a whole machine, and restoring it: machine memory, CPUs, and Xen's own state.

Xen's state is plain data, copied as a whole. Of memory, a snapshot keeps only frames that were ever touched
(:mod:`harness.machine.saved_frames`); frames that did not change since an earlier snapshot are shared with it.
Emulators, mappings and listeners are not state: they stay, and what depends on state (TLBs, translated code, vmaps) is
rebuilt.
"""

import pickle
from dataclasses import dataclass
from typing import Any

from harness.errors import InputError
from harness.machine.lifetime import MachineError
from harness.machine.saved_frames import Frames
from harness.xen.hypervisor import Hypervisor
from harness.xen.models.blame import blame
from harness.xen.outcome import Outcome
from harness.xen.scheduler import Key


class SnapshotError(MachineError, InputError):
    """The argument is not a snapshot, or belongs to another machine; this machine is unchanged."""


@dataclass(frozen=True)
class Snapshot:
    """The state of one machine at one moment; it can be restored into that machine any number of times."""

    frames: Frames
    """The contents of each touched frame, by mfn."""
    cpus: dict[Key, Any]
    """The state of each CPU that was ever started."""
    xen: bytes
    """Xen's own state, which is plain data, pickled."""
    outcome: Outcome | None
    machine: object
    """The identity of its machine: the state cannot be loaded into another machine's emulators and mappings."""


def take(xen: Hypervisor, previous: Snapshot | None = None) -> Snapshot:
    """Take a snapshot between two runs; unchanged frames are shared with ``previous``.

    Raises SnapshotError if ``previous`` is not a snapshot of this machine, MachineError if the machine is running,
    closed, or another process's.
    """
    xen.check_idle()
    if previous is not None:
        _check(xen, previous)
    return Snapshot(
        xen.host.saved_frames.save(Frames() if previous is None else previous.frames),
        {key: vcpu.cpu.save() for key, vcpu in xen.vcpus.items() if vcpu.has_cpu},
        pickle.dumps(_states(xen), pickle.HIGHEST_PROTOCOL),
        xen.outcome,
        xen.identity,
    )


def _check(xen: Hypervisor, snapshot: Snapshot) -> None:
    if not isinstance(snapshot, Snapshot):
        raise SnapshotError(f"a {type(snapshot).__name__} is not a snapshot: pass what snapshot() returned")
    if snapshot.machine is not xen.identity:
        raise SnapshotError("the snapshot is of another machine: restore it into the machine that it was taken from")


def put_back(xen: Hypervisor, snapshot: Snapshot) -> None:
    """Restore the state at the time of the snapshot. Raises as :func:`take` does, before anything is changed."""
    xen.check_idle()
    _check(xen, snapshot)
    xen.host.saved_frames.restore(snapshot.frames)
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
        # A live mapping cannot be pickled. The delivery makes it again from the frame numbers in the state.
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
