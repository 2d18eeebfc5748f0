"""Stage-2 trees, which a p2m consists of, built in machine memory as Xen builds them.

A tree owns every frame of its tables and gives all of them back. All its state is in those tables, so a snapshot of
memory contains it. It writes descriptors and nothing else: a caller that changes a mapping that a CPU may have cached
must flush that CPU's TLB.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, Memory
from harness.machine.mmu import descriptors as d
from harness.machine.mmu.faults import Access
from harness.machine.mmu.stage2 import stage2_format, stage2_permissions

ENTRIES = 512
_PAGES_PER_ENTRY = (1 << 27, 1 << 18, 1 << 9, 1)
"""Pages that one entry maps, at levels 0 to 3."""
_ZERO_FRAME = bytes(PAGE_SIZE)

# A whole table as one integer, 64 bits per entry: one operation changes all entries at once, without a Python loop.
_EACH = sum(1 << 64 * i for i in range(ENTRIES))
_INDEX = sum(i << 64 * i for i in range(ENTRIES))
_WHOLE = (1 << 64 * ENTRIES) - 1


class Stage2Entry(NamedTuple):
    """A tree's entry for one gfn. ``pages`` is how many 4 KiB pages the block around it maps: 1, 512 or 2**18."""

    mfn: int
    kind: int
    permissions: int
    device: bool
    pages: int

    @property
    def writable(self) -> bool:
        """Whether the guest may write there."""
        return bool(self.permissions & Access.WRITE)


def leaf_attributes(*, kind: int, readable: bool, writable: bool, executable: bool, device: bool) -> int:
    """Descriptor bits other than type and address, as ``mfn_to_p2m_entry`` in ``xen/arch/arm/p2m.c`` sets them.

    RAM is Normal write-back and inner shareable, a device Device-nGnRE and outer shareable. ``kind`` is 0 to 15,
    kept in the bits that hardware ignores.
    """
    if not 0 <= kind < 16:
        raise ValueError(f"a p2m kind is 0 to 15, not {kind}")
    memory = d.S2_DEVICE_nGnRE | d.OUTER_SHAREABLE if device else d.S2_NORMAL_WB | d.INNER_SHAREABLE
    rights = (d.S2AP_READ if readable else 0) | (d.S2AP_WRITE if writable else 0) | (0 if executable else d.S2_XN)
    return kind << d.S2_SOFTWARE_SHIFT | memory | rights | d.ACCESS_FLAG


