"""A domain's physical-to-machine map: gfn to mfn, as a genuine stage-2 tree (``xen/arch/arm/p2m.c``).

Where the frames of a guest lie is a policy. Scattered is the default: neighbours in guest-physical memory are never
neighbours in machine memory, so that a confusion of IPA and machine address, or of one frame's neighbour with
another's, cannot go unnoticed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum

from harness.machine.mmu.descriptors import xen_vtcr
from harness.machine.mmu.faults import Access, Fault, Translation
from harness.machine.mmu.stage2_tree import Stage2Entry, Stage2Tree
from harness.machine.mmu.walker import Walker
from harness.xen.frames import FrameTable

PA_RANGE = 2
"""ID_AA64MMFR0_EL1.PARange of the CPU that guests see, a Cortex-A53: 40 bits."""

FRAMES_PER_TABLE = 512


class P2mType(IntEnum):
    """What a gfn is mapped as (``enum p2m_type`` in ``xen/include/asm-arm/p2m.h``)."""

    INVALID = 0
    RAM_RW = 1
    RAM_RO = 2
    MMIO_DIRECT = 3
    MAP_FOREIGN = 6
    GRANT_MAP_RW = 7
    GRANT_MAP_RO = 8


class Placement(Enum):
    """Where the frames of guest memory lie in machine memory."""

    SCATTERED = "scattered"
    DIRECT = "direct"
    BLOCKS = "blocks"


@dataclass
class P2mState:
    """Plain, copyable: the runs (first mfn, count) that the domain was given, and what it gave back of them.

    The map itself is in machine memory.
    """

    runs: list[tuple[int, int]]
    released: set[int]


class P2m:
    """The map of one domain. ``changed`` is called after a change that a TLB may have cached."""

    def __init__(self, frames: FrameTable, vmid: int, changed: Callable[[], None]) -> None:
        self.frames = frames
        self.vtcr = xen_vtcr(PA_RANGE)
        root = frames.allocate(2, align=2)  # 40 bits of IPA: two level-1 tables side by side
        self.tree = Stage2Tree(frames.memory, frames.allocate, frames.free, vtcr=self.vtcr, root_mfn=root)
        self.vttbr = self.tree.vttbr(vmid)
        self._walker = Walker(frames.memory)
        self._changed = changed
        self._runs: list[tuple[int, int]] = []
        self._released: set[int] = set()

    def populate(self, gfn: int, count: int, placement: Placement) -> None:
        """Give the domain ``count`` fresh frames of RAM from ``gfn`` on."""
        if placement is Placement.DIRECT:
            raise ValueError("a direct map says where its frames lie: use populate_direct")
        align = FRAMES_PER_TABLE if placement is Placement.BLOCKS else 1
        mfn = self.frames.allocate(count, align)
        self._runs.append((mfn, count))
        if placement is Placement.BLOCKS or count < 2:
            self.tree.map(gfn, mfn, count, kind=P2mType.RAM_RW, blocks=True)
            return
        lanes = -(-count // FRAMES_PER_TABLE) if count > FRAMES_PER_TABLE else 2
        for lane in reversed(range(lanes)):  # lane k takes every lanes-th frame from k on
            length = -(-(count - lane) // lanes)
            self.tree.map(gfn, mfn + lane, length, stride=lanes, kind=P2mType.RAM_RW)
            gfn += length

    def populate_direct(self, count: int, align: int) -> int:
        """Give the domain ``count`` fresh frames with gfn = mfn, as dom0 has them; returns the first."""
        mfn = self.frames.allocate(count, align)
        self._runs.append((mfn, count))
        self.tree.map(mfn, mfn, count, kind=P2mType.RAM_RW, blocks=True)
        return mfn

    def share_xen_page(self) -> int:
        """Make a page of Xen's that the domain owns and nothing maps yet (``share_xen_page_with_guest``): its mfn."""
        mfn = self.frames.allocate()
        self._runs.append((mfn, 1))
        return mfn

    def lookup(self, gfn: int) -> Stage2Entry | None:
        """What ``gfn`` is mapped to; None for nothing."""
        return self.tree.lookup(gfn)

    def translate(self, ipa: int, access: Access = Access.READ) -> Translation | Fault:
        """Walk stage 2 for ``ipa``."""
        return self._walker.translate_ipa(self.vttbr, self.vtcr, ipa, access)

    def owns(self, mfn: int) -> bool:
        """Whether a frame belongs to this domain (Xen: ``page_get_owner``)."""
        return mfn not in self._released and any(start <= mfn < start + count for start, count in self._runs)

    def release(self, gfn: int) -> bool:
        """Take a page of RAM away from the domain, as a balloon driver asks; False if there is none."""
        entry = self.tree.lookup(gfn)
        if entry is None or entry.kind != P2mType.RAM_RW:
            return False
        self.tree.unmap(gfn)
        self._changed()
        self._released.add(entry.mfn)
        self.frames.put(entry.mfn)
        return True

    def destroy(self) -> None:
        """Drop the domain's references to all its frames and give the tables back.

        A frame that something still holds stays allocated: that something leaks it.
        """
        self.tree.destroy()
        for mfn, count in self._runs:
            held = self.frames.held(mfn, count)
            gone = sorted({*held, *(frame for frame in self._released if mfn <= frame < mfn + count)})
            start = mfn
            for frame in [*gone, mfn + count]:
                if frame > start:
                    self.frames.free(start, frame - start)
                start = frame + 1
            for frame in held:
                if frame not in self._released:
                    self.frames.put(frame)
        self._runs.clear()
        self._released.clear()

    @property
    def state(self) -> P2mState:
        """What a snapshot keeps beside machine memory."""
        return P2mState(list(self._runs), set(self._released))

    @state.setter
    def state(self, state: P2mState) -> None:
        self._runs = list(state.runs)
        self._released = set(state.released)
