"""Xen's own walk of a guest's stage-1 tables, for addresses that the CPU would not translate.

When AT S12E1R/W fails, Xen walks the guest's tables once more in software (``guest_walk_tables`` in
``xen/arch/arm/guest_walk.c``). Its rules differ from the architecture's: it ignores the access flag and all address
bits between the translated ones and bit 55 or 63, and it accepts a block at any level. So Xen reaches areas that the
guest itself cannot access.
"""

from collections.abc import Callable
from typing import NamedTuple

from harness.machine.mmu import descriptors as d
from harness.machine.mmu.walker import TranslationRegisters

_GRANULE_TG0 = (12, 16, 14, 12)
_GRANULE_TG1 = (12, 14, 12, 16)
"""log2 of the granule by TCR_EL1.TG0 and TG1; a reserved value is taken as 4 KiB."""

_LEAST_INPUT_BITS, _MOST_INPUT_BITS = 25, 48
_OUTPUT_BITS = (32, 36, 40, 42, 44, 48)
"""By TCR_EL1.IPS; larger values are refused."""


class Walked(NamedTuple):
    """The result of stage 1: the IPA of an address, and whether EL1 may write there."""

    ipa: int
    writable: bool


class _Half(NamedTuple):
    """One half of the address space as TCR_EL1 describes it: its tables' base, its size, and the granule."""

    ttbr: int
    input_bits: int
    granule_bits: int
    disabled: bool


def guest_walk_tables(
    regs: TranslationRegisters, va: int, read_descriptor: Callable[[int], int | None]
) -> Walked | None:
    """Walk for ``va``; ``read_descriptor`` reads a doubleword at an IPA, None if there is no RAM.

    Returns None if the walk fails. With the MMU off, the address is the IPA, with all its 64 bits.
    """
    if not regs.sctlr_el1 & d.SCTLR_M:
        return Walked(va, True)
    half = _half(regs, va)
    output_size = regs.tcr_el1 >> d.TCR_IPS_SHIFT & 7
    if (
        half.disabled
        or not _LEAST_INPUT_BITS <= half.input_bits <= _MOST_INPUT_BITS
        or output_size >= len(_OUTPUT_BITS)
    ):
        return None
    # The bits from the output size to bit 47 must be 0 in TTBR and in every descriptor (``check_base_size``).
    beyond_output = (1 << 48) - (1 << _OUTPUT_BITS[output_size])
    return None if half.ttbr & beyond_output else _descend(half, beyond_output, va, read_descriptor)


def _half(regs: TranslationRegisters, va: int) -> _Half:
    tcr = regs.tcr_el1
    # One bit alone selects the half (``get_top_bit``). The architecture also wants the bits below it to be equal.
    tagged = tcr & (d.TCR_TBI1 if va >> 55 & 1 else d.TCR_TBI0)
    if va >> (55 if tagged else 63) & 1:
        granule = _GRANULE_TG1[tcr >> d.TCR_TG1_SHIFT & 3]
        return _Half(regs.ttbr1_el1, 64 - (tcr >> d.TCR_T1SZ_SHIFT & 0x3F), granule, bool(tcr & d.TCR_EPD1))
    granule = _GRANULE_TG0[tcr >> d.TCR_TG0_SHIFT & 3]
    return _Half(regs.ttbr0_el1, 64 - (tcr & 0x3F), granule, bool(tcr & d.TCR_EPD0))


def _descend(half: _Half, beyond_output: int, va: int, read_descriptor: Callable[[int], int | None]) -> Walked | None:
    granule, stride = half.granule_bits, half.granule_bits - 3
    frame_mask = (1 << 48) - (1 << granule)
    table, writable = half.ttbr & frame_mask, True
    # The walk starts at the level from which the remaining strides cover all input bits.
    for level in range(4 + (granule - half.input_bits) // stride, 4):
        shift = granule + stride * (3 - level)
        descriptor = read_descriptor(table | (va >> shift & (1 << stride) - 1) << 3)
        if descriptor is None:
            return None
        address = descriptor & d.ADDRESS_MASK
        if address & beyond_output or (granule == 16 and address & ~frame_mask):
            return None
        # The architecture has no blocks at level 0, nor at level 1 with 16 and 64 KiB granules; Xen accepts them.
        if descriptor & d.TYPE_MASK == (d.IS_TABLE_OR_PAGE if level == 3 else d.IS_BLOCK):
            ipa = address & frame_mask | va & (1 << shift) - 1
            return Walked(ipa, writable and not descriptor & d.AP_READ_ONLY)
        if level == 3 or not descriptor & d.VALID:
            return None
        writable = writable and not descriptor & d.AP_TABLE_READ_ONLY
        table = address & frame_mask
    return None