class Stage2Tree:
    """A stage-2 tree in ``memory``, in the form that ``vtcr`` (VTCR_EL2) describes.

    ``allocate_frame`` returns the mfn of a frame for a table, with any contents; ``free_frame`` takes it back.
    If VTCR requires several root tables side by side, the caller allocates them: ``root_mfn`` is the first of those
    frames, aligned to their total size. The tree gives them back, too.
    """

    def __init__(
        self,
        memory: Memory,
        allocate_frame: Callable[[], int],
        free_frame: Callable[[int], None],
        *,
        vtcr: int,
        root_mfn: int | None = None,
    ) -> None:
        self.memory = memory
        self.vtcr = vtcr
        self._allocate_frame = allocate_frame
        self._free_frame = free_frame
        table_format = stage2_format(self.vtcr, pa_bits=48)
        if not table_format.shifts:
            raise ValueError(f"VTCR_EL2 {self.vtcr:#x}: SL0 and T0SZ contradict each other")
        self.input_bits = table_format.input_bits
        self._root_level = 4 - len(table_format.shifts)
        if root_mfn is None:
            if table_format.root_frames != 1:
                raise ValueError(f"VTCR_EL2 {self.vtcr:#x} needs {table_format.root_frames} root frames in a row")
            root_mfn = allocate_frame()
        elif root_mfn % table_format.root_frames:
            raise ValueError(f"root frame {root_mfn:#x} is not aligned to {table_format.root_frames} frames")
        self.root_mfn = root_mfn
        self.root_frames = table_format.root_frames
        for mfn in range(root_mfn, root_mfn + table_format.root_frames):
            self._clear(mfn)

    def vttbr(self, vmid: int) -> int:
        """VTTBR_EL2 for this tree under ``vmid`` (0 to 255)."""
        return vmid << d.VTTBR_VMID_SHIFT | self.root_mfn << PAGE_SHIFT

    def tables(self) -> Iterator[tuple[int, int, int]]:
        """Yield (mfn, level, first gfn) of all table frames, the root first, by reading the tables themselves."""
        span = _PAGES_PER_ENTRY[self._root_level] * ENTRIES
        tables = [(self.root_mfn + index, index * span) for index in range(self.root_frames)]
        for level in range(self._root_level, 4):
            yield from ((mfn, level, gfn) for mfn, gfn in tables)
            tables = [
                ((descriptor & d.ADDRESS_MASK) >> PAGE_SHIFT, gfn + index * _PAGES_PER_ENTRY[level])
                for mfn, gfn in tables
                for index, descriptor in enumerate(self._table(mfn) if level < 3 else ())
                if descriptor & d.TYPE_MASK == d.IS_TABLE_OR_PAGE
            ]

    def frames(self) -> tuple[int, ...]:
        """The mfns of all table frames, the root first."""
        return tuple(mfn for mfn, _, _ in self.tables())

    def map(
        self,
        gfn: int,
        mfn: int,
        count: int = 1,
        *,
        stride: int = 1,
        kind: int = 1,
        readable: bool = True,
        writable: bool = True,
        executable: bool = True,
        device: bool = False,
        blocks: bool = False,
    ) -> None:
        """Map ``count`` pages from ``gfn`` to ``mfn``, ``mfn + stride``, ``mfn + 2 * stride`` and so on.

        Existing mappings are replaced. With ``blocks`` the run becomes 1 GiB and 2 MiB blocks wherever it is
        aligned and ``stride`` is 1. ValueError for a run that leaves the tree's input size.
        """
        self._check(gfn, count)
        if min(mfn, mfn + stride * (count - 1)) < 0:
            raise ValueError(f"{count} pages from mfn {mfn:#x} by {stride}: below machine address 0")
        attributes = leaf_attributes(
            kind=kind, readable=readable, writable=writable, executable=executable, device=device
        )
        while count:
            level = self._block_level(gfn, mfn, count) if blocks and stride == 1 else 3
            pages = _PAGES_PER_ENTRY[level]
            word = self._entry(gfn, level)
            run = min(count // pages, ENTRIES - word % ENTRIES)
            if level < 3:  # a block replaces whole tables, whose frames would be lost otherwise
                self._free_below(word, run, level)
            descriptor_type = d.IS_TABLE_OR_PAGE if level == 3 else d.IS_BLOCK
            self._fill(word, run, mfn << PAGE_SHIFT | attributes | descriptor_type, stride * pages << PAGE_SHIFT)
            gfn += run * pages
            mfn += stride * run * pages
            count -= run * pages

    def unmap(self, gfn: int, count: int = 1) -> None:
        """Unmap ``count`` pages from ``gfn``; a block that is only partly in the range is split first."""
        for word, run, _ in self._leaves(gfn, count):
            self._fill(word, run, 0, 0)

    def protect(
        self,
        gfn: int,
        count: int = 1,
        *,
        kind: int | None = None,
        readable: bool | None = None,
        writable: bool | None = None,
        executable: bool | None = None,
        access_flag: bool | None = None,
    ) -> None:
        """Change the given attributes of every mapped page among ``count`` from ``gfn``; None keeps one as it is.

        Blocks that are only partly in the range are split.
        """
        keep, put = -1, 0
        never = None if executable is None else not executable
        for bit, wanted in (
            (d.S2AP_READ, readable),
            (d.S2AP_WRITE, writable),
            (d.S2_XN, never),
            (d.ACCESS_FLAG, access_flag),
        ):
            if wanted is not None:
                keep &= ~bit
                put |= bit if wanted else 0
        if kind is not None:
            keep &= ~d.S2_SOFTWARE_MASK
            put |= kind << d.S2_SOFTWARE_SHIFT
        words = self.memory.words
        for word, run, _ in self._leaves(gfn, count):
            for at in range(word, word + run):
                if words[at] & d.VALID:
                    words[at] = words[at] & keep | put

    def lookup(self, gfn: int, read: list[int] | None = None) -> Stage2Entry | None:
        """The entry that maps ``gfn``, or None. The machine addresses of the descriptors on the way go to ``read``."""
        if gfn < 0 or gfn >> self.input_bits - PAGE_SHIFT:
            return None
        _, level, descriptor = self._deepest(gfn, read)
        if not descriptor & d.VALID:
            return None
        pages = _PAGES_PER_ENTRY[level]
        return Stage2Entry(
            mfn=((descriptor & d.ADDRESS_MASK) >> PAGE_SHIFT) + gfn % pages,
            kind=(descriptor & d.S2_SOFTWARE_MASK) >> d.S2_SOFTWARE_SHIFT,
            permissions=stage2_permissions(descriptor),
            device=not descriptor & d.S2_NOT_DEVICE,
            pages=pages,
        )

    def destroy(self) -> None:
        """Give back every table frame. The tree must no longer be in any VTTBR_EL2, and must not be used afterwards."""
        for mfn in self.frames():
            self._free_frame(mfn)

    def _check(self, gfn: int, count: int) -> None:
        if gfn < 0 or count < 0 or gfn + count > 1 << self.input_bits - PAGE_SHIFT:
            raise ValueError(f"{count} pages from gfn {gfn:#x}: not within {self.input_bits} bits of IPA")

    def _clear(self, mfn: int) -> None:
        """Make ``mfn`` an empty table."""
        self.memory.write(mfn << PAGE_SHIFT, _ZERO_FRAME)

    def _table(self, mfn: int) -> list[int]:
        """All descriptors of one table."""
        first = (mfn << PAGE_SHIFT) - self.memory.base >> 3
        return self.memory.words[first : first + ENTRIES].tolist()

    def _root_word(self, gfn: int) -> int:
        """Index into ``memory.words`` of the root entry for ``gfn``; the root tables are one long table."""
        return (self.root_mfn * PAGE_SIZE - self.memory.base >> 3) + gfn // _PAGES_PER_ENTRY[self._root_level]

    def _table_word(self, descriptor: int) -> int:
        """Index into ``memory.words`` of the first entry of the table that ``descriptor`` points to."""
        return (descriptor & d.ADDRESS_MASK) - self.memory.base >> 3

    def _deepest(self, gfn: int, read: list[int] | None = None) -> tuple[int, int, int]:
        """(index into words, level, descriptor) of the last entry that a walk for ``gfn`` reaches."""
        word = self._root_word(gfn)
        for level in range(self._root_level, 4):
            descriptor = self.memory.words[word]
            if read is not None:
                read.append(self.memory.base + 8 * word)
            if level == 3 or descriptor & d.TYPE_MASK != d.IS_TABLE_OR_PAGE:
                break
            word = self._table_word(descriptor) + gfn // _PAGES_PER_ENTRY[level + 1] % ENTRIES
        return word, level, descriptor

    def _entry(self, gfn: int, level: int) -> int:
        """Index into words of the entry for ``gfn`` at ``level``; missing tables are made, blocks above it split."""
        word = self._root_word(gfn)
        for above in range(self._root_level, level):
            descriptor = self.memory.words[word]
            if descriptor & d.TYPE_MASK != d.IS_TABLE_OR_PAGE:
                descriptor = self._new_table(word, above, descriptor)
            word = self._table_word(descriptor) + gfn // _PAGES_PER_ENTRY[above + 1] % ENTRIES
        return word

    def _new_table(self, word: int, level: int, old: int) -> int:
        """Replace the entry ``old`` by a table that maps the same pages; return the new descriptor."""
        mfn = self._allocate_frame()
        self._clear(mfn)
        table = mfn << PAGE_SHIFT | d.IS_TABLE_OR_PAGE
        if old & d.VALID:
            first = old | d.TABLE if level == 2 else old  # level 3 writes a page as 0b11
            self._fill(self._table_word(table), ENTRIES, first, _PAGES_PER_ENTRY[level + 1] << PAGE_SHIFT)
        self.memory.words[word] = table
        return table

    def _fill(self, word: int, count: int, first: int, step: int) -> None:
        """Write ``count`` descriptors, at most a table of them, that advance by ``step``."""
        if count == 1:
            self.memory.words[word] = first
            return
        # Entries beyond ``count`` may overflow, but carries move upwards only, so no used entry is affected.
        table = (_EACH * first + _INDEX * step & _WHOLE).to_bytes(PAGE_SIZE, "little")
        self.memory.bytes[word * 8 : (word + count) * 8] = table[: count * 8]

    def _block_level(self, gfn: int, mfn: int, count: int) -> int:
        """The level of the largest entry that the run's alignment and length allow here: 1, 2 or 3."""
        for level in (1, 2):
            pages = _PAGES_PER_ENTRY[level]
            if level >= self._root_level and count >= pages and not (gfn | mfn) % pages:
                return level
        return 3

    def _leaves(self, gfn: int, count: int) -> Iterator[tuple[int, int, int]]:
        """Yield (index into words, entries, level) of runs that cover exactly these pages; split blocks at the ends."""
        self._check(gfn, count)
        end = gfn + count
        while gfn < end:
            word, level, descriptor = self._deepest(gfn)
            pages = _PAGES_PER_ENTRY[level]
            if descriptor & d.VALID and (gfn % pages or end - gfn < pages):
                self._new_table(word, level, descriptor)
                continue  # again, one level further down
            if level == 3:
                run = min(ENTRIES - word % ENTRIES, end - gfn)
                yield word, run, level
                gfn += run
            else:
                if descriptor & d.VALID:
                    yield word, 1, level
                gfn += pages - gfn % pages

    def _free_below(self, word: int, count: int, level: int) -> None:
        """Give back the tables below ``count`` entries at ``level``, which are about to be overwritten."""
        if level == 3:
            return
        for at in range(word, word + count):
            descriptor = self.memory.words[at]
            if descriptor & d.TYPE_MASK == d.IS_TABLE_OR_PAGE:
                self._free_below(self._table_word(descriptor), ENTRIES, level + 1)
                self._free_frame((descriptor & d.ADDRESS_MASK) >> PAGE_SHIFT)
