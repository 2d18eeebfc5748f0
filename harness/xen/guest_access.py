"""Xen's copies from and to a guest's memory by its virtual addresses (``xen/arch/arm/guestcopy.c``).

Each page is translated for itself, through the live tables of the vCPU that is running, as the CPU's AT S12E1R/W
does: with EL1's rights, whatever level the guest is in. A copy that meets a page it cannot use stops there; what was
copied before stays copied.
"""

from typing import TYPE_CHECKING

from harness.machine.memory import PAGE_MASK, PAGE_SIZE
from harness.machine.mmu.faults import Access, Fault, Translation
from harness.machine.mmu.walker import TranslationRegisters
from harness.xen.debug_build import walk_failure

if TYPE_CHECKING:
    from harness.xen.vcpu import Vcpu

_MASK64 = (1 << 64) - 1


def translation_registers(vcpu: "Vcpu") -> TranslationRegisters:
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


def translate(vcpu: "Vcpu", va: int, access: Access) -> Translation | Fault:
    """Walk both stages for ``va`` with EL1's rights, through the vCPU's live tables."""
    return vcpu.domain.walker.translate(translation_registers(vcpu), va & _MASK64, access, 1)


def page_of(vcpu: "Vcpu", va: int, access: Access) -> int | None:
    """The machine address that ``va`` means to the running vCPU, if it is RAM of its domain.

    This is ``get_page_from_gva``, which answers for the current vCPU alone.
    """
    found = translate(vcpu, va, access)
    if isinstance(found, Fault):
        if vcpu.domain.debug_build:
            vcpu.domain.host.log(walk_failure(vcpu, va))
        return None
    if found.device or not vcpu.domain.p2m.owns(found.maddr >> 12):
        return None
    return found.maddr


def segments(vcpu: "Vcpu", va: int, length: int, access: Access) -> list[tuple[int, int]]:
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


def copy_from_guest(vcpu: "Vcpu", va: int, length: int) -> bytes | None:
    """Read ``length`` bytes at ``va``; None (-EFAULT) unless all of them can be read."""
    memory = vcpu.domain.memory
    data = b"".join(memory.read(maddr, size) for maddr, size in segments(vcpu, va, length, Access.READ))
    return data if len(data) == length else None


def copy_to_guest(vcpu: "Vcpu", va: int, data: bytes) -> int:
    """Write ``data`` at ``va``; returns how many bytes arrived: fewer than all is -EFAULT to the caller."""
    memory = vcpu.domain.memory
    done = 0
    for maddr, size in segments(vcpu, va, len(data), Access.WRITE):
        memory.write(maddr, data[done : done + size])
        done += size
    return done
