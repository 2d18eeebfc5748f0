"""A domain's physical-to-machine map: gfn to mfn, as a genuine stage-2 tree (``xen/arch/arm/p2m.c``).

The placement of a guest's frames is a policy. Scattered is the default: neighbours in guest-physical memory are never
neighbours in machine memory. So code that confuses an IPA with a machine address, or assumes that the next page is in
the next frame, fails at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from harness.abi.errno import Errno
from harness.abi.words import MASK64
from harness.machine.memory import PAGE_SHIFT
from harness.machine.mmu.descriptors import PA_BITS, xen_vtcr
from harness.machine.mmu.faults import Access, Fault, Translation
from harness.machine.mmu.stage2_tree import Stage2Entry, Stage2Tree
from harness.machine.mmu.walker import Walker
from harness.xen.memory.frames import FrameTable, OutOfMemory
from harness.xen.memory.ownership import Ownership

GFN_LIMIT = 1 << PA_BITS - PAGE_SHIFT
"""The number of gfns that the tables can map."""

INVALID_GFN = MASK64
"""The gfn that means none (Xen: all ones)."""

FRAMES_PER_TABLE = 512


class P2mType(IntEnum):
    """What a gfn is mapped as (``enum p2m_type`` in ``xen/include/asm-arm/p2m.h``)."""

    INVALID = 0
    RAM_RW = 1
    RAM_RO = 2
    MMIO_DIRECT_DEV = 3
    MMIO_DIRECT_NC = 4
    MMIO_DIRECT_C = 5
    MAP_FOREIGN_RW = 6
    MAP_FOREIGN_RO = 7
    GRANT_MAP_RW = 8
    GRANT_MAP_RO = 9


FOREIGN = (P2mType.MAP_FOREIGN_RW, P2mType.MAP_FOREIGN_RO)
ANY_RAM = (P2mType.RAM_RW, P2mType.RAM_RO, *FOREIGN, P2mType.GRANT_MAP_RW, P2mType.GRANT_MAP_RO)
"""The types for which ``p2m_is_any_ram`` is true."""
_READ_ONLY = (P2mType.RAM_RO, P2mType.MAP_FOREIGN_RO, P2mType.GRANT_MAP_RO)
_EXECUTABLE = (P2mType.RAM_RW, P2mType.RAM_RO)


class Placement(Enum):
    """How the frames of guest memory are placed in machine memory."""

    SCATTERED = "scattered"
    DIRECT = "direct"
    BLOCKS = "blocks"


@dataclass
class P2mState:
    """Plain, copyable: the domain's frames, and what Xen holds for its map. The map itself is in machine memory."""

    owned: Ownership = field(default_factory=Ownership)
    highest_gfn: int = 0
    """The highest gfn that was ever mapped (Xen: ``max_mapped_gfn``)."""
    foreign: dict[int, int] = field(default_factory=dict)
    """By gfn, the mfns of pages, usually of other domains, to which the mapping there holds a reference."""


