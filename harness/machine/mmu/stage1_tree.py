"""Stage-1 trees built by the host: for tests, and for tools that start a guest without its own boot code.

One tree is one half of an address space. Tables are addressed by IPA, as a guest addresses them; a function of the
caller translates these addresses to machine addresses.
"""

from collections.abc import Callable

from harness.machine.memory import Memory
from harness.machine.mmu import descriptors as d

ENTRIES = 512
_TABLE_BYTES = 4096


def leaf_attributes(
    *,
    user: bool = False,
    writable: bool = True,
    user_execute: bool = False,
    kernel_execute: bool = False,
    attribute_index: int = 0,
    shareability: int = d.INNER_SHAREABLE,
    non_global: bool = False,
    access_flag: bool = True,
) -> int:
    """Attribute bits of a stage-1 block or page: everything except its type and address."""
    return (
        attribute_index << d.ATTRIBUTE_INDEX_SHIFT
        | (d.AP_EL0 if user else 0)
        | (0 if writable else d.AP_READ_ONLY)
        | (0 if user_execute else d.UXN)
        | (0 if kernel_execute else d.PXN)
        | shareability
        | (d.NON_GLOBAL if non_global else 0)
        | (d.ACCESS_FLAG if access_flag else 0)
    )


def _same(ipa: int) -> int:
    return ipa


class Stage1Tree:
    """A tree of 4 KiB granule tables for virtual addresses of ``input_bits`` (25 to 48) below the sign bits.

    ``allocate_table`` returns the IPA of a frame for a table, with any contents. ``maddr_of`` translates an IPA to
    its machine address: without stage 2, the same address. Tables are never given back: their frames belong to the
    guest.
    """

    def __init__(
        self,
        memory: Memory,
        allocate_table: Callable[[], int],
        *,
        input_bits: int = 39,
        maddr_of: Callable[[int], int] = _same,
    ) -> None:
        if not 64 - d.TSZ_MAX <= input_bits <= 64 - d.TSZ_MIN:
            raise ValueError(f"a half of {input_bits} bits: must be 25 to 48")
        self.memory = memory
        self.input_bits = input_bits
        self.start_level = 4 - (input_bits - 4) // 9
        self._allocate_table = allocate_table
        self._maddr_of = maddr_of
        self.root = self._new_table()

    def ttbr(self, asid: int = 0) -> int:
        """TTBR0_EL1 or TTBR1_EL1 for this tree, with an ASID of 16 bits."""
        return asid << d.TTBR_ASID_SHIFT | self.root

    def map(
        self,
        va: int,
        ipa: int,
        size: int,
        attributes: int,
        *,
        blocks: bool = False,
        table_limits: int = 0,
    ) -> None:
        """Map ``size`` bytes from ``va`` (sign bits ignored) to ``ipa``, all three multiples of 4 KiB.

        With ``blocks``, 1 GiB and 2 MiB blocks are used wherever both addresses are aligned. New table descriptors
        get the ``table_limits`` (PXN_TABLE, AP_TABLE_READ_ONLY, ...); existing ones keep theirs. ValueError if an
        existing block is in the way.
        """
        va &= (1 << self.input_bits) - 1
        if (va | ipa | size) % _TABLE_BYTES or va + size > 1 << self.input_bits:
            raise ValueError(f"{size:#x} bytes from va {va:#x} to ipa {ipa:#x}: not multiples of 4 KiB, or too long")
        end = va + size
        while va < end:
            level = self._level(va, ipa, end - va) if blocks else 3
            descriptor_type = d.IS_TABLE_OR_PAGE if level == 3 else d.IS_BLOCK
            self.put(va, level, ipa | attributes | descriptor_type, table_limits=table_limits)
            va += 1 << _shift(level)
            ipa += 1 << _shift(level)

    def put(self, va: int, level: int, descriptor: int, *, table_limits: int = 0) -> None:
        """Write ``descriptor``, valid or not, as the entry for ``va`` at ``level``; missing tables above are made."""
        self.memory.write_u64(self._maddr_of(self.entry_ipa(va, level, table_limits=table_limits)), descriptor)

    def entry_ipa(self, va: int, level: int, *, table_limits: int = 0) -> int:
        """IPA of the entry for ``va`` at ``level``; missing tables above it are made."""
        va &= (1 << self.input_bits) - 1
        if not self.start_level <= level <= 3:
            raise ValueError(f"level {level}: this tree has levels {self.start_level} to 3")
        table = self.root
        for above in range(self.start_level, level):
            at = self._maddr_of(table + (va >> _shift(above)) % ENTRIES * 8)
            descriptor = self.memory.read_u64(at)
            if not descriptor & d.VALID:
                descriptor = self._new_table() | table_limits | d.IS_TABLE_OR_PAGE
                self.memory.write_u64(at, descriptor)
            elif descriptor & d.TYPE_MASK != d.IS_TABLE_OR_PAGE:
                raise ValueError(f"va {va:#x}: a block at level {above} is in the way")
            table = descriptor & d.ADDRESS_MASK
        return table + (va >> _shift(level)) % ENTRIES * 8

    def _new_table(self) -> int:
        table = self._allocate_table()
        self.memory.write(self._maddr_of(table), bytes(_TABLE_BYTES))
        return table

    def _level(self, va: int, ipa: int, left: int) -> int:
        for level in (1, 2):
            size = 1 << _shift(level)
            if level >= self.start_level and left >= size and not (va | ipa) % size:
                return level
        return 3


def _shift(level: int) -> int:
    return 39 - 9 * level
