"""How Xen translates a guest's virtual address (``get_page_from_gva`` in ``xen/arch/arm/p2m.c``).

It uses the live tables of the running vCPU, as the CPU's AT S12E1R/W does: with EL1's permissions, whatever exception
level the guest is in. If that fails, Xen walks the tables itself, by more lenient rules.
"""

from typing import NamedTuple

from harness.machine.memory import PAGE_MASK, PAGE_SHIFT
from harness.machine.mmu.faults import Access, Fault, Translation
from harness.machine.mmu.walker import TranslationRegisters
from harness.xen.debug_builds import complaints
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.guest_walk import guest_walk_tables
from harness.xen.memory.p2m import P2mType

_RAM = (P2mType.RAM_RW, P2mType.RAM_RO)
"""The p2m types for which ``p2m_is_ram`` is true."""


class Translated(NamedTuple):
    """Where a page of a guest is: its machine address, or the CPU's ``fault`` if Xen did not find it either.

    ``by_cpu`` is the machine address that AT gave, 0 if Xen's own walk found the page.
    """

    maddr: int
    by_cpu: int
    fault: Fault | None


def find(vcpu: Vcpu, va: int, access: Access, *, quietly: bool = False) -> int | Fault | str:
    """The machine address, or the reason why there is none; ``quietly`` keeps a debug build from logging it."""
    domain = vcpu.domain
    regs = vcpu.cpu.translation
    question = (regs, va >> PAGE_SHIFT, access)
    found = domain.host.walks.recall(question)
    if found is None:
        read: list[int] = []
        found = _translate(vcpu, regs, va, access, read, quietly=quietly)
        if found.fault is None or not domain.debug_build:  # whose every failed walk is logged
            domain.host.walks.keep(question, read, found)
    if found.fault is not None:
        return found.fault.moved(va)
    offset = va & ~PAGE_MASK
    if domain.p2m.owns(found.maddr >> PAGE_SHIFT):
        return found.maddr | offset
    if domain.debug_build and not quietly:
        _log_unowned(vcpu, found)
    return f"va {va:#x} leads to machine address {found.maddr | offset:#x}, which is no memory of the domain"


def _translate(
    vcpu: Vcpu, regs: TranslationRegisters, va: int, access: Access, read: list[int], *, quietly: bool
) -> Translated:
    """Translate the page of ``va``, and add the machine addresses of what decides about it to ``read``."""
    # Exception level 1 always: ``gvirt_to_maddr`` uses AT S12E1*, also for a guest that was interrupted at EL0. But the
    # tables are the live ones, so under KPTI a kernel address is not found there while the guest is in user mode.
    walk = vcpu.domain.walker.walk(regs, va, access, 1)
    read += [descriptor.maddr for descriptor in walk.reads]
    if isinstance(walk.outcome, Translation):
        return Translated(walk.outcome.maddr & PAGE_MASK, walk.outcome.maddr, None)
    # A failure of AT is not final for Xen: it may itself have cleared the valid bits of stage-2 entries (to track
    # set/way cache maintenance). So it walks in software after every fault, which finds more than AT does.
    maddr = _walk(vcpu, regs, va, access, read, quietly=quietly)
    return Translated(0, 0, walk.outcome) if maddr is None else Translated(maddr & PAGE_MASK, 0, None)


def _walk(
    vcpu: Vcpu, regs: TranslationRegisters, va: int, access: Access, read: list[int], *, quietly: bool
) -> int | None:
    """Translate in software: Xen's own walk of the guest's tables, then a p2m lookup with a check of the type."""
    p2m, memory = vcpu.domain.p2m, vcpu.domain.memory

    def read_descriptor(ipa: int) -> int | None:
        entry = p2m.lookup(ipa >> PAGE_SHIFT, read)
        if entry is None or entry.kind not in _RAM:
            return None
        read.append(entry.mfn << PAGE_SHIFT | ipa & ~PAGE_MASK)
        return memory.read_u64(read[-1])

    walked = guest_walk_tables(regs, va, read_descriptor)
    if walked is None:
        if vcpu.domain.debug_build and not quietly:
            complaints.failed_to_walk(vcpu, va)
        return None
    entry = p2m.lookup(walked.ipa >> PAGE_SHIFT, read)
    if entry is None or entry.kind not in _RAM:
        return None
    if access is Access.WRITE and not (walked.writable and entry.kind == P2mType.RAM_RW):
        return None
    return entry.mfn << PAGE_SHIFT | walked.ipa & ~PAGE_MASK


def _log_unowned(vcpu: Vcpu, found: Translated) -> None:
    """Log that ``get_page`` failed. The log names what the CPU translated to, which is 0 after a software walk."""
    if vcpu.domain.memory.contains(found.maddr):
        complaints.failed_to_acquire(vcpu, found.by_cpu >> PAGE_SHIFT)
    else:
        complaints.invalid_mfn(vcpu, found.maddr >> PAGE_SHIFT)
