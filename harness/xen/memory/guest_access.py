"""Xen's copies from and to a guest's memory by its virtual addresses (``xen/arch/arm/guestcopy.c``).

Each page is translated for itself, through the live tables of the vCPU that is running, as the CPU's AT S12E1R/W
does: with EL1's rights, whatever level the guest is in; where that fails, by Xen's own walk, which is more forgiving.
A copy that meets a page it cannot use stops there; what was copied before stays copied.
"""

from harness.machine.memory import PAGE_MASK, PAGE_SHIFT, PAGE_SIZE
from harness.machine.mmu.faults import Access, Fault, Translation
from harness.machine.mmu.walker import TranslationRegisters
from harness.xen.debug_builds import debug_build
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.guest_walk import guest_walk_tables
from harness.xen.memory.p2m import P2mType

_MASK64 = (1 << 64) - 1
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
    regs = translation_registers(vcpu)
    found = vcpu.domain.walker.translate(regs, va & _MASK64, access, 1)
    if isinstance(found, Translation):
        return _acquire(vcpu, found.maddr, found.maddr)
    maddr = _walked(vcpu, regs, va & _MASK64, access)
    return None if maddr is None else _acquire(vcpu, maddr, 0)


def _walked(vcpu: Vcpu, regs: TranslationRegisters, va: int, access: Access, *, quietly: bool = False) -> int | None:
    """The second way: Xen's own walk of the guest's tables, then of the p2m, by its types."""
    p2m, memory = vcpu.domain.p2m, vcpu.domain.memory

    def read_descriptor(ipa: int) -> int | None:
        entry = p2m.lookup(ipa >> PAGE_SHIFT)
        return memory.read_u64(entry.mfn << PAGE_SHIFT | ipa & ~PAGE_MASK) if entry and entry.kind in _RAM else None

    walked = guest_walk_tables(regs, va, read_descriptor)
    if walked is None:
        if vcpu.domain.debug_build and not quietly:
            debug_build.failed_to_walk(vcpu, va)
        return None
    entry = p2m.lookup(walked.ipa >> PAGE_SHIFT)
    if entry is None or entry.kind not in _RAM:
        return None
    if access is Access.WRITE and not (walked.writable and entry.kind == P2mType.RAM_RW):
        return None
    return entry.mfn << PAGE_SHIFT | walked.ipa & ~PAGE_MASK


def _acquire(vcpu: Vcpu, maddr: int, translated: int) -> int | None:
    """``get_page``: the address, if it is memory and the domain's own. The log names what the CPU ``translated`` to."""
    domain = vcpu.domain
    if domain.p2m.owns(maddr >> PAGE_SHIFT):
        return maddr
    if domain.debug_build:
        if domain.memory.contains(maddr):
            debug_build.failed_to_acquire(vcpu, translated >> PAGE_SHIFT)
        else:
            debug_build.invalid_mfn(vcpu, maddr >> PAGE_SHIFT)
    return None


def obstacle(vcpu: Vcpu, va: int, length: int) -> str:
    """Why a copy to the running vCPU's ``va`` would not arrive whole, in words; empty if it would. Logs nothing."""
    regs = translation_registers(vcpu)
    while length > 0:
        found = vcpu.domain.walker.translate(regs, va & _MASK64, Access.WRITE, 1)
        if isinstance(found, Fault):
            maddr = _walked(vcpu, regs, va & _MASK64, Access.WRITE, quietly=True)
            if maddr is None:
                return str(found)
        else:
            maddr = found.maddr
        if not vcpu.domain.p2m.owns(maddr >> PAGE_SHIFT):
            return f"va {va & _MASK64:#x} leads to machine address {maddr:#x}, which is no memory of the domain"
        size = PAGE_SIZE - (va & ~PAGE_MASK)
        va, length = va + size, length - size
    return ""


def segments(vcpu: Vcpu, va: int, length: int, access: Access) -> list[tuple[int, int]]:
    """The (machine address, length) of each page's share of an access, up to the first page that cannot be used."""
    found = []
    while length:
        size = min(length, PAGE_SIZE - (va & ~PAGE_MASK))
        maddr = page_of(vcpu, va, access)
        if maddr is None:
            break
        found.append((maddr, size))
        va = va + size & _MASK64
        length -= size
    return found


def copy_from_guest(vcpu: Vcpu, va: int, length: int) -> bytes | None:
    """Read ``length`` bytes at ``va``; None (-EFAULT) unless all of them can be read."""
    memory = vcpu.domain.memory
    data = b"".join(memory.read(maddr, size) for maddr, size in segments(vcpu, va, length, Access.READ))
    return data if len(data) == length else None


def copy_to_guest(vcpu: Vcpu, va: int, data: bytes) -> int:
    """Write ``data`` at ``va``; returns how many bytes arrived: fewer than all is -EFAULT to the caller."""
    memory = vcpu.domain.memory
    done = 0
    for maddr, size in segments(vcpu, va, len(data), Access.WRITE):
        memory.write(maddr, data[done : done + size])
        done += size
    return done
