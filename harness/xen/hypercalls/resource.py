"""XENMEM_acquire_resource: map another domain's grant table frames (``xen/common/memory.c``)."""

import struct
from dataclasses import dataclass, replace
from typing import Self

from harness.abi.errno import Errno
from harness.abi.hypercalls.memory_op import XEN_MEM_ACQUIRE_RESOURCE
from harness.abi.words import MASK64
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.hypercalls.reservation import EXTENT_SHIFT, MOST_EXTENTS, decode
from harness.xen.memory.grant_table import MAX_FRAMES, GrantTable
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest
from harness.xen.memory.p2m import P2mType

GRANT_TABLE = 1
"""XENMEM_resource_grant_table; with version 1 grants only its part 0, the shared frames, exists."""
CHUNK = 32
"""How many frames Xen maps between two preemption checks; 4.14 accepts no more in one call."""

_RESOURCE = struct.Struct("<HHIIIQQ")
_NR_FRAMES = XEN_MEM_ACQUIRE_RESOURCE.offset("nr_frames")
assert _RESOURCE.size == XEN_MEM_ACQUIRE_RESOURCE.size


@dataclass(frozen=True, slots=True)
class _Resource:
    """``struct xen_mem_acquire_resource``."""

    domain: int
    kind: int
    part: int
    count: int
    pad: int
    first: int
    gfns: int

    @classmethod
    def read(cls, vcpu: Vcpu, address: int) -> Self | None:
        data = copy_from_guest(vcpu, address, _RESOURCE.size)
        return None if data is None else cls(*_RESOURCE.unpack(data))


def acquire(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """Answer XENMEM_acquire_resource."""
    command, start, argument = decode(x)
    if vcpu.domain.release.old_resources:
        return _acquire_4_14(call, vcpu, argument)
    request = _Resource.read(vcpu, argument)
    if request is None:
        return -Errno.EFAULT
    # The ABI gives the first frame 64 bits, but nr_frames, and so the size of a resource, only 32.
    if request.pad or request.first + request.count >> 32 or request.first >> 32:
        return -Errno.EINVAL
    owner = _owner(call, vcpu, request.domain)
    if isinstance(owner, int):
        return owner
    if request.kind != GRANT_TABLE or request.part != 0:
        return -Errno.EINVAL
    if request.gfns == 0:  # a NULL list asks how many frames there are
        return -Errno.EINVAL if request.count or start else _tell(vcpu, argument, MAX_FRAMES)
    if start >= request.count or request.count > MOST_EXTENTS:
        return -Errno.EINVAL
    for at in range(start, request.count, CHUNK):
        if at != start and call.preempted():
            return call.go_on_later(x, command | at << EXTENT_SHIFT, argument)
        failed = _map(vcpu, owner, request, at, min(CHUNK, request.count - at))
        if failed:
            return failed
    return 0


def _acquire_4_14(call: Call, vcpu: Vcpu, argument: int) -> int:
    # 4.14 checks in another order, and answers a query with its own limit, without looking up the domain.
    if not vcpu.domain.privileged:
        return -Errno.EACCES
    request = _Resource.read(vcpu, argument)
    if request is None:
        return -Errno.EFAULT
    if request.pad:
        return -Errno.EINVAL
    if request.gfns == 0:
        return -Errno.EINVAL if request.count else _tell(vcpu, argument, CHUNK)
    if request.count > CHUNK:
        return -Errno.E2BIG
    owner = _owner(call, vcpu, request.domain)
    if isinstance(owner, int):
        return owner
    if request.kind != GRANT_TABLE:
        return -Errno.EOPNOTSUPP
    if request.part != 0:
        return -Errno.EINVAL if request.count else 0
    return _map(vcpu, owner, request, 0, request.count) if request.count else 0


def _owner(call: Call, vcpu: Vcpu, number: int) -> Domain | int:
    """The domain that owns the resource, which the caller must control and not be; or the error."""
    owner = call.xen.domains.get(number)
    if owner is None:
        return -Errno.ESRCH
    return owner if vcpu.domain.privileged and owner is not vcpu.domain else -Errno.EPERM


def _tell(vcpu: Vcpu, argument: int, most: int) -> int:
    short = copy_to_guest(vcpu, argument + _NR_FRAMES, most.to_bytes(4, "little"))
    return 0 if short is None else -Errno.EFAULT


def _map(vcpu: Vcpu, owner: Domain, request: _Resource, start: int, count: int) -> int:
    """Map ``count`` frames, from number ``start`` of the request on, at the gfns that the guest lists."""
    request = replace(request, first=request.first + start, gfns=request.gfns + 8 * start & MASK64)
    # The last frame is looked up first, which grows the table for all of them (``gnttab_acquire_resource``).
    if GrantTable(owner).frame(request.first + count - 1) is None:
        return -Errno.EINVAL
    gfns = copy_from_guest(vcpu, request.gfns, 8 * count)
    if gfns is None:
        return -Errno.EFAULT
    for index, (gfn,) in enumerate(struct.iter_unpack("<Q", gfns)):
        mfn = GrantTable(owner).frame(request.first + index)
        if vcpu.domain.release.old_resources:
            failed = -Errno.EOPNOTSUPP  # 4.14's ``set_foreign_p2m_entry`` is for x86 only
        elif mfn is None or not owner.p2m.owns(mfn):
            failed = -Errno.EINVAL
        else:
            failed = vcpu.domain.p2m.map_foreign(gfn, mfn, P2mType.MAP_FOREIGN_RW)
        if failed:
            # Frames that were mapped before stay mapped; Xen reports that state as -EIO, not as the frame's own error.
            return -Errno.EIO if index else failed
    return 0
