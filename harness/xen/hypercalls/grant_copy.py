"""GNTTABOP_copy: copy between two pages, each of which is the caller's own or granted to it (``gnttab_copy``)."""

import struct
from dataclasses import dataclass

from harness.abi.domain_id import DomainId
from harness.abi.hypercalls.grant_table_op import GNTTAB_COPY, GrantCopy, GrantStatus
from harness.abi.words import MASK32
from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.memory.grant_table import GrantTable, may_share
from harness.xen.memory.p2m import FOREIGN

_COPY = struct.Struct("<QHH4xQHH4xHHhxx")
assert _COPY.size == GNTTAB_COPY.size


@dataclass(frozen=True, slots=True)
class _Side:
    """Source or destination: a page of ``domain``, by grant reference or by gfn, and an offset in it."""

    domain: Domain
    is_reference: bool
    page: int
    offset: int

    def claim(self, user: Domain, *, readonly: bool) -> int:
        """Take a reference to the page and return its mfn, or a negative error (``gnttab_copy_claim_buf``)."""
        if self.is_reference:
            grants = GrantTable(self.domain)
            active = grants.acquire(self.page & MASK32, user.number, readonly=readonly, mapping=False)
            return active if isinstance(active, int) else active.mfn
        page = self.domain.p2m.page(self.page)
        if page is None or page.kind in FOREIGN:
            return GrantStatus.GNTST_bad_page
        self.domain.frames.get(page.mfn)
        return page.mfn

    def release(self, mfn: int, *, readonly: bool) -> None:
        """Undo a claim."""
        if self.is_reference:
            GrantTable(self.domain).release(self.page & MASK32, readonly=readonly)
        self.domain.frames.put(mfn)


def grant_copy(call: Call, vcpu: Vcpu, data: bytes) -> int:
    """Perform one copy; return its status."""
    # The order of the checks decides which error a guest sees: both domains, their rights, both pages, the lengths.
    page, number, offset, to_page, to_number, to_offset, length, flags, _ = _COPY.unpack(data)
    if length == 0 and vcpu.domain.release.empty_copy_succeeds:
        return GrantStatus.GNTST_okay
    source = _side(call, vcpu, page, number, offset, bool(flags & GrantCopy.GNTCOPY_source_gref))
    if isinstance(source, int):
        return source
    dest = _side(call, vcpu, to_page, to_number, to_offset, bool(flags & GrantCopy.GNTCOPY_dest_gref))
    if isinstance(dest, int):
        return dest
    if not may_share(vcpu.domain, source.domain, dest.domain):
        return GrantStatus.GNTST_permission_denied
    from_mfn = source.claim(vcpu.domain, readonly=True)
    if from_mfn < 0:
        return from_mfn
    to_mfn = dest.claim(vcpu.domain, readonly=False)
    status = to_mfn if to_mfn < 0 else int(GrantStatus.GNTST_okay)
    if to_mfn >= 0:
        if max(offset, to_offset) + length > PAGE_SIZE:
            status = GrantStatus.GNTST_bad_copy_arg
        else:
            memory = call.host.memory
            memory.write((to_mfn << PAGE_SHIFT) + to_offset, memory.read((from_mfn << PAGE_SHIFT) + offset, length))
        dest.release(to_mfn, readonly=False)
    source.release(from_mfn, readonly=True)
    return status


def _side(call: Call, vcpu: Vcpu, page: int, number: int, offset: int, is_reference: bool) -> _Side | int:
    """One side of the copy, or the error: by gfn, a domain may name only its own frames."""
    if number != DomainId.DOMID_SELF and not is_reference:
        return GrantStatus.GNTST_permission_denied
    domain = vcpu.domain.by_any_id(number)
    return GrantStatus.GNTST_bad_domain if domain is None else _Side(domain, is_reference, page, offset)
