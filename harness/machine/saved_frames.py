"""The contents of machine memory, frame by frame: saved for snapshots, and put back.

Where the host tells which frames were written (:mod:`harness.machine.written`), the first state that is saved is copied
in one piece, and every later one costs what has changed, not what there is. Elsewhere each frame is looked at each
time. Consecutive states share the frames that did not change.
"""

import ctypes
import mmap
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE, Memory
from harness.machine.written import WrittenFrames, track

_ZERO = bytes(PAGE_SIZE)
_HUGE_PAGE = 2 << 20


class _Base:
    """A copy of all frames that had been touched, in one piece."""

    def __init__(self, memory: Memory) -> None:
        self._first: list[int] = []
        """The first mfn of each run of frames."""
        self._runs: list[tuple[int, int]] = []
        """The end (an mfn) of each run, and where in the copy it begins."""
        runs = list(memory.touched())
        size = sum(length for _, length in runs) + _HUGE_PAGE & -_HUGE_PAGE  # aligned only if it is a multiple
        self._copy = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            self._copy.madvise(mmap.MADV_HUGEPAGE)  # small pages would take five times as long to come into being
        anchor = ctypes.c_char.from_buffer(self._copy)
        at = 0
        for start, length in runs:
            ctypes.memmove(ctypes.addressof(anchor) + at, memory.host_address + start - memory.base, length)
            self._first.append(start >> PAGE_SHIFT)
            self._runs.append((start + length >> PAGE_SHIFT, at))
            at += length

    def __iter__(self) -> Iterator[int]:
        for first, (end, _) in zip(self._first, self._runs, strict=True):
            yield from range(first, end)

    def read(self, mfn: int) -> bytes | None:
        """The contents of a frame; None for one that had not been touched."""
        index = bisect_right(self._first, mfn) - 1
        if index < 0 or mfn >= self._runs[index][0]:
            return None
        at = self._runs[index][1] + (mfn - self._first[index] << PAGE_SHIFT)
        return self._copy[at : at + PAGE_SIZE]


class Frames(Mapping[int, bytes]):
    """A saved state: the contents of each touched frame, by mfn. A frame that is not in it is zero.

    It is ``base`` with the frames in ``changed`` in place of its own. ``looked_at`` frames were read to save it.
    """

    def __init__(
        self, base: _Base | None = None, changed: Mapping[int, bytes] | None = None, looked_at: int = 0
    ) -> None:
        self._base = base
        self.looked_at = looked_at
        self.changed: Mapping[int, bytes] = {} if changed is None else changed

    def __getitem__(self, mfn: int) -> bytes:
        found = self.changed.get(mfn)
        if found is None and self._base is not None:
            found = self._base.read(mfn)
        if found is None:
            raise KeyError(mfn)
        return found

    def __iter__(self) -> Iterator[int]:
        yield from self.changed
        if self._base is not None:
            yield from (mfn for mfn in self._base if mfn not in self.changed)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changed_since(self, other: "Frames") -> set[int]:
        """The mfns of all frames whose contents differ from those in another state of the same memory."""
        changed = {mfn for mfn, data in self.changed.items() if other.changed.get(mfn) is not data}
        return changed | (other.changed.keys() - self.changed.keys())


class SavedFrames:
    """Saves and restores the frames of ``memory``. With ``use_tracker`` False, every frame is looked at each time."""

    def __init__(self, memory: Memory, *, use_tracker: bool = True) -> None:
        self._memory = memory
        self._use_tracker = use_tracker
        self._tracker: WrittenFrames | None = None
        self._base: _Base | None = None
        self._now = Frames()
        """The state of memory when the tracker was asked last."""

    def close(self) -> None:
        """Release what belongs to the host."""
        if self._tracker is not None:
            self._tracker.close()
            self._tracker = None

    def save(self, previous: Frames) -> Frames:
        """The contents of all touched frames; one that is as in ``previous`` is shared with it."""
        if self._tracker is None and self._use_tracker:
            self._use_tracker = False
            self._tracker = track(self._memory)
            if self._tracker is not None:
                self._base = _Base(self._memory)
                self._now = Frames(self._base)
                return self._now
        if self._tracker is None:
            return self._save_all(previous)
        changed = dict(self._now.changed)
        written = set(self._written(self._tracker))
        for mfn in written:
            data = self._read(mfn)
            if data != self._now.get(mfn, _ZERO):
                changed[mfn] = data
        self._now = Frames(self._base, changed, len(written))
        return self._now

    def restore(self, frames: Frames) -> None:
        """Put the contents of all frames back as they were saved."""
        if self._tracker is None:
            self._restore_all(frames)
            return
        written = set(self._written(self._tracker))
        self._put(frames, written | frames.changed_since(self._now))
        for _ in self._tracker.take():  # these writes brought memory to the state that is noted below
            pass
        self._now = frames

    def _save_all(self, previous: Frames) -> Frames:
        frames = {}
        for mfn in self._touched():
            data, before = self._read(mfn), previous.get(mfn)
            frames[mfn] = before if before == data and before is not None else data
        return Frames(None, frames, len(frames))

    def _restore_all(self, frames: Frames) -> None:
        self._put(frames, {*self._touched(), *frames})

    def _put(self, frames: Frames, mfns: Iterable[int]) -> None:
        for mfn in mfns:
            data = frames.get(mfn, _ZERO)
            if self._read(mfn) == data:
                continue
            if data == _ZERO:
                self._memory.zero(mfn << PAGE_SHIFT, PAGE_SIZE)
            else:
                self._memory.write(mfn << PAGE_SHIFT, data)

    def _read(self, mfn: int) -> bytes:
        at = (mfn << PAGE_SHIFT) - self._memory.base
        return self._memory.map[at : at + PAGE_SIZE]

    @staticmethod
    def _written(tracker: WrittenFrames) -> Iterator[int]:
        for first, count in tracker.take():
            yield from range(first, first + count)

    def _touched(self) -> Iterator[int]:
        for start, length in self._memory.touched():
            yield from range(start >> PAGE_SHIFT, start + length >> PAGE_SHIFT)
