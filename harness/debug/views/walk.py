"""A walk through both stages, descriptor by descriptor."""

from collections.abc import Iterator

from harness.abi.words import MASK64
from harness.machine.mmu.describe import describe_walk
from harness.machine.mmu.faults import Access
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.guest_access import translation_registers


def walk_lines(vcpu: Vcpu, va: int, access: Access = Access.READ, el: int | None = None) -> Iterator[str]:
    """Yield a line for each descriptor that ``va`` of ``vcpu`` leads through, and what comes of it; ``el``: as now."""
    level = vcpu.cpu.el if el is None else el
    regs = translation_registers(vcpu)
    yield f"{vcpu}, {access.name.lower()} of va {va & MASK64:#x} by EL{level}, under the tables that are live now:"
    for line in describe_walk(vcpu.domain.walker.walk(regs, va & MASK64, access, level)).splitlines():
        yield f"  {line}"
