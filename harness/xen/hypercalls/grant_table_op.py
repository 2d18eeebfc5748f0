"""grant_table_op: pages lent to another domain (``xen/common/grant_table.c``).

A call returns 0 if Xen could process its list; the result of each operation in the list is in its status field.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from harness.abi.errno import Errno
from harness.abi.hypercalls.grant_table_op import (
    GNTTAB_CACHE_FLUSH,
    GNTTAB_COPY,
    GNTTAB_GET_STATUS_FRAMES,
    GNTTAB_GET_VERSION,
    GNTTAB_MAP_GRANT_REF,
    GNTTAB_SETUP_TABLE,
    GNTTAB_SWAP_GRANT_REF,
    GNTTAB_TRANSFER,
    GNTTAB_UNMAP_AND_REPLACE,
    GNTTAB_UNMAP_GRANT_REF,
    CacheFlush,
    GrantStatus,
    GrantTableOp,
)
from harness.abi.layout import Layout
from harness.abi.words import MASK32, MASK64
from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call, target_of
from harness.xen.hypercalls.grant_copy import grant_copy
from harness.xen.memory.grant_table import MAX_FRAMES, GrantTable
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest
from harness.xen.memory.p2m import INVALID_GFN

COMMAND_MASK = 0xFFF
_INT_MAX = 0x7FFF_FFFF

_MAP = struct.Struct("<QIIHhIQ")
_UNMAP = struct.Struct("<QQIhxx")
_SETUP = struct.Struct("<HxxIh6xQ")
_QUERY = struct.Struct("<HHIIhH")
_STATUS_FRAMES = struct.Struct("<IHhQ")
_SWAP = struct.Struct("<IIhxx")
_FLUSH = struct.Struct("<QHHI")


@dataclass(frozen=True, slots=True)
class _Listed:
    """An operation that takes a list: its structure, and the function for one entry, which returns 0 or an errno."""

    layout: Layout
    perform: Callable[[Call, Vcpu, int, bytes], int]


def grant_table_op(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``grant_table_op(cmd, list, count)``; command and count are truncated to 32 bits."""
    command, address, count = x[0] & MASK32, x[1], x[2] & MASK32
    if count > _INT_MAX:  # ``do_grant_table_op`` checks (int)count < 0
        return -Errno.EINVAL
    # The bits above the command carry the progress of a cache flush within one entry. No other operation uses them.
    number = command & COMMAND_MASK
    if number != command and number != GrantTableOp.GNTTABOP_cache_flush:
        return -Errno.EINVAL
    if number == GrantTableOp.GNTTABOP_transfer and not vcpu.domain.release.grant_transfer:
        return -Errno.EOPNOTSUPP
    single = _SINGLE.get(number)
    if single is not None:
        return single(call, vcpu, address, count)
    listed = _LISTED.get(number)
    if listed is None:
        return -Errno.ENOSYS
    for index in range(count):
        # A continuation passes the rest of the list: its first entry and how many are left.
        if index and call.preempted():
            return call.go_on_later(x, number, address, count - index)
        data = copy_from_guest(vcpu, address, listed.layout.size)
        failed = -Errno.EFAULT if data is None else listed.perform(call, vcpu, address, data)
        if failed:
            return failed
        address = address + listed.layout.size & MASK64
    return 0


def _write(vcpu: Vcpu, address: int, data: bytes) -> int:
    return 0 if copy_to_guest(vcpu, address, data) is None else -Errno.EFAULT


def _write_status(vcpu: Vcpu, address: int, layout: Layout, status: int) -> int:
    return _write(vcpu, address + layout.offset("status"), status.to_bytes(2, "little", signed=True))


# -- Operations of which there is a list --------------------------------------------------------------------------


def _map(_call: Call, vcpu: Vcpu, address: int, data: bytes) -> int:
    where, flags, reference, domain, _, handle, bus = _MAP.unpack(data)
    mapped = GrantTable(vcpu.domain).map(vcpu.number, where, flags, reference, domain)
    # Xen writes the whole structure back. On failure the output fields keep what the guest had in them.
    if isinstance(mapped, int):
        status = mapped
    else:
        status, (handle, bus) = GrantStatus.GNTST_okay, mapped
    return _write(vcpu, address, _MAP.pack(where, flags, reference, domain, status, handle, bus))


