"""The references view: what keeps a guest's frames in use, and what Xen has mapped (vmap)."""

from collections.abc import Iterator

from harness.api import Machine
from harness.machine.memory import PAGE_SHIFT


def reference_lines(machine: Machine) -> Iterator[str]:
    """Yield the vmaps of runstate areas, every frame with references besides its owner's, and lingering frames.

    A lingering frame was given up by its owner, but a reference still keeps it.
    """
    xen = machine.xen
    frames = xen.host.frames
    yield f"{frames.in_use:,} frames in use, {xen.host.vmap.live} vmaps"
    for vcpu in xen.vcpus.values():
        area = vcpu.state.physical_area or vcpu.state.area
        if vcpu.mapping is not None and area is not None:
            held = ", ".join(f"mfn {mfn:#x}" for mfn in area.frames)
            yield f"  vmap of the runstate area of {vcpu}: {held}, at offset {area.offset:#x}"
        if vcpu.state.vcpu_info is not None:
            yield f"  vcpu_info of {vcpu}: maddr {vcpu.state.vcpu_info:#x}"
    owners = {
        mfn: f"d{number}" for number, d in xen.domains.items() for mfn in frames.state.references if d.p2m.owns(mfn)
    }
    for mfn, count in sorted(frames.state.references.items()):
        yield f"  mfn {mfn:#x} (maddr {mfn << PAGE_SHIFT:#x}) of {owners.get(mfn, 'nobody')}: {count} references"
    if not frames.state.references:
        yield "  no frame has a reference besides its owner's"
    for mfn, owner in sorted(frames.state.lingering.items()):
        yield f"  mfn {mfn:#x} was given up by d{owner}, but is still referenced"
