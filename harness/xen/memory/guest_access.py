"""Xen's copies from and to a guest's memory by its virtual addresses (``xen/arch/arm/guestcopy.c``).

Each page is translated for itself, through the live tables of the vCPU that is running, as the CPU's AT S12E1R/W
does: with EL1's rights, whatever level the guest is in; where that fails, by Xen's own walk, which is more forgiving.
A copy that meets a page it cannot use stops there; what was copied before stays copied.
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
"""The p2m types that ``p2m_is_ram`` names."""


def translation_registers(vcpu: Vcpu) -> TranslationRegisters:
    """The registers that translation depends on, as the vCPU has them now."""
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
    """The machine address that ``va`` means to the running vCPU, if it is RAM of its domain.

    This is ``get_page_from_gva``, which answers for the current vCPU alone.
    """
    found = _find(vcpu, va & MASK64, access)
    return found if isinstance(found, int) else None


def _find(vcpu: Vcpu, va: int, access: Access, *, quietly: bool = False) -> int | Fault | str:
    """The machine address, or why there is none; ``quietly`` keeps a debug build from logging it."""
    regs = translation_registers(vcpu)
    found = vcpu.domain.walker.translate(regs, va, access, 1)
    if isinstance(found, Translation):
        maddr = translated = found.maddr
    else:
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
    """The second way: Xen's own walk of the guest's tables, then of the p2m, by its types."""
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
    """``get_page`` failed: the log names what the CPU ``translated`` to."""
    if vcpu.domain.memory.contains(maddr):
        complaints.failed_to_acquire(vcpu, translated >> PAGE_SHIFT)
    else:
        complaints.invalid_mfn(vcpu, maddr >> PAGE_SHIFT)


Segment = tuple[int, int]
"""Machine address and length of a page's share of an access."""


def _segments(
    vcpu: Vcpu, va: int, length: int, access: Access, *, quietly: bool = False
) -> tuple[list[Segment], Fault | str | None]:
    """Each page's share of an access, up to the first page that cannot be used; and why that cannot, if there is one.

    ``va`` may be beyond 64 bits or wrap around.
    """
    found: list[Segment] = []
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
    """Write ``data`` at ``va``; None if all of it arrived, else how much did, which is -EFAULT to the caller."""
    found, reason = _segments(vcpu, va, len(data), Access.WRITE)
    memory = vcpu.domain.memory
    done = 0
    for maddr, size in found:
        memory.write(maddr, data[done : done + size])
        done += size
    return None if reason is None else Shortfall(done, reason)


def would_fall_short(vcpu: Vcpu, va: int, length: int) -> Shortfall | None:
    """What :func:`copy_to_guest` would say of so many bytes now. Writes and logs nothing."""
    found, reason = _segments(vcpu, va, length, Access.WRITE, quietly=True)
    return None if reason is None else Shortfall(sum(size for _, size in found), reason)
