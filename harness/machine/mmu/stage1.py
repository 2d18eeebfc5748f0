"""Stage 1 of EL1&0: how TCR_EL1 divides a virtual address, and what a descriptor allows at EL0 and EL1.

Granules of 4, 16 and 64 KiB; 48-bit addresses. As on the Cortex-A53 there is no FEAT_HPDS, FEAT_HAFDBS, FEAT_LPA
or FEAT_PAuth: limits in table descriptors always apply, software sets the access flag, and instruction fetches ignore
tags, too.
"""

from dataclasses import dataclass

from harness.machine.mmu import descriptors as d
from harness.machine.mmu.faults import Access


@dataclass(frozen=True, slots=True)
class Stage1Format:
    """One half of the address space, as TCR_EL1 describes it.

    The tables translate ``input_bits`` of the address; the bits from there to ``top_bit`` must all be zero in the
    lower half, one in the upper (bits above ``top_bit`` are a tag). ``shifts`` has log2 of the bytes per entry for
    every level from the root down, ``block_shifts`` those of levels that may have blocks. ``start_level`` is 0 to 3.
    """

    input_bits: int
    top_bit: int
    disabled: bool
    output_bits: int
    granule_bits: int
    start_level: int
    shifts: tuple[int, ...]
    block_shifts: frozenset[int]
    root_index_mask: int
    index_mask: int
    address_mask: int
    oversize: int


def stage1_formats(tcr: int, pa_bits: int = d.PA_BITS) -> tuple[Stage1Format, Stage1Format]:
    """Decode TCR_EL1: the half of TTBR0_EL1, then that of TTBR1_EL1, on a CPU with ``pa_bits`` (D8.2)."""
    output_bits = min(d.PHYSICAL_ADDRESS_BITS[tcr >> d.TCR_IPS_SHIFT & 7], pa_bits)
    lower = _format(
        size_field=tcr & 0x3F,
        granule_bits=d.GRANULE_BITS_TG0[tcr >> d.TCR_TG0_SHIFT & 3],
        tagged=bool(tcr & d.TCR_TBI0),
        disabled=bool(tcr & d.TCR_EPD0),
        output_bits=output_bits,
    )
    upper = _format(
        size_field=tcr >> d.TCR_T1SZ_SHIFT & 0x3F,
        granule_bits=d.GRANULE_BITS_TG1[tcr >> d.TCR_TG1_SHIFT & 3],
        tagged=bool(tcr & d.TCR_TBI1),
        disabled=bool(tcr & d.TCR_EPD1),
        output_bits=output_bits,
    )
    return lower, upper


def effective_tcr(tcr: int) -> int:
    """The TCR_EL1 that has the same effect as ``tcr`` and only values that ID_AA64MMFR0_EL1 offers.

    For an MMU that has other granules and sizes: see :data:`descriptors.GRANULE_BITS_TG0` and ``TSZ_MIN``.
    """
    for size_shift, disable in ((0, d.TCR_EPD0), (d.TCR_T1SZ_SHIFT, d.TCR_EPD1)):
        if not d.TSZ_MIN <= tcr >> size_shift & d.TCR_TSZ_MASK <= d.TSZ_MAX:
            tcr = tcr & ~(d.TCR_TSZ_MASK << size_shift) | d.TSZ_MIN << size_shift | disable
    if tcr >> d.TCR_TG0_SHIFT & 3 > 1:
        tcr &= ~(3 << d.TCR_TG0_SHIFT)
    if tcr >> d.TCR_TG1_SHIFT & 3 < d.TCR_TG1_4K:
        tcr = tcr & ~(3 << d.TCR_TG1_SHIFT) | d.TCR_TG1_4K << d.TCR_TG1_SHIFT
    return tcr


def _format(size_field: int, granule_bits: int, tagged: bool, disabled: bool, output_bits: int) -> Stage1Format:
    input_bits = 64 - min(max(size_field, d.TSZ_MIN), d.TSZ_MAX)
    disabled = disabled or not d.TSZ_MIN <= size_field <= d.TSZ_MAX
    index_bits = granule_bits - 3  # a table fills one granule with 8-byte entries
    start_level = 4 - (input_bits - 4) // index_bits
    shifts = tuple(granule_bits + index_bits * (3 - level) for level in range(start_level, 4))
    address_mask = (1 << 48) - (1 << granule_bits)
    block_levels = (1, 2) if granule_bits == 12 else (2,)
    return Stage1Format(
        input_bits=input_bits,
        top_bit=55 if tagged else 63,
        disabled=disabled,
        output_bits=output_bits,
        granule_bits=granule_bits,
        start_level=start_level,
        shifts=shifts,
        block_shifts=frozenset(granule_bits + index_bits * (3 - level) for level in block_levels),
        root_index_mask=(1 << input_bits - shifts[0]) - 1,
        index_mask=(1 << index_bits) - 1,
        address_mask=address_mask,
        oversize=address_mask & -(1 << output_bits),
    )


def merge_table_limits(descriptor: int, limits: int) -> int:
    """The effective block or page descriptor below tables whose limit bits, or-ed together, are ``limits``."""
    if limits & d.AP_TABLE_NO_EL0:
        descriptor &= ~d.AP_EL0
    if limits & d.AP_TABLE_READ_ONLY:
        descriptor |= d.AP_READ_ONLY
    if limits & d.UXN_TABLE:
        descriptor |= d.UXN
    if limits & d.PXN_TABLE:
        descriptor |= d.PXN
    return descriptor


def stage1_permissions(descriptor: int, el: int, wxn: bool = False, pan: bool = False) -> int:
    """The permissions of ``el`` (0 or 1) by a merged block or page descriptor: a sum of :class:`Access` (D8.4).

    ``wxn`` is SCTLR_EL1.WXN, ``pan`` is PSTATE.PAN for a privileged access.
    """
    writable = not descriptor & d.AP_READ_ONLY
    user = bool(descriptor & d.AP_EL0)
    allowed: int = Access.READ | Access.WRITE if writable else Access.READ
    if el == 0:
        execute_never = bool(descriptor & d.UXN)
        if not user:
            allowed = 0
    else:
        # EL1 never executes what EL0 may write, whatever PXN says (D8.4).
        execute_never = bool(descriptor & d.PXN) or (user and writable)
        if user and pan:
            allowed = 0
    if execute_never or (wxn and allowed & Access.WRITE):
        return allowed
    return allowed | Access.EXECUTE
