"""What a vCPU's live stage-1 tables map, as regions: one half of its address space at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.abi.words import MASK64
from harness.machine.memory import PAGE_MASK, PAGE_SHIFT, PAGE_SIZE
from harness.machine.mmu import descriptors as d
from harness.machine.mmu.stage1 import Stage1Format, merge_table_limits, stage1_formats, stage1_permissions
from harness.xen.domains.domain import Vcpu

MOST_REGIONS = 2000
MOST_TABLES = 2000
"""Maximum number of tables read: a guest can build a tree of any size, or one that contains itself."""


@dataclass(frozen=True, slots=True)
class Region:
    """A contiguous range of VAs mapped to a contiguous range of IPAs with the same rights.

    ``el1`` and ``el0`` are sums of ``Access``: what each exception level may do.
    """

    va: int
    size: int
    ipa: int
    el1: int
    el0: int


@dataclass(frozen=True, slots=True)
class Half:
    """One half of the address space: the IPA of its root table and its regions.

    ``enabled`` says whether the MMU walks the table; ``whole`` is False if a limit cut the list of regions short.
    """

    root: int
    enabled: bool
    regions: tuple[Region, ...]
    whole: bool

    def covers(self, va: int) -> Region | None:
        """The region that contains an address; None if no region does."""
        return next((region for region in self.regions if region.va <= va < region.va + region.size), None)


def root_of(vcpu: Vcpu, *, upper: bool) -> tuple[int, bool]:
    """The IPA of the live root table of a half, and whether walks of it are enabled (EPD clear, MMU on)."""
    regs = vcpu.cpu.translation
    table_format = stage1_formats(regs.tcr_el1)[upper]
    ttbr = regs.ttbr1_el1 if upper else regs.ttbr0_el1
    # A root table is aligned to its own size, so the bits below are not part of its address.
    root = ttbr & d.TTBR_BADDR_MASK & ~((table_format.root_index_mask << 3) | 7)
    return root, bool(regs.sctlr_el1 & d.SCTLR_M) and not table_format.disabled


def half_of(vcpu: Vcpu, *, upper: bool) -> Half:
    """What the guest's own tables map in a half now, in the order of addresses. Stage-2 rights do not count."""
    root, enabled = root_of(vcpu, upper=upper)
    if not enabled:
        return Half(root, False, (), True)
    table_format = stage1_formats(vcpu.cpu.translation.tcr_el1)[upper]
    start = MASK64 + 1 - (1 << table_format.input_bits) if upper else 0
    reader = _Reader(vcpu, table_format)
    regions: list[Region] = []
    for leaf in reader.leaves(root, 0, start, 0):
        last = regions[-1] if regions else None
        if last is not None and _goes_on(last, leaf):
            regions[-1] = replace(last, size=last.size + leaf.size)
        elif len(regions) < MOST_REGIONS:
            regions.append(leaf)
        else:
            reader.whole = False
            break
    return Half(root, True, tuple(regions), reader.whole)


def _goes_on(last: Region, leaf: Region) -> bool:
    beside = last.va + last.size == leaf.va and last.ipa + last.size == leaf.ipa
    return beside and (last.el1, last.el0) == (leaf.el1, leaf.el0)


class _Reader:
    def __init__(self, vcpu: Vcpu, table_format: Stage1Format) -> None:
        self._memory = vcpu.domain.memory
        self._p2m = vcpu.domain.p2m
        self._wxn = bool(vcpu.cpu.read_sysreg("SCTLR_EL1") & d.SCTLR_WXN)
        self._format = table_format
        self._tables = 0
        self.whole = True

    def leaves(self, table: int, depth: int, va: int, limits: int) -> Iterator[Region]:
        """The blocks and pages below a table at an IPA, whose first entry maps ``va``."""
        self._tables += 1
        if self._tables > MOST_TABLES:
            self.whole = False
            return
        shift = self._format.shifts[depth]
        last = depth == len(self._format.shifts) - 1
        mask = self._format.index_mask if depth else self._format.root_index_mask
        for index, value in self._entries(table, mask + 1):
            at = va + (index << shift)
            # The same type bits mean a table at the upper levels and a page at the last one.
            if value & d.TYPE_MASK == d.IS_TABLE_OR_PAGE and not last:
                yield from self.leaves(value & self._format.address_mask, depth + 1, at, limits | value)
            # Without the access flag every access faults: the entry maps nothing yet.
            elif value & d.ACCESS_FLAG and self._is_leaf(value, shift, last):
                yield self._leaf(at, shift, value, limits)

    def _is_leaf(self, value: int, shift: int, last: bool) -> bool:
        if last:
            return value & d.TYPE_MASK == d.IS_TABLE_OR_PAGE
        return value & d.TYPE_MASK == d.IS_BLOCK and shift in self._format.block_shifts

    def _leaf(self, va: int, shift: int, value: int, limits: int) -> Region:
        descriptor = merge_table_limits(value, limits)
        ipa = value & self._format.address_mask & -(1 << shift)
        rights = [stage1_permissions(descriptor, el, self._wxn) for el in (1, 0)]
        return Region(va, 1 << shift, ipa, *rights)

    def _entries(self, table: int, count: int) -> Iterator[tuple[int, int]]:
        """(index, descriptor) of the valid entries of a table, one 4 KiB page at a time."""
        # A table of the 16 or 64 KiB granule spans several pages, which stage 2 may scatter or not map.
        for page in range(table & PAGE_MASK, table + 8 * count, PAGE_SIZE):
            entry = self._p2m.lookup(page >> PAGE_SHIFT)
            if entry is None or not self._memory.contains(entry.mfn << PAGE_SHIFT, PAGE_SIZE):
                continue
            word = (entry.mfn << PAGE_SHIFT) - self._memory.base >> 3
            before = (page - table) // 8
            for index in range(max(0, before), min(count, before + PAGE_SIZE // 8)):
                value = self._memory.words[word + index - before]
                if value & d.VALID:
                    yield index, value
