"""The software MMU: translates any VA of any vCPU, running or not, to a machine address or a typed fault.

It reads the same tables that the emulated MMU walks, the guest's at stage 1 through the hypervisor's at stage 2,
directly from machine memory, and changes nothing: it has no TLB and does not update access flags. The same code
translates and records the trail.
"""

import functools
from typing import NamedTuple

from harness.machine.memory import Memory
from harness.machine.mmu import descriptors as d
from harness.machine.mmu.faults import Access, Fault, FaultKind, Translation
from harness.machine.mmu.stage1 import Stage1Format, merge_table_limits, stage1_formats, stage1_permissions
from harness.machine.mmu.stage2 import Stage2Format, stage2_format, stage2_leaf, stage2_permissions
from harness.machine.mmu.trail import DescriptorRead, Walk, WalkStopped

FLAT = 1 << 64
"""Block size when both stages are off."""


class TranslationRegisters(NamedTuple):
    """The registers of a vCPU that a translation of EL1&0 depends on. ``pan`` is PSTATE.PAN."""

    sctlr_el1: int = 0
    tcr_el1: int = 0
    ttbr0_el1: int = 0
    ttbr1_el1: int = 0
    vttbr_el2: int = 0
    vtcr_el2: int = 0
    hcr_el2: int = 0
    pan: bool = False


class _Stage2(NamedTuple):
    """Stage 2 when it is on: its format, its root, and whether stage-1 tables in Device memory are refused."""

    table_format: Stage2Format
    root: int
    protect_walks: bool


