"""Which frames belong to a domain: those it was made with, minus and plus later changes, and shared pages of Xen.

Xen keeps this in each ``page_info``: the owner, and PGC_allocated, the reference that keeps the page allocated. A
domain has many thousand frames and few changes, so here runs and exceptions to them are kept instead.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Ownership:
    """Plain, copyable: a domain's frames by mfn."""

    runs: list[tuple[int, int]] = field(default_factory=list)
    """The frames that it was made with: (first mfn, count)."""
    given_up: set[int] = field(default_factory=set)
    """Frames of the runs that it gave back."""
    taken: set[int] = field(default_factory=set)
    """Frames outside the runs that it got later."""
    xen_pages: dict[int, int | None] = field(default_factory=dict)
    """Pages of Xen that it shares, and the gfn of each: None while it is mapped nowhere."""
    dropped: set[int] = field(default_factory=set)
    """Those pages of Xen that the guest gave back: no further reference can be taken to them."""

    def has(self, mfn: int) -> bool:
        """Whether a reference to a frame can be taken in the domain's name (Xen: ``get_page``)."""
        if mfn in self.xen_pages:
            return mfn not in self.dropped
        if mfn in self.given_up:
            return False
        return any(start <= mfn < start + count for start, count in self.runs) or mfn in self.taken

    @property
    def pages(self) -> int:
        """How many frames the domain has, pages of Xen not counted."""
        return sum(count for _, count in self.runs) - len(self.given_up) + len(self.taken)

    def take(self, mfn: int) -> None:
        """Add a frame that was allocated for the domain."""
        # The allocator may hand the domain a frame again that it gave up earlier, and that is in a run.
        if mfn in self.given_up:
            self.given_up.remove(mfn)
        else:
            self.taken.add(mfn)

    def give_up(self, mfn: int) -> bool:
        """Remove a frame; True if the caller must drop the domain's reference to it."""
        if mfn in self.xen_pages:
            # Xen itself uses such a page until the domain ends, so it stays allocated.
            self.dropped.add(mfn)
            return False
        if mfn in self.taken:
            self.taken.remove(mfn)
        else:
            self.given_up.add(mfn)
        return True

    def share(self, mfn: int) -> None:
        """Add a page of Xen, mapped nowhere."""
        self.xen_pages[mfn] = None

    def unmapped(self, mfn: int) -> None:
        """Record that a page is mapped nowhere now, if it is a page of Xen."""
        if mfn in self.xen_pages:
            self.xen_pages[mfn] = None

    def all_frames(self) -> Iterator[tuple[int, int]]:
        """Every run (first mfn, count) of frames that the domain holds a reference to."""
        gone = sorted(self.given_up)
        for start, count in self.runs:
            at = start
            for frame in gone[bisect_right(gone, start - 1) : bisect_right(gone, start + count - 1)]:
                if frame > at:
                    yield at, frame - at
                at = frame + 1
            if at < start + count:
                yield at, start + count - at
        for frame in (*self.taken, *self.xen_pages):
            yield frame, 1
