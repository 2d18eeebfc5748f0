"""memory_op's commands that map or unmap a gfn (``xen/common/memory.c``, ``xen/arch/arm/mm.c``)."""

import struct
from dataclasses import dataclass

from harness.abi.domain_id import DomainId
from harness.abi.errno import Errno
from harness.abi.hypercalls.memory_op import (
    XEN_ADD_TO_PHYSMAP,
    XEN_ADD_TO_PHYSMAP_BATCH,
    XEN_REMOVE_FROM_PHYSMAP,
    MapSpace,
)
from harness.abi.words import MASK32, MASK64
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.hypercalls.call import Call, target_of
from harness.xen.hypercalls.reservation import EXTENT_SHIFT, decode
from harness.xen.memory.grant_table import GrantTable
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest
from harness.xen.memory.p2m import INVALID_GFN, P2mType

_ADD = struct.Struct("<HHIQQ")
_BATCH = struct.Struct("<HHHHQQQ")
_REMOVE = struct.Struct("<H6xQ")
assert _ADD.size == XEN_ADD_TO_PHYSMAP.size
assert _BATCH.size == XEN_ADD_TO_PHYSMAP_BATCH.size
assert _REMOVE.size == XEN_REMOVE_FROM_PHYSMAP.size


def add(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """XENMEM_add_to_physmap. A range of gmfns is checked, but never mapped on Arm."""
    _, start, argument = decode(x)
    # The size field of the structure has 16 bits, so more extents cannot be done (``do_memory_op``).
    if start > 0xFFFF:
        return -Errno.EDOM
    data = copy_from_guest(vcpu, argument, _ADD.size)
    if data is None:
        return -Errno.EFAULT
    number, size, space, index, gfn = _ADD.unpack(data)
    # Foreign pages need the batch variant: this structure has no field for the foreign domain.
    if space == MapSpace.XENMAPSPACE_gmfn_foreign:
        return -Errno.ENOSYS
    domain = _permitted(call, vcpu, number, space)
    if isinstance(domain, int):
        return domain
    strict = domain.release.strict_physmap
    if gfn == INVALID_GFN and strict:
        return -Errno.EINVAL
    if space != MapSpace.XENMAPSPACE_gmfn_range:
        return _Request(call, vcpu, domain, space).add(index, gfn)
    if size < start:
        return -Errno.EILSEQ
    if strict and max(gfn, index) + size > MASK64:
        return -Errno.EOVERFLOW
    return -Errno.ENOSYS if size > start else 0


def add_batch(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """XENMEM_add_to_physmap_batch: each extent gets its own errno, written to the guest's list of errors."""
    command, start, argument = decode(x)
    if start > 0xFFFF:
        return -Errno.EDOM
    data = copy_from_guest(vcpu, argument, _BATCH.size)
    if data is None:
        return -Errno.EFAULT
    number, space, size, extra, *lists = _BATCH.unpack(data)
    if space == MapSpace.XENMAPSPACE_gmfn_range:
        return -Errno.EOPNOTSUPP
    domain = _permitted(call, vcpu, number, space)
    if isinstance(domain, int):
        return domain
    if size <= start:  # a continuation always has something left to do; only a fresh call may be empty
        return -Errno.EILSEQ if size < start or start else 0
    if space == MapSpace.XENMAPSPACE_dev_mmio and extra:
        return -Errno.EOPNOTSUPP
    request = _Request(call, vcpu, domain, space, extra)
    for extent in range(start, size):
        if extent != start and call.preempted():
            return call.go_on_later(x, command | extent << EXTENT_SHIFT, argument)
        failed = _add_from_lists(request, extent, *lists)
        if failed:
            return failed
    return 0


def _add_from_lists(request: "_Request", extent: int, indices: int, gfns: int, errors: int) -> int:
    index = copy_from_guest(request.vcpu, indices + 8 * extent, 8)
    gfn = copy_from_guest(request.vcpu, gfns + 8 * extent, 8)
    if index is None or gfn is None:
        return -Errno.EFAULT
    where = int.from_bytes(gfn, "little")
    if where == INVALID_GFN and request.domain.release.strict_physmap:
        return -Errno.EINVAL
    error = request.add(int.from_bytes(index, "little"), where)
    written = error.to_bytes(4, "little", signed=True)
    return 0 if copy_to_guest(request.vcpu, errors + 4 * extent, written) is None else -Errno.EFAULT


def remove(call: Call, vcpu: Vcpu, argument: int) -> int:
    """XENMEM_remove_from_physmap: unmap a page; it still belongs to the domain."""
    data = copy_from_guest(vcpu, argument, _REMOVE.size)
    if data is None:
        return -Errno.EFAULT
    number, gfn = _REMOVE.unpack(data)
    domain = target_of(vcpu.domain, number)
    if isinstance(domain, int):
        return domain
    page = domain.p2m.page(gfn)
    return -Errno.ENOENT if page is None else domain.p2m.remove(gfn, page.mfn)


def _permitted(call: Call, vcpu: Vcpu, number: int, space: int) -> Domain | int:
    """The domain whose map is to change, or the error (``xatp_permission_check``)."""
    exists = number == 0 or vcpu.domain.by_any_id(number) is not None  # on a real machine there is always a dom0
    # Device memory may be mapped only by dom0, and only into its own map.
    if (
        exists
        and space == MapSpace.XENMAPSPACE_dev_mmio
        and not (vcpu.domain.privileged and number in (vcpu.domain.number, DomainId.DOMID_SELF))
    ):
        return -Errno.EACCES
    return target_of(vcpu.domain, number)


@dataclass(frozen=True, slots=True)
class _Request:
    """A request by ``vcpu`` to map something in ``domain`` (``xenmem_add_to_physmap_one``)."""

    call: Call
    vcpu: Vcpu
    domain: Domain
    space: int
    extra: int = 0

    def add(self, index: int, gfn: int) -> int:
        """Map number ``index`` of the space at ``gfn``; 0 or a negative errno."""
        match self.space:
            case MapSpace.XENMAPSPACE_shared_info:
                return -Errno.EINVAL if index else self._map_xen_page(self.domain.shared_info_mfn, gfn)
            case MapSpace.XENMAPSPACE_grant_table:
                return self._map_grant_frame(index, gfn)
            case MapSpace.XENMAPSPACE_gmfn_foreign:
                return self._map_foreign(index, gfn)
            case MapSpace.XENMAPSPACE_dev_mmio:
                # ``map_dev_mmio_region`` ignores silently what dom0 has no access to. There are no devices here, so
                # dom0 has access to none.
                return 0
            case _:
                return -Errno.ENOSYS

    def _map_xen_page(self, mfn: int, gfn: int) -> int:
        p2m = self.domain.p2m
        strict = self.domain.release.strict_physmap
        # Since 4.17 Xen keeps the one gfn of each of its shared pages (``page_get_xenheap_gfn``), so a page that is
        # mapped somewhere must be unmapped there first.
        if strict and p2m.state.owned.xen_pages[mfn] is not None:
            return -Errno.EBUSY
        failed = p2m.set_entry(gfn, mfn, P2mType.RAM_RW)
        if not failed:
            p2m.state.owned.xen_pages[mfn] = gfn
        return failed

    def _map_grant_frame(self, index: int, gfn: int) -> int:
        grants, p2m = GrantTable(self.domain), self.domain.p2m
        strict = self.domain.release.strict_physmap
        if strict:
            index &= MASK32  # as the releases since 4.17 do
        mfn = grants.frame(index)
        if mfn is None:
            return -Errno.EINVAL
        if not strict:  # 4.14 moves the frame: it unmaps the gfn where it mapped the frame last, whatever is there now
            before = grants.state.placed.get(index)
            failed = 0 if before is None else p2m.remove(before)
            if failed:
                return failed
        if not p2m.owns(mfn):
            return -Errno.EBUSY
        if not strict:
            grants.state.placed[index] = gfn
        return self._map_xen_page(mfn, gfn)

    def _map_foreign(self, index: int, gfn: int) -> int:
        owner = self._foreign_domain()
        if isinstance(owner, int):
            return owner
        page = owner.p2m.page(index)
        # Only the owner's real RAM: a page that it has mapped from a third domain must not be passed on.
        if page is None or page.kind not in (P2mType.RAM_RW, P2mType.RAM_RO):
            return -Errno.EINVAL
        kind = P2mType.MAP_FOREIGN_RW if page.kind == P2mType.RAM_RW else P2mType.MAP_FOREIGN_RO
        return self.domain.p2m.map_foreign(gfn, page.mfn, kind)

    def _foreign_domain(self) -> Domain | int:
        """The domain that owns the page, or the error. Releases differ in the errors for the caller and special ids."""
        current, number = self.vcpu.domain, self.extra
        remote = current.release.foreign_is_remote
        if number == current.number:
            return -Errno.EPERM if remote else -Errno.ESRCH
        if number == DomainId.DOMID_XEN or (number == DomainId.DOMID_IO and not remote):
            return -Errno.EINVAL if current.privileged else -Errno.EPERM
        if remote and number == DomainId.DOMID_SELF:
            return -Errno.ESRCH
        owner = self.vcpu.domain.by_any_id(number)
        if owner is None:  # on a real machine there is always a dom0
            return -Errno.ESRCH if number or current.privileged else -Errno.EPERM
        if owner is self.domain:
            return -Errno.EINVAL
        return owner if current.privileged else -Errno.EPERM
