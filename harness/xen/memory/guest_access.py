"""Xen's copies from and to a guest's memory by virtual address (``xen/arch/arm/guestcopy.c``).

Each page is translated separately, through the live tables of the running vCPU, as the CPU's AT S12E1R/W does: with
EL1's permissions, whatever exception level the guest is in. If that fails, Xen walks the tables itself, by more
lenient rules. A copy stops at the first page that it cannot use; what was copied before stays copied.
"""

from harness.abi.words import MASK64
from harness.machine.memory import PAGE_MASK, PAGE_SHIFT, PAGE_SIZE
from harness.machine.mmu.faults import Access, Fault, Translation
from harness.machine.mmu.walker import TranslationRegisters
from harness.xen.debug_builds import complaints
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.guest_walk import guest_walk_tables
from harness.xen.memory.p2m import P2mType
from harness.xen.memory.shortfall import Shortfall

_RAM = (P2mType.RAM_RW, P2mType.RAM_RO)
"""The p2m types for which ``p2m_is_ram`` is true."""


def translation_registers(vcpu: Vcpu) -> TranslationRegisters:
    """The registers that translation depends on, with the vCPU's present values."""
    read = vcpu.cpu.read_sysreg
    return TranslationRegisters(
        read("SCTLR_EL1"),
        read("TCR_EL1"),
        read("TTBR0_EL1"),
        read("TTBR1_EL1"),
        read("VTTBR_EL2"),
        read("VTCR_EL2"),
        read("HCR_EL2"),
    )


def page_of(vcpu: Vcpu, va: int, access: Access) -> int | None:
    """The machine address of ``va`` for the running vCPU, if it is RAM of its domain, else None.

    Xen: ``get_page_from_gva``, which works for the current vCPU only.
    """
    found = _find(vcpu, va & MASK64, access)
    return found if isinstance(found, int) else None


def _find(vcpu: Vcpu, va: int, access: Access, *, quietly: bool = False) -> int | Fault | str:
    """The machine address, or the reason why there is none; ``quietly`` keeps a debug build from logging it."""
    regs = translation_registers(vcpu)
    # Exception level 1 always: ``gvirt_to_maddr`` uses AT S12E1*, also for a guest that was interrupted at EL0. But the
    # tables are the live ones, so under KPTI a kernel address is not found there while the guest is in user mode.
    found = vcpu.domain.walker.translate(regs, va, access, 1)
    if isinstance(found, Translation):
        maddr = translated = found.maddr
    else:
        # A failure of AT is not final for Xen: it may itself have cleared the valid bits of stage-2 entries (to track
        # set/way cache maintenance). So it walks in software after every fault, which finds more than AT does.
        walked = _walk(vcpu, regs, va, access, quietly=quietly)
        if walked is None:
            return found
        maddr, translated = walked, 0
    if vcpu.domain.p2m.owns(maddr >> PAGE_SHIFT):
        return maddr
    if vcpu.domain.debug_build and not quietly:
        _log_unowned(vcpu, maddr, translated)
    return f"va {va:#x} leads to machine address {maddr:#x}, which is no memory of the domain"


def _walk(vcpu: Vcpu, regs: TranslationRegisters, va: int, access: Access, *, quietly: bool) -> int | None:
    """Translate in software: Xen's own walk of the guest's tables, then a p2m lookup with a check of the type."""
    p2m, memory = vcpu.domain.p2m, vcpu.domain.memory

    def read_descriptor(ipa: int) -> int | None:
        entry = p2m.lookup(ipa >> PAGE_SHIFT)
        return memory.read_u64(entry.mfn << PAGE_SHIFT | ipa & ~PAGE_MASK) if entry and entry.kind in _RAM else None

    walked = guest_walk_tables(regs, va, read_descriptor)
    if walked is None:
        if vcpu.domain.debug_build and not quietly:
            complaints.failed_to_walk(vcpu, va)
        return None
    entry = p2m.lookup(walked.ipa >> PAGE_SHIFT)
    if entry is None or entry.kind not in _RAM:
        return None
    if access is Access.WRITE and not (walked.writable and entry.kind == P2mType.RAM_RW):
        return None
    return entry.mfn << PAGE_SHIFT | walked.ipa & ~PAGE_MASK


def _log_unowned(vcpu: Vcpu, maddr: int, translated: int) -> None:
    """Log that ``get_page`` failed. The log names what the CPU ``translated`` to, which is 0 after a software walk."""
    if vcpu.domain.memory.contains(maddr):
        complaints.failed_to_acquire(vcpu, translated >> PAGE_SHIFT)
    else:
        complaints.invalid_mfn(vcpu, maddr >> PAGE_SHIFT)


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
        maddr = _find(vcpu, va, access, quietly=quietly)
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
