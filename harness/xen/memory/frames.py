"""Machine frames: which are free, and how many references hold each one, as Xen's ``page_info`` counts them.

An allocated frame has one reference, its owner's; every mapping of it adds one. The frame is freed when the last
reference is dropped, so a page that a guest gave up stays allocated as long as Xen has it mapped.
"""

from bisect import insort
from dataclasses import dataclass, field

from harness.machine.memory import PAGE_SHIFT, Memory


class OutOfMemory(Exception):
    """No run of free frames is long enough."""


@dataclass
class FrameState:
    """Plain, copyable: free runs as sorted [start, count], and the reference counts that are not 1."""

    free: list[tuple[int, int]]
    references: dict[int, int] = field(default_factory=dict)
    in_use: int = 0
    lingering: dict[int, int] = field(default_factory=dict)
    """Frames that their owner gave up but that something still holds, with that owner."""


class FrameTable:
    """The frames of ``memory``."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.state = FrameState([(memory.base >> PAGE_SHIFT, memory.size >> PAGE_SHIFT)])

    @property
    def in_use(self) -> int:
        """How many frames are allocated; 0 when everything has been given back."""
        return self.state.in_use

    def allocate(self, count: int = 1, align: int = 1) -> int:
        """Take ``count`` frames in a row, the first a multiple of ``align``; they read as zero. Returns its mfn."""
        free = self.state.free
        # First fit: the same requests always get the same frames, so a run is reproducible.
        for index, (start, length) in enumerate(free):
            mfn = -(-start // align) * align
            if mfn + count <= start + length:
                pieces = ((start, mfn - start), (mfn + count, start + length - mfn - count))
                free[index : index + 1] = [piece for piece in pieces if piece[1]]
                self.state.in_use += count
                return mfn
        raise OutOfMemory(f"no {count} free frames in a row (aligned to {align})")

    def free(self, mfn: int, count: int = 1) -> None:
        """Free ``count`` frames in a row to which no other reference exists, and scrub them."""
        self.memory.zero(mfn << PAGE_SHIFT, count << PAGE_SHIFT)
        self.state.in_use -= count
        free = self.state.free
        insort(free, (mfn, count))
        # Merge with the neighbours on both sides, so that free runs never touch.
        index = free.index((mfn, count))
        if index + 1 < len(free) and mfn + count == free[index + 1][0]:
            free[index : index + 2] = [(mfn, count + free[index + 1][1])]
        if index and sum(free[index - 1]) == mfn:
            free[index - 1 : index + 1] = [(free[index - 1][0], free[index - 1][1] + free[index][1])]

    def references(self, mfn: int) -> int:
        """How many references hold an allocated frame."""
        return self.state.references.get(mfn, 1)

    def get(self, mfn: int) -> None:
        """Add a reference to an allocated frame (Xen: ``get_page``)."""
        self.state.references[mfn] = self.references(mfn) + 1

    def put(self, mfn: int, *, owner: int | None = None) -> None:
        """Drop a reference (Xen: ``put_page``); with the last one, the frame is free.

        With ``owner``, the owner's own reference is dropped. While others still hold the frame, it keeps counting as
        one of the owner's pages, as in ``domain_tot_pages``.
        """
        left = self.references(mfn) - 1
        if left > 1:
            self.state.references[mfn] = left
        else:
            self.state.references.pop(mfn, None)
        if left == 0:
            self.state.lingering.pop(mfn, None)
            self.free(mfn)
        elif owner is not None:
            self.state.lingering[mfn] = owner

    def lingering(self, owner: int) -> int:
        """How many frames ``owner`` gave up that something still holds."""
        return sum(each == owner for each in self.state.lingering.values())

    def held(self, mfn: int, count: int) -> list[int]:
        """The frames of a run that have more references than their owner's."""
        return sorted(frame for frame in self.state.references if mfn <= frame < mfn + count)
