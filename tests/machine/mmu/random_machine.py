"""Random translation registers and random trees at both stages, with a list of addresses worth asking about.

Paths are written descriptor by descriptor, for every granule, without the tree builders of the product, and each
step may go wrong in every way that a descriptor can. Leaves only ever lead to data frames, which are never written.
"""

import random
from dataclasses import dataclass

from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, Memory
from harness.machine.mmu import Stage2Tree, TranslationRegisters, xen_vtcr
from harness.machine.mmu import descriptors as d
from harness.machine.mmu.stage1 import Stage1Format, stage1_formats

TWO_MIB, ONE_GIB = 1 << 21, 1 << 30
PAGES_IPA = 0x4000_0000
BLOCKS_IPA = 0x4100_0000
TABLES_IPA = 0x4800_0000
GIGABYTE_IPA = 0x8000_0000
HOLES = (0x4A00_0000, 0xC000_0000, 0x1_4000_0000, 0x100_0000_0000)
"""IPAs that nothing maps, below tables of ever higher levels."""


@dataclass(frozen=True)
class Frames:
    """40 MiB of machine memory cut up for good: frames for tables, and frames of data, which are never written.

    The first 16 MiB are ``roots`` (8 frames in a row), then ``tables`` and ``data``, all mixed; the next 8 MiB are
    ``data_blocks`` of 2 MiB; the rest, from frame ``row``, is for tables that must lie in one piece.
    """

    memory: Memory
    roots: int
    tables: tuple[int, ...]
    data: tuple[int, ...]
    data_set: frozenset[int]
    data_blocks: tuple[int, ...]
    row: int

    @classmethod
    def of(cls, memory: Memory) -> "Frames":
        first = memory.base >> PAGE_SHIFT
        mixed = list(range(first + 8, first + 4096))
        random.Random(1).shuffle(mixed)
        data = tuple(mixed[2048:])
        blocks = tuple(range(first + 4096, first + 6144, 512))
        return cls(memory, first, tuple(mixed[:2048]), data, frozenset(data), blocks, first + 6144)

    def holds_data(self, maddr: int) -> bool:
        """Whether ``maddr`` is in a frame of data, so that an instruction can be fetched from it."""
        mfn = maddr >> PAGE_SHIFT
        return self.roots + 4096 <= mfn < self.row or mfn in self.data_set


