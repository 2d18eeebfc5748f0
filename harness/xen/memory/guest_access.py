"""Xen's copies from and to a guest's memory by virtual address (``xen/arch/arm/guestcopy.c``).

Each page is translated separately. A copy stops at the first page that it cannot use; what was copied before stays
copied.
"""

from harness.abi.words import MASK64
from harness.machine.memory import PAGE_MASK, PAGE_SIZE
from harness.machine.mmu.faults import Access, Fault
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.guest_translation import find
from harness.xen.memory.shortfall import Shortfall


def page_of(vcpu: Vcpu, va: int, access: Access) -> int | None:
    """The machine address of ``va`` for the running vCPU, if it is RAM of its domain, else None.

    Xen: ``get_page_from_gva``, which works for the current vCPU only.
    """
    found = find(vcpu, va & MASK64, access)
    return found if isinstance(found, int) else None


PageSegment = tuple[int, int]
"""Machine address and length of the part of an access that lies in one page."""


def _segments(
    vcpu: Vcpu, va: int, length: int, access: Access, *, quietly: bool = False
) -> tuple[list[PageSegment], Fault | str | None]:
    """Split an access by pages, up to the first page that cannot be used; and the reason for that, else None.

    ``va`` is taken modulo 2**64, so the access may wrap around.
    """
    found: list[PageSegment] = []
    while length:
        va &= MASK64
        size = min(length, PAGE_SIZE - (va & ~PAGE_MASK))
        maddr = find(vcpu, va, access, quietly=quietly)
        if not isinstance(maddr, int):
            return found, maddr
        found.append((maddr, size))
        va += size
        length -= size
    return found, None


def copy_from_guest(vcpu: Vcpu, va: int, length: int) -> bytes | None:
    """Read ``length`` bytes at ``va``; None (-EFAULT) unless all of them can be read."""
    found, reason = _segments(vcpu, va, length, Access.READ)
    memory = vcpu.domain.memory
    return None if reason is not None else b"".join(memory.read(maddr, size) for maddr, size in found)


def copy_to_guest(vcpu: Vcpu, va: int, data: bytes) -> Shortfall | None:
    """Write ``data`` at ``va``; None if all of it arrived, else how much did (the caller answers -EFAULT)."""
    found, reason = _segments(vcpu, va, len(data), Access.WRITE)
    memory = vcpu.domain.memory
    # All pages are translated before the first is written. Xen alternates; the result is the same, unless the write
    # changes the tables that translate the next page.
    done = 0
    for maddr, size in found:
        memory.write(maddr, data[done : done + size])
        done += size
    return None if reason is None else Shortfall(done, reason)


def would_fall_short(vcpu: Vcpu, va: int, length: int) -> Shortfall | None:
    """What :func:`copy_to_guest` would return for ``length`` bytes now. Writes and logs nothing."""
    found, reason = _segments(vcpu, va, length, Access.WRITE, quietly=True)
    return None if reason is None else Shortfall(sum(size for _, size in found), reason)
