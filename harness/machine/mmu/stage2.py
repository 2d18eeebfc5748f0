"""Stage 2: from an IPA to the machine address, through the tables at VTTBR_EL2.

Only the 4 KiB granule is implemented, because Xen uses no other. As on the Cortex-A53 there is no FEAT_XNX or
FEAT_HAFDBS: execute-never is bit 54 alone, and software sets the access flag.
"""

from dataclasses import dataclass

from harness.machine.memory import Memory
from harness.machine.mmu import descriptors as d
from harness.machine.mmu.faults import Access, FaultKind
from harness.machine.mmu.trail import DescriptorRead, WalkStopped


@dataclass(frozen=True, slots=True)
class Stage2Format:
    """The format of the tables, decoded from VTCR_EL2.

    ``shifts`` has log2 of the bytes per entry for every level from the root down, and is empty if SL0 and
    T0SZ contradict each other: then every walk is a level 0 translation fault. ``oversize`` has the bits of a
    descriptor's address that are beyond the output size.
    """

    input_bits: int
    output_bits: int
    shifts: tuple[int, ...]
    root_frames: int
    oversize: int


def stage2_format(vtcr: int, pa_bits: int = d.PA_BITS) -> Stage2Format:
    """Decode VTCR_EL2 for a CPU with ``pa_bits`` of physical address (D8.2.5, D8.2.7: concatenated tables)."""
    input_bits = 64 - min(max(vtcr & 0x3F, d.TSZ_MIN), d.TSZ_MAX)
    start_level = 2 - (vtcr >> d.VTCR_SL0_SHIFT & 3)
    output_bits = min(d.PHYSICAL_ADDRESS_BITS[vtcr >> d.VTCR_PS_SHIFT & 7], pa_bits)
    root_index_bits = input_bits - (39 - 9 * start_level)
    consistent = (
        start_level >= 0
        and 1 <= root_index_bits <= 13  # at most 16 tables side by side
        and input_bits <= pa_bits
        and not (start_level == 0 and pa_bits <= 42)
    )
    return Stage2Format(
        input_bits=input_bits,
        output_bits=output_bits,
        shifts=tuple(39 - 9 * level for level in range(start_level, 4)) if consistent else (),
        root_frames=1 << max(0, root_index_bits - 9) if consistent else 0,
        oversize=d.ADDRESS_MASK & -(1 << output_bits),
    )


def stage2_permissions(descriptor: int) -> int:
    """The permissions by stage 2, the same for EL0 and EL1: a sum of :class:`Access` (S2AP and XN; D8.4)."""
    permissions = descriptor >> 6 & 3  # S2AP's two bits are READ and WRITE
    return permissions if descriptor & d.S2_XN else permissions | Access.EXECUTE


def stage2_leaf(
    memory: Memory,
    table_format: Stage2Format,
    root: int,
    ipa: int,
    reads: list[DescriptorRead] | None = None,
    nested: bool = False,
) -> tuple[int, int]:
    """Find the block or page that maps ``ipa``, with its access flag set: (descriptor, log2 of its size).

    ``root`` is the machine address of the first root table. Raises WalkStopped; the caller checks permissions.
    """
    # Every access of Xen to guest memory comes through here, so the loop tests each descriptor only once; _leaf_fault
    # finds the reason of a failure afterwards.
    oversize = table_format.oversize
    if ipa >> table_format.input_bits or not table_format.shifts:
        raise WalkStopped(FaultKind.TRANSLATION, 0, 2, ipa)
    if root & oversize:
        raise WalkStopped(FaultKind.ADDRESS_SIZE, 0, 2, ipa)
    words, base, limit, good_table = memory.words, memory.base, memory.size, d.TYPE_MASK | oversize
    table, index_mask = root, -1  # concatenated root tables are one long table
    for shift in table_format.shifts:
        index = ipa >> shift & index_mask
        offset = table + (index << 3) - base
        if not 0 <= offset < limit:
            raise WalkStopped(FaultKind.EXTERNAL, _level(shift), 2, ipa)
        descriptor = words[offset >> 3]
        if reads is not None:
            level, maddr = _level(shift), base + offset
            reads.append(DescriptorRead(2, level, shift, ipa, index, None, maddr, descriptor, nested))
        if descriptor & good_table != d.IS_TABLE_OR_PAGE:
            break
        table, index_mask = descriptor & d.ADDRESS_MASK, 0x1FF
    if shift != 12 or descriptor & (good_table | d.ACCESS_FLAG) != d.IS_TABLE_OR_PAGE | d.ACCESS_FLAG:
        kind = _leaf_fault(descriptor, shift, oversize)
        if kind is not None:
            raise WalkStopped(kind, _level(shift), 2, ipa)
    return descriptor, shift


def _leaf_fault(descriptor: int, shift: int, oversize: int) -> FaultKind | None:
    """Why the descriptor that a walk stopped at, in a table of ``shift``, is a fault; None for a valid block."""
    if descriptor & d.TYPE_MASK == d.IS_TABLE_OR_PAGE and shift != 12:
        return FaultKind.ADDRESS_SIZE  # a walk stops at a table only if its address is too large
    if not descriptor & d.VALID or shift == 39 or (shift == 12 and not descriptor & d.TABLE):
        return FaultKind.TRANSLATION
    if descriptor & oversize:
        return FaultKind.ADDRESS_SIZE
    return None if descriptor & d.ACCESS_FLAG else FaultKind.ACCESS_FLAG


def _level(shift: int) -> int:
    return (39 - shift) // 9
