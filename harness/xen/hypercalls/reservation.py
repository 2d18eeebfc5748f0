"""memory_op's commands that give memory to a domain or take it away, for balloon drivers (``xen/common/memory.c``).

The three that adjust a reservation never fail. They return how many extents are done: fewer than requested if
something went wrong, without a reason.
"""

import struct
from dataclasses import dataclass
from typing import Self

from harness.abi.errno import Errno
from harness.abi.hypercalls.memory_op import XEN_MEMORY_EXCHANGE, XEN_MEMORY_RESERVATION, MemoryOp
from harness.abi.words import MASK32, MASK64
from harness.machine.memory import PAGE_SHIFT
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.hypercalls.call import Call, target_of
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest
from harness.xen.memory.p2m import P2mType

EXTENT_SHIFT = 6
COMMAND_MASK = (1 << EXTENT_SHIFT) - 1
MOST_EXTENTS = MASK32 >> EXTENT_SHIFT
"""The most extents in one call: a continuation keeps the number that are done in the upper bits of the command."""

MAX_ORDER = 18
DOMU_MAX_ORDER = 9
"""CONFIG_DOMU_MAX_ORDER; a control domain may request MAX_ORDER."""

EXACT_NODE, POPULATE_ON_DEMAND, VNODE = 1 << 17, 1 << 16, 1 << 18
"""XENMEMF_* of ``public/memory.h``. Bits 0 to 7 hold the address width, bits 8 to 15 the node plus 1."""

_RESERVATION = struct.Struct("<QQIIH6x")
_EXCHANGED = XEN_MEMORY_EXCHANGE.offset("nr_exchanged")
assert _RESERVATION.size == XEN_MEMORY_RESERVATION.size


def decode(x: memoryview) -> tuple[int, int, int]:
    """(command, extents that are done already, argument) of a memory_op."""
    return x[0] & COMMAND_MASK, x[0] >> EXTENT_SHIFT, x[1]


@dataclass(frozen=True, slots=True)
class Reservation:
    """``struct xen_memory_reservation``."""

    extents: int
    count: int
    order: int
    flags: int
    domain: int

    @classmethod
    def read(cls, vcpu: Vcpu, address: int) -> Self | None:
        """Copy it from the guest; None if it cannot be read."""
        data = copy_from_guest(vcpu, address, _RESERVATION.size)
        return None if data is None else cls(*_RESERVATION.unpack(data))


@dataclass(frozen=True, slots=True)
class _Adjustment:
    """A request by ``vcpu`` to adjust the memory of ``domain``."""

    call: Call
    vcpu: Vcpu
    domain: Domain
    request: Reservation

    def gfn(self, index: int) -> int | None:
        """The gfn in the guest's list; None if it cannot be read."""
        data = copy_from_guest(self.vcpu, self.request.extents + 8 * index, 8)
        return None if data is None else int.from_bytes(data, "little")


def _max_order(vcpu: Vcpu) -> int:
    return MAX_ORDER if vcpu.domain.privileged else DOMU_MAX_ORDER