def _unmap(_call: Call, vcpu: Vcpu, address: int, data: bytes) -> int:
    where, _, handle, _ = _UNMAP.unpack(data)
    status = GrantTable(vcpu.domain).unmap(vcpu.number, where, handle)
    return _write_status(vcpu, address, GNTTAB_UNMAP_GRANT_REF, status)


def _unmap_and_replace(_call: Call, vcpu: Vcpu, address: int, data: bytes) -> int:
    where, new_address, handle, _ = _UNMAP.unpack(data)
    status = GrantTable(vcpu.domain).unmap(vcpu.number, where, handle, new_address)
    return _write_status(vcpu, address, GNTTAB_UNMAP_AND_REPLACE, status)


def _transfer(_call: Call, vcpu: Vcpu, address: int, data: bytes) -> int:
    """4.14: fail, because Arm cannot take a page from a domain (its ``steal_page`` is a stub)."""
    entry = vcpu.domain.p2m.lookup(int.from_bytes(data[:8], "little"))
    status = GrantStatus.GNTST_bad_page if entry is None else GrantStatus.GNTST_general_error
    return _write_status(vcpu, address, GNTTAB_TRANSFER, status)


def _copy(call: Call, vcpu: Vcpu, address: int, data: bytes) -> int:
    return _write_status(vcpu, address, GNTTAB_COPY, grant_copy(call, vcpu, data))


def _swap(_call: Call, vcpu: Vcpu, address: int, data: bytes) -> int:
    one, other, _ = _SWAP.unpack(data)
    return _write_status(vcpu, address, GNTTAB_SWAP_GRANT_REF, GrantTable(vcpu.domain).swap(one, other))


def _flush(call: Call, vcpu: Vcpu, _address: int, data: bytes) -> int:
    """Check whether the page may be flushed (``_cache_flush``); emulated caches are coherent, so no more is needed."""
    maddr, offset, length, operation = _FLUSH.unpack(data)
    known = CacheFlush.GNTTAB_CACHE_CLEAN | CacheFlush.GNTTAB_CACHE_INVAL
    if offset >= PAGE_SIZE or length > PAGE_SIZE or offset + length > PAGE_SIZE or operation & ~known:
        return -Errno.EINVAL
    if length == 0 or operation == 0:
        return 0
    if not call.host.memory.contains(maddr):
        return -Errno.EINVAL
    mfn = maddr >> PAGE_SHIFT
    # A domain may flush its own pages and those that it has mapped by grant.
    if vcpu.domain.p2m.owns(mfn):
        return 0
    if not any(domain.p2m.owns(mfn) for domain in call.xen.domains.values()):
        return -Errno.EPERM
    return 0 if GrantTable(vcpu.domain).maps(mfn) else -Errno.EINVAL


# -- Operations of which there is one -----------------------------------------------------------------------------


def _setup_table(call: Call, vcpu: Vcpu, address: int, count: int) -> int:
    if count != 1:
        return -Errno.EINVAL
    data = copy_from_guest(vcpu, address, _SETUP.size)
    if data is None:
        return -Errno.EFAULT
    number, frames, _, gfns = _SETUP.unpack(data)
    return _write_status(vcpu, address, GNTTAB_SETUP_TABLE, _set_up(call, vcpu, number, frames, gfns))


def _set_up(call: Call, vcpu: Vcpu, number: int, frames: int, gfns: int) -> int:
    domain = target_of(vcpu.domain, number)
    if isinstance(domain, int):
        return _as_status(domain)
    if frames > MAX_FRAMES:
        return GrantStatus.GNTST_general_error
    grants = GrantTable(domain)
    grants.grow(frames)
    status = GrantStatus.GNTST_okay
    # Like ``gnttab_setup_table``, go on after a gfn that cannot be written: the table has grown anyway.
    for index in range(frames):
        gfn = grants.gfn(index)
        written = (INVALID_GFN if gfn is None else gfn).to_bytes(8, "little")
        if _write(vcpu, gfns + 8 * index, written):
            status = GrantStatus.GNTST_bad_virt_addr
    return status