class RandomMachine:
    """One set of registers and trees. ``vas`` are the addresses whose paths were made."""

    def __init__(self, seed: int, frames: Frames) -> None:
        self.random = random.Random(seed)
        self._memory = frames.memory
        self._frames = frames
        self._spare_mfns = list(frames.tables)
        self._spare_ipa = TABLES_IPA
        self._spare_row = frames.row
        self._mfn_of_gfn: dict[int, int] = {}
        self._two_stages = self._chance(0.8)
        self._stage2 = self._make_stage2() if self._two_stages else None
        self.regs = self._make_registers()
        halves = stage1_formats(self.regs.tcr_el1)
        roots = [self._new_table(8 * (half.root_index_mask + 1)) for half in halves]
        self.regs = self.regs._replace(
            ttbr0_el1=self.random.getrandbits(16) << d.TTBR_ASID_SHIFT
            | roots[0]
            | self._below_alignment()
            | self._oversize(0.05),
            ttbr1_el1=self.random.getrandbits(16) << d.TTBR_ASID_SHIFT | roots[1] | self._below_alignment(),
        )
        self.vas = [self._make_path(half, roots[upper], upper) for upper, half in enumerate(halves) for _ in range(20)]
        self._spoil_table_mappings()

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def _flags(self, *flags: tuple[int, float]) -> int:
        return sum(flag for flag, probability in flags if self._chance(probability))

    def _below_alignment(self) -> int:
        """Bits of a table's base address that count for nothing: roots here are aligned to 4 KiB at least."""
        return self.random.getrandbits(12) if self._chance(0.5) else 0

    def _oversize(self, probability: float) -> int:
        # Only where stage 2 stands between such an address and the bus can the emulated MMU be asked about it.
        return 1 << self.random.choice((33, 37, 41, 43)) if self._two_stages and self._chance(probability) else 0

    def _make_registers(self) -> TranslationRegisters:
        pick = self.random.choice
        sizes = [pick((16, 25, 25, 34, self.random.randrange(16, 40), pick((3, 60)))) for _ in range(2)]
        granules = pick(((0, 2), (0, 2), (0, 2), (0, 2), (1, 3), (2, 1), (3, 0)))
        return TranslationRegisters(
            sctlr_el1=self._flags((d.SCTLR_M, 0.9), (d.SCTLR_WXN, 0.3)),
            tcr_el1=sizes[0]
            | sizes[1] << d.TCR_T1SZ_SHIFT
            | granules[0] << d.TCR_TG0_SHIFT
            | granules[1] << d.TCR_TG1_SHIFT
            | pick((5, 5, 4, 2, 1, 0)) << d.TCR_IPS_SHIFT
            | self._flags((d.TCR_EPD0, 0.06), (d.TCR_EPD1, 0.06), (d.TCR_TBI0, 0.5), (d.TCR_TBI1, 0.5)),
            vttbr_el2=self._stage2.vttbr(self.random.randrange(256)) | self._below_alignment() if self._stage2 else 0,
            vtcr_el2=self._stage2.vtcr if self._stage2 else 0,
            hcr_el2=(d.HCR_VM if self._stage2 else 0) | self._flags((d.HCR_PTW, 0.5)),
        )

    def _make_stage2(self) -> Stage2Tree:
        vtcr = xen_vtcr(self.random.choice((0, 1, 2, 2, 2)))
        tree = Stage2Tree(
            self._memory, self._spare_mfns.pop, self._spare_mfns.append, vtcr=vtcr, root_mfn=self._frames.roots
        )
        for gfn in range(PAGES_IPA >> PAGE_SHIFT, (PAGES_IPA >> PAGE_SHIFT) + 96):
            self._map_data(tree, gfn, self.random.choice(self._frames.data), 1)
        for gfn in range(BLOCKS_IPA >> PAGE_SHIFT, (BLOCKS_IPA >> PAGE_SHIFT) + 8 * 512, 512):
            self._map_data(tree, gfn, self.random.choice(self._frames.data_blocks), 512)
        self._map_data(tree, GIGABYTE_IPA >> PAGE_SHIFT, self._memory.base >> PAGE_SHIFT, 1 << 18)
        return tree

    def _map_data(self, tree: Stage2Tree, gfn: int, mfn: int, count: int) -> None:
        tree.map(
            gfn,
            mfn | self._oversize(0.04) >> PAGE_SHIFT,
            count,
            blocks=True,
            readable=self._chance(0.9),
            writable=self._chance(0.8),
            executable=self._chance(0.8),
            device=self._chance(0.1),
            kind=self.random.randrange(16),
        )
        tree.protect(gfn, count, access_flag=self._chance(0.94))
        if count == 1 and self._chance(0.05):
            tree.unmap(gfn)

    def data_address(self) -> int:
        """Where a leaf shall lead: an IPA with stage 2 on, else a machine address."""
        offset = self.random.randrange(0, PAGE_SIZE, 4)
        data = self.random.choice(self._frames.data) << PAGE_SHIFT
        if self._stage2 is None:
            return data | offset
        in_block = self.random.choice(self._frames.data_blocks) << PAGE_SHIFT | self.random.randrange(0, TWO_MIB, 4)
        return self.random.choices(
            (
                PAGES_IPA + self.random.randrange(96) * PAGE_SIZE + offset,
                BLOCKS_IPA + self.random.randrange(0, 8 * TWO_MIB, 4),
                GIGABYTE_IPA + in_block % ONE_GIB,
                self.random.choice([*HOLES, 1 << self._stage2.input_bits - 1, 1 << self._stage2.input_bits]) + offset,
            ),
            (5, 3, 3, 1),
        )[0]

    def _new_table(self, size: int) -> int:
        """An empty table of ``size`` bytes, aligned to it: its IPA, each page of it in a frame of its own."""
        size = max(size, PAGE_SIZE)
        if self._stage2 is None:
            return self._new_table_in_a_row(size)
        ipa = -(-self._spare_ipa // size) * size
        self._spare_ipa = ipa + size
        for gfn in range(ipa >> PAGE_SHIFT, ipa + size >> PAGE_SHIFT):
            mfn = self._spare_mfns.pop()
            self._memory.write(mfn << PAGE_SHIFT, bytes(PAGE_SIZE))
            self._mfn_of_gfn[gfn] = mfn
            self._stage2.map(gfn, mfn)
        return ipa

    def _new_table_in_a_row(self, size: int) -> int:
        """The same without stage 2, so in frames side by side."""
        pages = size >> PAGE_SHIFT
        first = -(-self._spare_row // pages) * pages
        self._spare_row = first + pages
        self._memory.write(first << PAGE_SHIFT, bytes(size))
        self._mfn_of_gfn |= {mfn: mfn for mfn in range(first, first + pages)}
        return first << PAGE_SHIFT

    def _make_path(self, half: Stage1Format, root: int, upper: int) -> int:
        """Make one random address of this half lead, as a rule, to data; return the address."""
        target = self.data_address()
        last_level = self.random.choice([level for level in range(half.start_level, 4) for _ in range(level + 1)])
        last_shift = half.shifts[last_level - half.start_level]
        low = target & (1 << last_shift) - 1
        # Few different upper bits, so that paths share tables.
        va = (self.random.getrandbits(half.input_bits) & 0x8080_8060_6018_0FFF_F000) >> last_shift << last_shift | low
        va &= (1 << half.input_bits) - 1
        table, index_mask = root, half.root_index_mask
        for level, shift in enumerate(half.shifts, half.start_level):
            at = table + (va >> shift & index_mask) * 8
            maddr = self._mfn_of_gfn[at >> PAGE_SHIFT] << PAGE_SHIFT | at % PAGE_SIZE
            descriptor = self._memory.read_u64(maddr)
            if not descriptor:
                descriptor = self._new_descriptor(half, level, last_level, target >> last_shift << last_shift)
                self._memory.write_u64(maddr, descriptor)
            table, index_mask = descriptor & half.address_mask, half.index_mask
            if (
                level == 3
                or descriptor & d.TYPE_MASK != d.IS_TABLE_OR_PAGE
                or table >> PAGE_SHIFT not in self._mfn_of_gfn
            ):
                break
        return va | (-1 << half.input_bits & (1 << 64) - 1 if upper else 0)

    def _new_descriptor(self, half: Stage1Format, level: int, last_level: int, target: int) -> int:
        if self._chance(0.02):
            return self.random.getrandbits(62) << 1  # invalid, whatever else it says
        if level == last_level:
            wrong = self._chance(0.03)
            type_bits = (d.IS_TABLE_OR_PAGE if level == 3 else d.IS_BLOCK) ^ (d.TABLE if wrong and level == 3 else 0)
            return target | self._leaf_attributes() | type_bits | self._oversize(0.03)
        limits = self._flags(
            (d.PXN_TABLE, 0.07), (d.UXN_TABLE, 0.07), (d.AP_TABLE_NO_EL0, 0.07), (d.AP_TABLE_READ_ONLY, 0.07)
        )
        if self._stage2 is not None and self._chance(0.03):
            return self.random.choice(HOLES) | limits | d.IS_TABLE_OR_PAGE
        table = self._new_table(8 * (half.index_mask + 1))
        return table | limits | d.IS_TABLE_OR_PAGE | self._oversize(0.02)

    def _leaf_attributes(self) -> int:
        return (
            self._flags(
                (d.AP_EL0, 0.6),
                (d.AP_READ_ONLY, 0.4),
                (d.UXN, 0.3),
                (d.PXN, 0.3),
                (d.ACCESS_FLAG, 0.92),
                (d.NON_GLOBAL, 0.5),
                (d.CONTIGUOUS, 0.2),
            )
            | self.random.randrange(8) << d.ATTRIBUTE_INDEX_SHIFT
            | self.random.choice((0, 2, 3)) << d.SHAREABILITY_SHIFT
        )

    def _spoil_table_mappings(self) -> None:
        """Make a few stage-1 tables unreadable at stage 2, in every way."""
        if self._stage2 is None:
            return
        for gfn, mfn in self._mfn_of_gfn.items():
            match self.random.randrange(80):
                case 0:
                    self._stage2.unmap(gfn)
                case 1:
                    self._stage2.protect(gfn, access_flag=False)
                case 2:
                    self._stage2.protect(gfn, readable=False)
                case 3 | 4:
                    self._stage2.map(gfn, mfn, device=True)
                case 5 | 6:
                    self._stage2.protect(gfn, writable=False, executable=False)
