"""Makes a CPU's aborts those of a Cortex-A53, where Unicorn's MMU says something else.

Unicorn accepts output addresses of any size, so an address size fault must be told from the tables afterwards: the
access ends in another fault, or at an address that stage 2 does not map. LDAR and STLR must always be aligned, which
Unicorn does not check either; if such an access faults, this is told here, and otherwise only by
:mod:`harness.machine.alignment`.
"""

from harness.machine.alignment import AlignmentCheck
from harness.machine.engine import Engine
from harness.machine.exceptions import ESR_IL
from harness.machine.exits import EC_DATA_ABORT_LOWER, EC_DATA_ABORT_SAME, ISS_WNR
from harness.machine.memory import PAGE_MASK, Memory
from harness.machine.mmu import Access, Fault, FaultKind, Walker
from harness.machine.mmu.descriptors import PA_BITS, PHYSICAL_ADDRESS_BITS, TCR_IPS_SHIFT

_STATUS = 0x3F
_KIND = 0x3C
_ALIGNMENT_FAULT = 0x21
_AFTER_ADDRESS_SIZE = (FaultKind.ACCESS_FLAG.value, FaultKind.PERMISSION.value)
"""Faults by a descriptor whose address has then been checked already."""
_PAR_FAULT, _PAR_RES1, _PAR_STATUS_SHIFT = 1, 1 << 11, 1


class Aborts:
    """Reviews the aborts of one CPU."""

    def __init__(self, cpu: Engine, memory: Memory, alignment: AlignmentCheck) -> None:
        self._cpu = cpu
        self._walker = Walker(memory)
        self._alignment = alignment

    def review(self, syndrome: int, va: int, pc: int) -> tuple[int, int]:
        """The true syndrome and fault address of an abort to EL1 that Unicorn reports."""
        data = syndrome >> 26 in (EC_DATA_ABORT_LOWER, EC_DATA_ABORT_SAME)
        # An access across the end of a page reports the next page's beginning, which is aligned.
        if data and (va & 7 or not va & ~PAGE_MASK):
            address = self._alignment.misaligned_address(pc, ordered=True)
            if address is not None:
                return alignment_syndrome(syndrome), address
        if syndrome & _KIND in _AFTER_ADDRESS_SIZE and not self._is_surely_small(va):
            level = self.address_size_fault(va)
            if level is not None:
                return syndrome & ~_STATUS | level, va
        return syndrome, va

    def _is_surely_small(self, va: int) -> bool:
        """Whether no walk is needed to see that the address of ``va`` is not too large: the case of copy-on-write.

        Stage 2 maps nothing beyond the CPU's address size, which TCR_EL1.IPS allows if it is large enough.
        """
        allowed = self._cpu.read_sysreg("TCR_EL1") >> TCR_IPS_SHIFT & 7
        return PHYSICAL_ADDRESS_BITS[allowed] >= PA_BITS and self._cpu.is_readable(va)

    def address_size_fault(self, va: int) -> int | None:
        """The level of the address size fault that an access to ``va`` must end in; None if it must not."""
        return self._walker.address_size_fault(self._cpu.translation, va)

    def translate(self, va: int, access: Access, el: int) -> int | None:
        """PAR_EL1 of an AT that ends in an address size fault; None for any other, which Unicorn executes rightly."""
        fault = self._walker.translate(self._cpu.translation, va, access, el)
        if not isinstance(fault, Fault) or fault.stage != 1 or fault.kind is not FaultKind.ADDRESS_SIZE:
            return None
        return fault.fsc << _PAR_STATUS_SHIFT | _PAR_RES1 | _PAR_FAULT


def alignment_syndrome(syndrome: int) -> int:
    """ESR_EL1 of an alignment fault of the access that ``syndrome`` is about: its class, and whether it stores."""
    return syndrome & (0x3F << 26 | ISS_WNR) | ESR_IL | _ALIGNMENT_FAULT