def _as_status(error: int) -> int:
    return GrantStatus.GNTST_bad_domain if error == -Errno.ESRCH else GrantStatus.GNTST_permission_denied


def _query_size(call: Call, vcpu: Vcpu, address: int, count: int) -> int:
    if count != 1:
        return -Errno.EINVAL
    data = copy_from_guest(vcpu, address, _QUERY.size)
    if data is None:
        return -Errno.EFAULT
    number, pad, frames, most, status, end = _QUERY.unpack(data)
    domain = target_of(vcpu.domain, number)
    if isinstance(domain, int):
        status = _as_status(domain)
    else:
        frames, most, status = len(domain.state.grants.frames), MAX_FRAMES, GrantStatus.GNTST_okay
    return _write(vcpu, address, _QUERY.pack(number, pad, frames, most, status, end))


def _set_version(_call: Call, vcpu: Vcpu, address: int, _count: int) -> int:
    """Accept version 1 only (GNTTAB_MAX_VERSION on Arm)."""
    data = copy_from_guest(vcpu, address, 4)
    if data is None:
        return -Errno.EFAULT
    # Version 2 exists but is not built in, hence another errno; Xen writes the version in use in any case.
    result = {1: 0, 2: -Errno.ENOSYS}.get(int.from_bytes(data, "little"), -Errno.EINVAL)
    return _write(vcpu, address, (1).to_bytes(4, "little")) or result


def _get_status_frames(call: Call, vcpu: Vcpu, address: int, count: int) -> int:
    """Answer for version 1, which has no status frames: asking for none succeeds."""
    if count != 1:
        return -Errno.EINVAL
    data = copy_from_guest(vcpu, address, _STATUS_FRAMES.size)
    if data is None:
        return -Errno.EFAULT
    frames, number, _, _ = _STATUS_FRAMES.unpack(data)
    domain = target_of(vcpu.domain, number)
    status = GrantStatus.GNTST_general_error if frames else GrantStatus.GNTST_okay
    if isinstance(domain, int):
        status = GrantStatus(_as_status(domain))
    return _write_status(vcpu, address, GNTTAB_GET_STATUS_FRAMES, status)


def _get_version(call: Call, vcpu: Vcpu, address: int, _count: int) -> int:
    data = copy_from_guest(vcpu, address, GNTTAB_GET_VERSION.size)
    if data is None:
        return -Errno.EFAULT
    domain = target_of(vcpu.domain, int.from_bytes(data[:2], "little"))
    if isinstance(domain, int):
        return domain
    return _write(vcpu, address + GNTTAB_GET_VERSION.offset("version"), (1).to_bytes(4, "little"))


_LISTED = {
    int(GrantTableOp.GNTTABOP_map_grant_ref): _Listed(GNTTAB_MAP_GRANT_REF, _map),
    int(GrantTableOp.GNTTABOP_unmap_grant_ref): _Listed(GNTTAB_UNMAP_GRANT_REF, _unmap),
    int(GrantTableOp.GNTTABOP_transfer): _Listed(GNTTAB_TRANSFER, _transfer),
    int(GrantTableOp.GNTTABOP_copy): _Listed(GNTTAB_COPY, _copy),
    int(GrantTableOp.GNTTABOP_unmap_and_replace): _Listed(GNTTAB_UNMAP_AND_REPLACE, _unmap_and_replace),
    int(GrantTableOp.GNTTABOP_swap_grant_ref): _Listed(GNTTAB_SWAP_GRANT_REF, _swap),
    int(GrantTableOp.GNTTABOP_cache_flush): _Listed(GNTTAB_CACHE_FLUSH, _flush),
}

_SINGLE: dict[int, Callable[[Call, Vcpu, int, int], int]] = {
    int(GrantTableOp.GNTTABOP_setup_table): _setup_table,
    int(GrantTableOp.GNTTABOP_query_size): _query_size,
    int(GrantTableOp.GNTTABOP_set_version): _set_version,
    int(GrantTableOp.GNTTABOP_get_status_frames): _get_status_frames,
    int(GrantTableOp.GNTTABOP_get_version): _get_version,
}
