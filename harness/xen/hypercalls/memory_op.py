"""memory_op: queries about a domain's memory (``xen/common/memory.c``).

The commands that change a domain's map are in :mod:`harness.xen.hypercalls.physmap`, those that change how much
memory it has in :mod:`harness.xen.hypercalls.reservation`.
"""

import struct
from collections.abc import Callable

from harness.abi.errno import Errno
from harness.abi.hypercalls.memory_op import MemoryOp
from harness.abi.words import MASK32
from harness.machine.memory import PAGE_SHIFT
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.hypercalls import physmap, reservation, resource
from harness.xen.hypercalls.call import Call, target_of
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest

_RESERVED_DEVICES = struct.Struct("<IIQII")
_RDM_ALL = 1
_TOPOLOGY_SIZE = 40

_Plain = Callable[[Call, Vcpu, int], int]


def memory_op(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``memory_op(cmd, arg)``: the low six bits are the command, the others how many extents are done already."""
    command, start, argument = reservation.decode(x)
    continuable = _CONTINUABLE.get(command)
    if continuable is not None:
        return continuable(call, vcpu, x)
    # These two are not known to the common switch but to Arm's ``arch_memory_op``, which gets all bits of the command.
    if command in (MemoryOp.XENMEM_get_sharing_freed_pages, MemoryOp.XENMEM_get_sharing_shared_pages):
        return 0 if x[0] & MASK32 == command else -Errno.ENOSYS
    plain = _PLAIN.get(command)
    if plain is None:
        return -Errno.ENOSYS
    # A command that is never continued must not claim that extents are done.
    return -Errno.EINVAL if start else plain(call, vcpu, argument)


def _maximum_ram_page(call: Call, _vcpu: Vcpu, _argument: int) -> int:
    memory = call.host.memory
    return memory.base + memory.size >> PAGE_SHIFT


def _statistic(what: Callable[[Domain], int]) -> _Plain:
    def answer(call: Call, vcpu: Vcpu, argument: int) -> int:
        data = copy_from_guest(vcpu, argument, 2)
        if data is None:
            return -Errno.EFAULT
        domain = target_of(vcpu.domain, int.from_bytes(data, "little"))
        return what(domain) if not isinstance(domain, int) else domain

    return answer


def _claim_pages(call: Call, vcpu: Vcpu, argument: int) -> int:
    request = reservation.Reservation.read(vcpu, argument)
    if request is None:
        return -Errno.EFAULT
    domain = call.xen.domains.get(request.domain)
    # Xen checks the request and the domain before the caller's rights: a domU sees -EINVAL first.
    if request.extents or request.order or request.flags or domain is None:
        return -Errno.EINVAL
    if not vcpu.domain.privileged:
        return -Errno.EPERM
    return 0 if request.count == 0 or domain.p2m.pages < request.count <= domain.state.max_pages else -Errno.EINVAL


def _vnuma_info(call: Call, vcpu: Vcpu, argument: int) -> int:
    data = copy_from_guest(vcpu, argument, _TOPOLOGY_SIZE)
    if data is None:
        return -Errno.EFAULT
    if data[2:4] != b"\0\0":
        return -Errno.EINVAL
    domain = target_of(vcpu.domain, int.from_bytes(data[:2], "little"))
    return domain if isinstance(domain, int) else -Errno.EOPNOTSUPP


def _reserved_devices(_call: Call, vcpu: Vcpu, argument: int) -> int:
    """Write back a count of 0: there are no reserved device regions."""
    data = copy_from_guest(vcpu, argument, _RESERVED_DEVICES.size)
    if data is None:
        return -Errno.EFAULT
    flags, _, buffer, *device = _RESERVED_DEVICES.unpack(data)
    if flags & ~_RDM_ALL:
        return -Errno.EINVAL
    reply = _RESERVED_DEVICES.pack(flags, 0, buffer, *device)
    return 0 if copy_to_guest(vcpu, argument, reply) is None else -Errno.EFAULT


_CONTINUABLE = {
    int(MemoryOp.XENMEM_increase_reservation): reservation.adjust,
    int(MemoryOp.XENMEM_decrease_reservation): reservation.adjust,
    int(MemoryOp.XENMEM_populate_physmap): reservation.adjust,
    int(MemoryOp.XENMEM_add_to_physmap): physmap.add,
    int(MemoryOp.XENMEM_add_to_physmap_batch): physmap.add_batch,
    int(MemoryOp.XENMEM_acquire_resource): resource.acquire,
}
"""The commands that can be continued, so they may say how many extents are done."""

_PLAIN: dict[int, _Plain] = {
    int(MemoryOp.XENMEM_maximum_ram_page): _maximum_ram_page,
    int(MemoryOp.XENMEM_current_reservation): _statistic(lambda domain: domain.p2m.pages),
    int(MemoryOp.XENMEM_maximum_reservation): _statistic(lambda domain: domain.state.max_pages),
    int(MemoryOp.XENMEM_maximum_gpfn): _statistic(lambda domain: domain.p2m.state.highest_gfn),
    int(MemoryOp.XENMEM_exchange): reservation.exchange,
    int(MemoryOp.XENMEM_remove_from_physmap): physmap.remove,
    int(MemoryOp.XENMEM_claim_pages): _claim_pages,
    int(MemoryOp.XENMEM_get_vnumainfo): _vnuma_info,
    int(MemoryOp.XENMEM_reserved_device_memory_map): _reserved_devices,
}
