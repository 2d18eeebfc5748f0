"""The walk view: a translation through both stages, descriptor by descriptor."""

from collections.abc import Iterator

from harness.abi.words import MASK64
from harness.machine.mmu.describe import describe_walk
from harness.machine.mmu.faults import Access
from harness.xen.domains.domain import Vcpu


def walk_lines(vcpu: Vcpu, va: int, access: Access = Access.READ, el: int | None = None) -> Iterator[str]:
    """Yield a line for each descriptor on the way from ``va`` of ``vcpu``, then the result.

    ``el`` is the exception level of the access; None is the vCPU's present one.
    """
    level = vcpu.cpu.el if el is None else el
    regs = vcpu.cpu.translation
    yield f"{vcpu}, {access.name.lower()} of va {va & MASK64:#x} by EL{level}, under the live tables:"
    for line in describe_walk(vcpu.domain.walker.walk(regs, va & MASK64, access, level)).splitlines():
        yield f"  {line}"