def adjust(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """Answer increase_reservation, decrease_reservation and populate_physmap: how many extents are done."""
    command, start, argument = decode(x)
    # ``do_memory_op`` returns the number of extents that are done already for every error, even for -EFAULT: a guest
    # that makes a fresh call sees 0.
    request = Reservation.read(vcpu, argument)
    if request is None or request.count > MOST_EXTENTS or start >= request.count:
        return start
    domain = target_of(vcpu.domain, request.domain)
    if isinstance(domain, int) or not _flags_are_good(call, vcpu, request.flags):
        return start
    most = _max_order(vcpu)
    # Populate-on-demand allocates nothing yet, so Xen does not limit its order by the caller's privilege.
    if command == MemoryOp.XENMEM_populate_physmap and request.flags & POPULATE_ON_DEMAND:
        most = MAX_ORDER
    if request.order > most:
        return start
    adjustment, step = _Adjustment(call, vcpu, domain, request), _STEPS[command]
    for index in range(start, request.count):
        if index != start and call.preempted():
            return call.go_on_later(x, command | index << EXTENT_SHIFT, argument)
        if not step(adjustment, index):
            return index
    return request.count


def _flags_are_good(call: Call, vcpu: Vcpu, flags: int) -> bool:
    """Check address width and NUMA node (``construct_memop_from_reservation``, ``propagate_node``); one node exists."""
    # A width of all memory's bits or more is no restriction; one that leaves no room for a whole page is refused.
    bits = flags & 0xFF
    memory_bits = (call.host.memory.base + call.host.memory.size - 1).bit_length()
    if 0 < bits <= PAGE_SHIFT and bits < memory_bits:
        return False
    return bool(flags & VNODE) or _node_is_good(vcpu, flags)


def _node_is_good(vcpu: Vcpu, flags: int) -> bool:
    node_plus_1 = flags >> 8 & 0xFF
    if node_plus_1 == 0:
        return True
    return node_plus_1 == 1 if vcpu.domain.privileged else not flags & EXACT_NODE


def _allocate(adjustment: _Adjustment) -> int | None:
    """Allocate the pages of one extent if the domain may have that many more; the first one's mfn, else None."""
    domain, count = adjustment.domain, 1 << adjustment.request.order
    memory = adjustment.call.host.memory
    if 0 < adjustment.request.flags & 0xFF <= PAGE_SHIFT + 1 or count > memory.size >> PAGE_SHIFT:
        return None  # alloc_domheap_pages finds none, before anybody counts the domain's
    wanted = domain.p2m.pages + count
    if wanted > domain.state.max_pages:
        line = f"Over-allocation for d{domain.number}: {wanted} > {domain.state.max_pages}"
        adjustment.vcpu.domain.log_for(adjustment.vcpu, line)
        return None
    return domain.p2m.allocate(count)


def _increase(adjustment: _Adjustment, _index: int) -> bool:
    """Allocate pages that are mapped nowhere: Xen tells only untranslated (PV) guests where they are."""
    return _allocate(adjustment) is not None


def _decrease(adjustment: _Adjustment, index: int) -> bool:
    gfn = adjustment.gfn(index)
    if gfn is None:
        return False
    return all(_remove_page(adjustment.domain, gfn + each) for each in range(1 << adjustment.request.order))


def _remove_page(domain: Domain, gfn: int) -> bool:
    """Unmap a page and free it; a direct-mapped domain keeps its frame (``guest_remove_page``).

    A page that is mapped by grant is refused: it belongs to another domain.
    """
    entry = domain.p2m.lookup(gfn)
    if entry is None or entry.kind not in (P2mType.RAM_RW, P2mType.RAM_RO) or not domain.p2m.owns(entry.mfn):
        return False
    if domain.p2m.remove(gfn):
        return False
    # dom0's gfns must stay equal to its mfns, because it programs devices with them. If its frames went to the
    # allocator, it could never get the same ones back.
    if not domain.direct_mapped:
        domain.p2m.give_up(entry.mfn)
    return True


def _populate(adjustment: _Adjustment, index: int) -> bool:
    gfn = adjustment.gfn(index)
    if gfn is None or adjustment.request.flags & POPULATE_ON_DEMAND:  # Arm has no populate-on-demand
        return False
    domain, count = adjustment.domain, 1 << adjustment.request.order
    if domain.direct_mapped:  # the only frame that may be mapped there is the one with the same number
        if not all(domain.p2m.owns(gfn + each) for each in range(count)):
            return False
        mfn: int | None = gfn
    else:
        mfn = _allocate(adjustment)
    if mfn is None:
        return False
    failed = domain.p2m.set_entry(gfn, mfn, P2mType.RAM_RW, count)
    # 4.14 ignores the result of ``guest_physmap_add_page``, and counts the extent as done. The pages stay
    # the domain's either way, mapped nowhere.
    return not failed or not domain.release.strict_physmap


_STEPS = {
    int(MemoryOp.XENMEM_increase_reservation): _increase,
    int(MemoryOp.XENMEM_decrease_reservation): _decrease,
    int(MemoryOp.XENMEM_populate_physmap): _populate,
}
"""What each command does with one extent; False ends the command at that extent."""


def exchange(call: Call, vcpu: Vcpu, argument: int) -> int:
    """XENMEM_exchange: check everything up to ``steal_page``, with which it fails on Arm."""
    data = copy_from_guest(vcpu, argument, XEN_MEMORY_EXCHANGE.size)
    if data is None:
        return -Errno.EFAULT
    given, wanted = Reservation(*_RESERVATION.unpack_from(data, 0)), Reservation(*_RESERVATION.unpack_from(data, 32))
    done = int.from_bytes(data[_EXCHANGED:], "little")
    result, done = _exchange(call, vcpu, given, wanted, done)
    if result is None:  # nothing was left to do: Xen returns before it writes nr_exchanged back
        return 0
    short = copy_to_guest(vcpu, argument + _EXCHANGED, done.to_bytes(8, "little"))
    return result if short is None else -Errno.EFAULT


def _exchange(call: Call, vcpu: Vcpu, given: Reservation, wanted: Reservation, done: int) -> tuple[int | None, int]:
    """The result (None: 0, with nothing to write) and how many extents are exchanged."""
    if max(given.order, wanted.order) > _max_order(vcpu):
        return -Errno.EPERM, done
    if (
        done > given.count
        or given.domain != wanted.domain
        or given.count > MASK64 >> given.order
        or wanted.count > MASK64 >> wanted.order
        or given.count << given.order != wanted.count << wanted.order
    ):
        return -Errno.EINVAL, done
    if done == given.count:
        return None, done
    if not _node_is_good(vcpu, wanted.flags):
        return -Errno.EINVAL, done
    domain = target_of(vcpu.domain, given.domain)
    if isinstance(domain, int):
        return domain, done
    # Xen exchanges in chunks of the larger order: several small extents against one large one, or the reverse.
    chunk = max(wanted.order - given.order, 0)
    first = done >> chunk
    if first >= given.count >> chunk:
        return 0, given.count
    gfn = copy_from_guest(vcpu, given.extents + 8 * (first << chunk), 8)
    if gfn is None:
        return -Errno.EFAULT, first << chunk
    entry = domain.p2m.lookup(int.from_bytes(gfn, "little"))
    return (-Errno.EINVAL if entry is None else -Errno.EOPNOTSUPP), first << chunk