class Walker:
    """Walks both stages of translation in ``memory``, for a CPU with ``pa_bits`` of physical address."""

    def __init__(self, memory: Memory, pa_bits: int = d.PA_BITS) -> None:
        self.memory = memory
        self.pa_bits = pa_bits
        # TCR and VTCR hardly ever change, and decoding them costs as much as a walk.
        self._stage1_formats = functools.lru_cache(maxsize=64)(stage1_formats)
        self._stage2_format = functools.lru_cache(maxsize=64)(stage2_format)

    def translate(
        self, regs: TranslationRegisters, va: int, access: Access = Access.READ, el: int = 1
    ) -> Translation | Fault:
        """Translate ``va`` (64 bits, tag included) for one access by ``el``, 0 or 1, at both stages.

        The resulting address need not be memory: it may be a device's.
        """
        return self._translate(regs, va, access, el, None)

    def walk(self, regs: TranslationRegisters, va: int, access: Access = Access.READ, el: int = 1) -> Walk:
        """Translate like :meth:`translate`, and keep every descriptor read on the way."""
        reads: list[DescriptorRead] = []
        outcome = self._translate(regs, va, access, el, reads)
        return Walk(tuple(reads), outcome)

    def address_size_fault(self, regs: TranslationRegisters, va: int) -> int | None:
        """The level of the address size fault that translating ``va`` ends in; None if it ends otherwise.

        Such a fault depends on neither the access nor the exception level: a descriptor's address is checked first.
        """
        outcome = self._translate(regs, va, Access.READ, 1, None)
        if isinstance(outcome, Fault) and outcome.kind is FaultKind.ADDRESS_SIZE and outcome.stage == 1:
            return outcome.level
        return None

    def translate_ipa(self, vttbr: int, vtcr: int, ipa: int, access: Access = Access.READ) -> Translation | Fault:
        """Translate an intermediate physical address at stage 2 alone."""
        return self._translate_ipa(vttbr, vtcr, ipa, access, None)

    def walk_ipa(self, vttbr: int, vtcr: int, ipa: int, access: Access = Access.READ) -> Walk:
        """Translate like :meth:`translate_ipa`, and keep every descriptor read on the way."""
        reads: list[DescriptorRead] = []
        outcome = self._translate_ipa(vttbr, vtcr, ipa, access, reads)
        return Walk(tuple(reads), outcome)

    def _translate_ipa(
        self, vttbr: int, vtcr: int, ipa: int, access: Access, reads: list[DescriptorRead] | None
    ) -> Translation | Fault:
        table_format = self._stage2_format(vtcr, self.pa_bits)
        root = _stage2_root(vttbr, table_format)
        try:
            descriptor, shift = stage2_leaf(self.memory, table_format, root, ipa, reads)
        except WalkStopped as stop:
            return Fault(stop.kind, stop.level, 2, None, ipa, False, access)
        permissions = stage2_permissions(descriptor)
        if not permissions & access:
            return Fault(FaultKind.PERMISSION, (39 - shift) // 9, 2, None, ipa, False, access)
        offset_mask = (1 << shift) - 1
        maddr = descriptor & d.ADDRESS_MASK & ~offset_mask | ipa & offset_mask
        return Translation(None, ipa, maddr, 1 << shift, permissions, None, descriptor)

    def _stage2(self, regs: TranslationRegisters) -> _Stage2 | None:
        if not regs.hcr_el2 & (d.HCR_VM | d.HCR_DC):  # HCR_EL2.DC acts as VM too
            return None
        table_format = self._stage2_format(regs.vtcr_el2, self.pa_bits)
        root = _stage2_root(regs.vttbr_el2, table_format)
        return _Stage2(table_format, root, bool(regs.hcr_el2 & d.HCR_PTW))

    def _translate(
        self, regs: TranslationRegisters, va: int, access: Access, el: int, reads: list[DescriptorRead] | None
    ) -> Translation | Fault:
        stage2 = self._stage2(regs)
        try:
            if regs.sctlr_el1 & d.SCTLR_M and not regs.hcr_el2 & d.HCR_DC:
                merged, shift, ipa, permissions = self._stage1(regs, stage2, va, access, el, reads)
                stage1: int | None = merged
                size = 1 << shift
            else:
                stage1, size, permissions = None, FLAT, 7
                ipa = self._untranslated(regs, va)
            if stage2 is None:
                return Translation(va, ipa, ipa, size, permissions, stage1, None)
            descriptor, shift = stage2_leaf(self.memory, stage2.table_format, stage2.root, ipa, reads)
        except WalkStopped as stop:
            return Fault(stop.kind, stop.level, stop.stage, va, stop.ipa, stop.s1ptw, access)
        permissions &= stage2_permissions(descriptor)
        if not permissions & access:
            return Fault(FaultKind.PERMISSION, (39 - shift) // 9, 2, va, ipa, False, access)
        offset_mask = (1 << shift) - 1
        maddr = descriptor & d.ADDRESS_MASK & ~offset_mask | ipa & offset_mask
        return Translation(va, ipa, maddr, min(size, 1 << shift), permissions, stage1, descriptor)

    def _untranslated(self, regs: TranslationRegisters, va: int) -> int:
        """The IPA of ``va`` with stage 1 off: the address without its tag (D8.2.1, AArch64.S1DisabledOutput)."""
        tagged = regs.tcr_el1 & (d.TCR_TBI1 if va >> 55 & 1 else d.TCR_TBI0)
        address = va & (1 << 56) - 1 if tagged else va
        if address >> self.pa_bits:
            raise WalkStopped(FaultKind.ADDRESS_SIZE, 0, 1)
        return address

    def _stage1(
        self,
        regs: TranslationRegisters,
        stage2: _Stage2 | None,
        va: int,
        access: Access,
        el: int,
        reads: list[DescriptorRead] | None,
    ) -> tuple[int, int, int, int]:
        """Stage 1 alone: (last descriptor, the tables' limits merged in; log2 of its size; IPA; permissions)."""
        # Bit 55 selects the half, not bit 63: with TBI, bits 63:56 are a tag (D8.2).
        upper = va >> 55 & 1
        table_format = self._stage1_formats(regs.tcr_el1, self.pa_bits)[upper]
        root = _stage1_root(regs.ttbr1_el1 if upper else regs.ttbr0_el1, table_format, va)
        descriptor, level, shift, limits = self._stage1_last(table_format, root, stage2, va, reads)
        if descriptor & 3 != (d.IS_TABLE_OR_PAGE if level == 3 else d.IS_BLOCK):
            raise WalkStopped(FaultKind.TRANSLATION, level, 1)
        if level != 3 and shift not in table_format.block_shifts:
            raise WalkStopped(FaultKind.TRANSLATION, level, 1)
        if descriptor & table_format.oversize:
            raise WalkStopped(FaultKind.ADDRESS_SIZE, level, 1)
        if not descriptor & d.ACCESS_FLAG:
            raise WalkStopped(FaultKind.ACCESS_FLAG, level, 1)
        if limits & d.TABLE_LIMITS:
            descriptor = merge_table_limits(descriptor, limits)
        permissions = stage1_permissions(descriptor, el, bool(regs.sctlr_el1 & d.SCTLR_WXN), regs.pan)
        if not permissions & access:
            raise WalkStopped(FaultKind.PERMISSION, level, 1)
        offset_mask = (1 << shift) - 1
        ipa = descriptor & table_format.address_mask & ~offset_mask | va & offset_mask
        return descriptor, shift, ipa, permissions

    def _stage1_last(
        self,
        table_format: Stage1Format,
        root: int,
        stage2: _Stage2 | None,
        va: int,
        reads: list[DescriptorRead] | None,
    ) -> tuple[int, int, int, int]:
        """Find the first descriptor that is not a table: (descriptor, its level, its shift, the tables or-ed)."""
        memory, oversize, level = self.memory, table_format.oversize, table_format.start_level
        table, index_mask, limits = root, table_format.root_index_mask, 0
        for shift in table_format.shifts:
            index = va >> shift & index_mask
            ipa = table + (index << 3)
            maddr = ipa if stage2 is None else self._descriptor_maddr(stage2, ipa, reads)
            offset = maddr - memory.base
            if not 0 <= offset < memory.size:
                raise WalkStopped(FaultKind.EXTERNAL, level, 1)
            descriptor = memory.words[offset >> 3]
            if reads is not None:
                reads.append(DescriptorRead(1, level, shift, va, index, ipa, maddr, descriptor, False))
            if descriptor & 3 != d.IS_TABLE_OR_PAGE or level == 3:
                break
            table, index_mask = descriptor & table_format.address_mask, table_format.index_mask
            limits |= descriptor
            # The address of a table is checked as soon as it is read, so the fault has the level of this descriptor.
            if table & oversize:
                raise WalkStopped(FaultKind.ADDRESS_SIZE, level, 1)
            level += 1
        return descriptor, level, shift, limits

    def _descriptor_maddr(self, stage2: _Stage2, ipa: int, reads: list[DescriptorRead] | None) -> int:
        """Machine address of a stage-1 descriptor, which the walk must be allowed to read at stage 2."""
        try:
            descriptor, shift = stage2_leaf(self.memory, stage2.table_format, stage2.root, ipa, reads, True)
            if not descriptor & d.S2AP_READ or (stage2.protect_walks and not descriptor & d.S2_NOT_DEVICE):
                raise WalkStopped(FaultKind.PERMISSION, (39 - shift) // 9, 2, ipa)
        except WalkStopped as stop:
            # The fault is stage 2's, but it belongs to the walk of stage 1: its IPA is that of the descriptor.
            stop.s1ptw = True
            raise
        offset_mask = (1 << shift) - 1
        return descriptor & d.ADDRESS_MASK & ~offset_mask | ipa & offset_mask


def _stage1_root(ttbr: int, table_format: Stage1Format, va: int) -> int:
    """IPA of the root table, after checking that ``va`` is in range and its half is enabled (EPD)."""
    sign_bits = table_format.top_bit + 1 - table_format.input_bits
    sign = va >> table_format.input_bits & (1 << sign_bits) - 1
    # Both are translation faults at level 0, at whatever level the walk would begin.
    if table_format.disabled or (sign and sign != (1 << sign_bits) - 1):
        raise WalkStopped(FaultKind.TRANSLATION, 0, 1)
    root = ttbr & d.TTBR_BADDR_MASK & ~((table_format.root_index_mask << 3) | 7)
    if root >> table_format.output_bits:
        raise WalkStopped(FaultKind.ADDRESS_SIZE, 0, 1)
    return root


def _stage2_root(vttbr: int, table_format: Stage2Format) -> int:
    """Machine address of the first root table; concatenated root tables are aligned to their total size."""
    if not table_format.shifts:  # an inconsistent VTCR_EL2: the walk faults anyway
        return 0
    root_bytes = 8 << table_format.input_bits - table_format.shifts[0]
    return vttbr & d.VTTBR_BADDR_MASK & -root_bytes
