"""A watched range of memory: its present place in machine memory, and the accesses to it."""

from collections.abc import Callable
from functools import partial

from harness.abi.words import MASK64
from harness.debug.replay.stops import MemoryAccess, Space, Watch
from harness.machine.memory import PAGE_SIZE
from harness.machine.mmu.faults import Access, Fault
from harness.machine.probes import Probes
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.hypervisor import Hypervisor

Piece = tuple[int, int]
"""Machine address and length of a part of the range that lies in one page."""


class Watched:
    """One :class:`Watch` while a machine runs. ``report(vcpu, access)`` is called within a slice or a switch."""

    def __init__(
        self, watch: Watch, xen: Hypervisor, main: Domain, report: Callable[[Vcpu | None, MemoryAccess], None]
    ) -> None:
        self.watch = watch
        self._xen = xen
        self._domain = main if watch.vcpu is None else xen.domains[watch.vcpu[0]]
        self._report = report
        self._pages = _pages(watch.start, watch.length)
        self._known: dict[int, Piece] = {}
        self._held: tuple[tuple[Piece, ...], bytes] = (), b""
        self._probed: dict[int, tuple[Probes, Vcpu, set[Piece]]] = {}

    # -- The guest's own accesses -------------------------------------------------------------------------------

    def probe(self, vcpu: Vcpu, probes: Probes) -> None:
        """Watch the loads and stores of a vCPU's CPU."""
        if self.watch.vcpu not in (None, vcpu.key) or (
            self.watch.space is Space.VA and vcpu.domain is not self._domain
        ):
            return
        if self.watch.space is Space.VA:
            probes.memory(
                partial(self._may_be, vcpu),
                read=self.watch.read,
                write=self.watch.write,
            )
        else:
            self._probed[id(vcpu.cpu)] = probes, vcpu, set()
            self.refresh()

    def refresh(self) -> None:
        """Between two slices, find the range's present place, and watch it there."""
        if self.watch.space is Space.VA:
            self._pieces()
            return
        # A probe at an earlier place stays: _is compares with the present place, so it does no harm.
        for probes, vcpu, placed in self._probed.values():
            for piece in set(self._pieces()) - placed:
                placed.add(piece)
                probes.memory(
                    partial(self._is, vcpu),
                    read=self.watch.read,
                    write=self.watch.write,
                    within=piece,
                )

    def _may_be(self, vcpu: Vcpu, write: bool, maddr: int, size: int, value: int) -> None:
        """Report an access to any address, if it is to the watched range."""
        for va, length in self._pages:
            # Translation keeps the offset within a page, so most accesses are ruled out without a table walk.
            offset = (maddr - va) % PAGE_SIZE
            if offset < length or offset + size > PAGE_SIZE:
                at = self._translate(vcpu, va)
                if at is not None and _overlap(at, length, maddr, size):
                    self._known[va] = at, length
                elif not self._reaches(vcpu, va, maddr, size):
                    continue
                self._report(vcpu, MemoryAccess(write, maddr, size, value, by_xen=False))
                return

    def _reaches(self, vcpu: Vcpu, va: int, maddr: int, size: int) -> bool:
        """Whether an access that begins in the page before ``va`` reaches it: Unicorn reports only where it begins."""
        beyond = maddr % PAGE_SIZE + size - PAGE_SIZE
        if va % PAGE_SIZE >= beyond:
            return False
        last = self._translate(vcpu, va - va % PAGE_SIZE - 1)
        return last is not None and last // PAGE_SIZE == maddr // PAGE_SIZE

    def _translate(self, vcpu: Vcpu, va: int) -> int | None:
        found = self._domain.walker.translate(vcpu.cpu.translation, va & MASK64, Access.READ, 1)
        return None if isinstance(found, Fault) else found.maddr

    def _is(self, vcpu: Vcpu, write: bool, maddr: int, size: int, value: int) -> None:
        if any(_overlap(at, length, maddr, size) for at, length in self._pieces()):
            self._report(vcpu, MemoryAccess(write, maddr, size, value, by_xen=False))

    # -- Xen's writes -------------------------------------------------------------------------------------------

    def hold(self) -> None:
        """Remember the content of the range, before Xen may write to it."""
        pieces = self._pieces()
        self._held = pieces, self._content(pieces)

    def compare(self, vcpu: Vcpu | None) -> None:
        """Report a write by Xen if the content has changed since :meth:`hold`."""
        pieces, before = self._held
        if not pieces or not self.watch.write:
            return
        after = self._content(pieces)
        if after != before:
            value = int.from_bytes(after, "little")
            self._report(vcpu, MemoryAccess(True, pieces[0][0], len(after), value, by_xen=True))

    def _content(self, pieces: tuple[Piece, ...]) -> bytes:
        memory = self._xen.host.memory
        return b"".join(memory.read(maddr, length) for maddr, length in pieces)

    def _pieces(self) -> tuple[Piece, ...]:
        """The pieces of the range in machine memory: each page as it is mapped now, or as it was last mapped."""
        for va, length in self._pages:
            maddr = self._resolve(va & MASK64)
            if maddr is not None and self._xen.host.memory.contains(maddr, length):
                self._known[va] = maddr, length
        return tuple(self._known[va] for va, _ in self._pages if va in self._known)

    def _resolve(self, address: int) -> int | None:
        if self.watch.space is Space.MADDR:
            return address
        if self.watch.space is Space.IPA:
            found = self._domain.p2m.translate(address)
            return None if isinstance(found, Fault) else found.maddr
        for vcpu in self._domain.vcpus:
            if vcpu.has_cpu and self.watch.vcpu in (None, vcpu.key):
                maddr = self._translate(vcpu, address)
                if maddr is not None:
                    return maddr
        return None


def _pages(start: int, length: int) -> list[Piece]:
    """The range, page by page."""
    pages = []
    while length > 0:
        size = min(length, PAGE_SIZE - start % PAGE_SIZE)
        pages.append((start, size))
        start, length = start + size, length - size
    return pages


def _overlap(start: int, length: int, other: int, size: int) -> bool:
    return start < other + size and other < start + length