class P2m:
    """The map of one domain. ``changed`` is called after a change to an entry that a TLB may have cached."""

    def __init__(self, frames: FrameTable, vmid: int, changed: Callable[[], None]) -> None:
        self.frames = frames
        self.vmid = vmid
        self.vtcr = xen_vtcr()
        root = frames.allocate(2, align=2)  # 40 bits of IPA: two level-1 tables side by side
        self.tree = Stage2Tree(frames.memory, frames.allocate, frames.free, vtcr=self.vtcr, root_mfn=root)
        self.vttbr = self.tree.vttbr(vmid)
        self._walker = Walker(frames.memory)
        self._changed = changed
        self.state = P2mState()
        """What a snapshot keeps beside machine memory."""

    # -- What a domain is made with -----------------------------------------------------------------------------

    def populate(self, gfn: int, count: int, placement: Placement) -> None:
        """Give the domain ``count`` fresh frames of RAM from ``gfn`` on."""
        if placement is Placement.DIRECT:
            raise ValueError("a direct map needs frames at given addresses: use populate_direct")
        align = FRAMES_PER_TABLE if placement is Placement.BLOCKS else 1
        mfn = self.frames.allocate(count, align)
        self.state.owned.runs.append((mfn, count))
        self._reaches(gfn + count - 1)
        if placement is Placement.BLOCKS or count < 2:
            self.tree.map(gfn, mfn, count, kind=P2mType.RAM_RW, blocks=True)
            return
        # Lane k takes every lanes-th frame from k on, so neighbouring gfns are ``lanes`` frames apart. The lanes come
        # in reverse, so that at the seam of two lanes the next gfn is never in the next frame, either.
        lanes = -(-count // FRAMES_PER_TABLE) if count > FRAMES_PER_TABLE else 2
        for lane in reversed(range(lanes)):
            length = -(-(count - lane) // lanes)
            self.tree.map(gfn, mfn + lane, length, stride=lanes, kind=P2mType.RAM_RW)
            gfn += length

    def populate_direct(self, count: int, align: int) -> int:
        """Give the domain ``count`` fresh frames with gfn = mfn, as dom0 has them; returns the first."""
        mfn = self.frames.allocate(count, align)
        self.state.owned.runs.append((mfn, count))
        self._reaches(mfn + count - 1)
        self.tree.map(mfn, mfn, count, kind=P2mType.RAM_RW, blocks=True)
        return mfn

    def share_xen_page(self) -> int:
        """Make a page of Xen that the domain may map (``share_xen_page_with_guest``); returns its mfn."""
        mfn = self.frames.allocate()
        self.state.owned.share(mfn)
        return mfn

    # -- Looking ------------------------------------------------------------------------------------------------

    def lookup(self, gfn: int, read: list[int] | None = None) -> Stage2Entry | None:
        """The entry of ``gfn``; None if nothing is mapped there. ``read`` as for :meth:`Stage2Tree.lookup`."""
        return self.tree.lookup(gfn, read)

    def translate(self, ipa: int, access: Access = Access.READ) -> Translation | Fault:
        """Walk stage 2 for ``ipa``."""
        return self._walker.translate_ipa(self.vttbr, self.vtcr, ipa, access)

    def owns(self, mfn: int) -> bool:
        """Whether a reference to a frame can be taken in this domain's name (Xen: ``get_page``)."""
        if self.state.owned.has(mfn):
            return True
        # A page that the domain gave up is still its own as long as something else holds it.
        held = mfn in self.state.owned.dropped and self.frames.references(mfn) > 1
        return held or self.frames.state.lingering.get(mfn) == self.vmid

    def page(self, gfn: int) -> Stage2Entry | None:
        """The page of memory at ``gfn``, the domain's own or a foreign one (Xen: ``p2m_get_page_from_gfn``)."""
        entry = self.lookup(gfn)
        if entry is None or entry.kind not in ANY_RAM:
            return None
        return entry if entry.kind in FOREIGN or self.owns(entry.mfn) else None

    @property
    def pages(self) -> int:
        """How many pages the domain has, mapped or not, pages of Xen not counted (``domain_tot_pages``)."""
        return self.state.owned.pages + self.frames.lingering(self.vmid)

    # -- Changing -----------------------------------------------------------------------------------------------

    def set_entry(self, gfn: int, mfn: int, kind: P2mType, count: int = 1) -> int:
        """Map ``count`` pages, replacing what was there before; 0 or a negative errno (Xen: ``p2m_set_entry``)."""
        if not 0 <= gfn <= GFN_LIMIT - count:
            return -Errno.EINVAL
        # Read before the change: the old entries' references are dropped only when the new ones are in place.
        old = [(gfn + index, self.lookup(gfn + index)) for index in range(count)]
        try:
            self.tree.map(
                gfn,
                mfn,
                count,
                kind=kind,
                writable=kind not in _READ_ONLY,
                executable=kind in _EXECUTABLE,
                blocks=count > 1,
            )
        except OutOfMemory:
            return -Errno.ENOMEM
        self._reaches(gfn + count - 1)
        for index, (at, entry) in enumerate(old):
            if entry is not None and entry.mfn != mfn + index:
                self._let_go(at, entry)
        if any(entry is not None for _, entry in old):
            self._changed()
        return 0

    def remove(self, gfn: int, mfn: int | None = None) -> int:
        """Unmap ``gfn``; 0 or a negative errno (Xen: ``p2m_remove_mapping``).

        With ``mfn``, memory is unmapped only if it is that frame; else the answer is -EILSEQ.
        """
        if not 0 <= gfn < GFN_LIMIT:
            return -Errno.EINVAL
        entry = self.lookup(gfn)
        if entry is None:
            return 0
        if mfn is not None and entry.kind in ANY_RAM and entry.mfn != mfn:
            return -Errno.EILSEQ
        try:
            self.tree.unmap(gfn)
        except OutOfMemory:  # unmapping one page of a 2 MiB block needs a new table
            return -Errno.ENOMEM
        self._let_go(gfn, entry)
        self._changed()
        return 0

    def map_foreign(self, gfn: int, mfn: int, kind: P2mType) -> int:
        """Map another domain's page, and hold it as long as it is mapped; 0 or a negative errno."""
        self.frames.get(mfn)
        failed = self.set_entry(gfn, mfn, kind)
        if failed:
            self.frames.put(mfn)
        else:
            # If a reference is recorded at this gfn already, it is to the same page, else set_entry() had dropped it.
            self.keep(gfn, mfn)
        return failed

    def keep(self, gfn: int, mfn: int) -> None:
        """Take over a reference to the page that ``gfn`` maps; it is dropped when the mapping is removed."""
        if gfn in self.state.foreign:
            self.frames.put(mfn)
        self.state.foreign[gfn] = mfn

    def allocate(self, count: int = 1) -> int | None:
        """Give the domain ``count`` fresh frames in a row, aligned to ``count``, unmapped; None if out of memory."""
        try:
            mfn = self.frames.allocate(count, count)
        except OutOfMemory:
            return None
        for frame in range(mfn, mfn + count):
            self.state.owned.take(frame)
        return mfn

    def give_up(self, mfn: int) -> None:
        """Drop the domain's own reference to a page (Xen: ``put_page_alloc_ref``); if it was the last, free the page.

        A page of Xen is not freed, but no further reference can be taken to it.
        """
        if self.state.owned.give_up(mfn):
            self.frames.put(mfn, owner=self.vmid)

    def _reaches(self, gfn: int) -> None:
        self.state.highest_gfn = max(self.state.highest_gfn, gfn)

    def _let_go(self, gfn: int, entry: Stage2Entry) -> None:
        """Drop what an entry held, after it is gone (Xen: ``p2m_put_l3_page``)."""
        held = self.state.foreign.pop(gfn, None)
        if held is not None:
            self.frames.put(held)
        if entry.kind in (P2mType.RAM_RW, P2mType.RAM_RO):
            self.state.owned.unmapped(entry.mfn)

    def destroy(self) -> None:
        """Drop the domain's references to all frames, its own and others', and free the tables.

        A frame that something else still holds stays allocated, and is found as a leak at the end.
        """
        for mfn in self.state.foreign.values():
            self.frames.put(mfn)
        self.tree.destroy()
        for start, count in self.state.owned.all_frames():
            # Runs are freed as a whole: frame by frame would take long for gigabytes. Only held frames need care.
            held = self.frames.held(start, count)
            at = start
            for frame in [*held, start + count]:
                if frame > at:
                    self.frames.free(at, frame - at)
                at = frame + 1
            for frame in held:
                self.frames.put(frame)
        self.state = P2mState()
