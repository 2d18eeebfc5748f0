"""Names for addresses, from the guest's symbols."""

from harness.api import Machine
from harness.machine.mmu.faults import Access, Fault
from harness.xen.domains.domain import Vcpu


def link_address_of(machine: Machine, vcpu: Vcpu, va: int) -> int | None:
    """The address that the main guest's symbols use for ``va`` of ``vcpu``; None if nothing is mapped there now."""
    if vcpu.domain is not machine.domain or not vcpu.has_cpu:
        return None
    found = machine.domain.walker.translate(vcpu.cpu.translation, va, Access.READ, 1)
    return None if isinstance(found, Fault) else found.ipa - machine.domain.load_shift


def name_of(machine: Machine, vcpu: Vcpu, va: int) -> str | None:
    """``symbol`` or ``symbol+0x10``; None if no symbol is known."""
    link = link_address_of(machine, vcpu, va)
    return None if link is None else machine.guest.nearest(link)


def named(machine: Machine, vcpu: Vcpu, va: int) -> str:
    """The address with its name: ``0x1234 <symbol+0x10>``."""
    name = name_of(machine, vcpu, va)
    return f"{va:#x} <{name}>" if name else f"{va:#x}"
