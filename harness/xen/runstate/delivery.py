"""How a vCPU's runstate reaches the guest: the strategies that ABI models choose from.

A delivery answers the registration hypercall, makes the publication at a context switch and releases what it holds.
What it remembers about a vCPU is plain data in ``vcpu.state.area``. Live mappings are kept apart, in ``vcpu.mapping``,
and are made again from that data after a snapshot is restored.
"""

from dataclasses import dataclass

from harness.abi.errno import Errno
from harness.abi.hypercalls.vcpu_op import VcpuOp
from harness.abi.words import MASK64
from harness.machine.memory import PAGE_MASK, PAGE_SHIFT, PAGE_SIZE
from harness.machine.mmu.faults import Access
from harness.xen.domains.domain import Registration, Vcpu
from harness.xen.memory.guest_access import copy_to_guest, page_of
from harness.xen.memory.shortfall import Shortfall
from harness.xen.runstate import publication
from harness.xen.runstate.area import Area
from harness.xen.runstate.info import AREA_SIZE
from harness.xen.runstate.publication import Publication

UNREGISTER = MASK64
"""The address that ends the registration of a physical area."""


@dataclass(frozen=True, slots=True)
class _GuestMemory:
    """The area through the running vCPU's live tables: each store translates the address again."""

    vcpu: Vcpu
    va: int

    def store(self, offset: int, data: bytes) -> Shortfall | None:
        return copy_to_guest(self.vcpu, self.va + offset, data)


class _MappedMemory:
    """The area through Xen's own mapping, where stores cannot fail.

    The one exception: under an order, the area can be registered again in the middle of an update. The rest of the
    update is then lost, because its mapping is gone.
    """

    __slots__ = ("_mapping", "_offset", "_vcpu")

    def __init__(self, vcpu: Vcpu, offset: int) -> None:
        self._vcpu = vcpu
        self._mapping = vcpu.mapping
        self._offset = offset

    def store(self, offset: int, data: bytes) -> Shortfall | None:
        mapping = self._vcpu.mapping
        if mapping is None or mapping is not self._mapping:
            return Shortfall(0, "the area was registered anew meanwhile")
        mapping.write(self._offset + offset, data)
        return None


class VirtualAddressDelivery:
    """What the releases do: remember the address and translate it again at every switch (``common/domain.c``)."""

    def registration(self, command: int) -> Registration | None:
        """One command registers an area, by virtual address."""
        return self.register if command == VcpuOp.VCPUOP_register_runstate_memory_area else None

    def register(self, vcpu: Vcpu, current: Vcpu, address: int) -> int:
        """Remember the address and write as much of the area as is writable now; never fails."""
        vcpu.state.area = Area(address) if address else None
        # VCPUOP_register_runstate_memory_area copies the current vCPU's runstate as it is stored, and only another
        # vCPU's through ``vcpu_runstate_get``, which brings it up to now.
        info = vcpu.state.runstate if vcpu is current else vcpu.state.runstate.at(vcpu.domain.now_ns())
        # The address is translated by the caller's tables, whichever vCPU the area is for. Xen ignores the result of
        # this first copy, and tries it for NULL, too: that unregisters, but fills VA 0 if VA 0 is mapped.
        copy_to_guest(current, address, info.pack())
        return 0

    def publication(self, vcpu: Vcpu) -> Publication | None:
        """Make an update in which every copy walks the tables that are live then."""
        area = vcpu.state.area
        if area is None:
            return None
        target = _GuestMemory(vcpu, area.address)
        return Publication(publication.VIRTUAL_ADDRESS, vcpu.state.runstate, target, vcpu.domain.update_flag_assist)

    def release(self, vcpu: Vcpu) -> None:
        """Forget the address: there is nothing else to release."""
        vcpu.state.area = None

    def rebuild(self, vcpu: Vcpu) -> None:
        """Do nothing: this delivery makes no mapping."""


class VmapDelivery:
    """The 2020 patch, version 3: translate once in the hypercall, hold the pages, and map them side by side."""

    def __init__(self, program: publication.Program = publication.VMAP) -> None:
        if not isinstance(program, publication.Program):
            raise TypeError(f"a VmapDelivery takes a Program (harness.models), not {program!r}")
        self._program = program

    def registration(self, command: int) -> Registration | None:
        """One command registers an area, by virtual address."""
        return self.register if command == VcpuOp.VCPUOP_register_runstate_memory_area else None

    def register(self, vcpu: Vcpu, current: Vcpu, address: int) -> int:
        """Undo the previous registration, then map and fill the area. A registration that fails leaves none.

        Returns 0, or -EINVAL with a line in Xen's log. For another vCPU than the current one it always fails.
        """
        # Teardown comes first in the patch, before any check: this is why a failure loses the old area, too.
        self.release(vcpu)
        if address == 0:
            return 0
        # Releases accept any alignment here. The patch refuses it: claim 4, a break of a stable ABI.
        if address % 8:
            return self._refuse(current, address, "Invalid offset")
        offset = address & ~PAGE_MASK
        frames: list[int] = []
        for page, complaint in ((address, "Page is not mapped"), (address + PAGE_SIZE, "2nd Page is not mapped")):
            # ``get_page_from_gva`` returns nothing unless the vCPU is the current one (claim 6).
            maddr = page_of(vcpu, page, Access.WRITE) if vcpu is current else None
            if maddr is None:
                for mfn in frames:
                    vcpu.domain.frames.put(mfn)
                return self._refuse(current, address, complaint)
            # The reference outlives every remapping by the guest, so from now on Xen writes to this frame, even if
            # the address leads elsewhere or the guest has ballooned the page out (claim 5).
            frames.append(maddr >> PAGE_SHIFT)
            vcpu.domain.frames.get(frames[-1])
            if offset <= PAGE_SIZE - AREA_SIZE:
                break  # the area does not cross into a second page
        vcpu.state.area = Area(address, tuple(frames))
        self.rebuild(vcpu)
        _MappedMemory(vcpu, offset).store(0, vcpu.state.runstate.pack())
        return 0

    def _refuse(self, current: Vcpu, address: int, complaint: str) -> int:
        current.domain.log_for(current, f"Cannot map runstate pointer at {address:#x}: {complaint}")
        return -Errno.EINVAL

    def publication(self, vcpu: Vcpu) -> Publication | None:
        """Make an update that writes through the mapping, whatever the guest's tables say now."""
        area = vcpu.state.area
        if area is None:
            return None
        target = _MappedMemory(vcpu, area.offset)
        return Publication(self._program, vcpu.state.runstate, target, vcpu.domain.update_flag_assist)

    def release(self, vcpu: Vcpu) -> None:
        """Undo the mapping and drop the references to its pages."""
        area = vcpu.state.area
        if area is None:
            return
        vcpu.state.area = None
        # The mapping goes before the references: the last one frees the frame.
        self.rebuild(vcpu)
        for mfn in area.frames:
            vcpu.domain.frames.put(mfn)

    def rebuild(self, vcpu: Vcpu) -> None:
        """Map the frames of the area, if there is one, and undo any other mapping."""
        area = vcpu.state.area
        _remap(vcpu, () if area is None else area.frames)


class PhysicalAreaDelivery(VirtualAddressDelivery):
    """Common Xen since 4.18, which x86 uses: an area may also be registered by guest-physical address.

    ``map_guest_area`` and ``update_runstate_area`` in ``xen/common/domain.c``. While a physical area is registered,
    the virtual-address area is not written.
    """

    def registration(self, command: int) -> Registration | None:
        """Two commands register an area: one by virtual, one by guest-physical address."""
        if command == VcpuOp.VCPUOP_register_runstate_phys_area:
            return self.register_physical
        return super().registration(command)

    def register_physical(self, vcpu: Vcpu, current: Vcpu, address: int) -> int:
        """Map the area at an IPA in place of the former one; a registration that fails leaves the former as it was.

        Returns 0, -ENXIO if the area is misaligned or crosses a page, -EINVAL if the domain has no such page.
        """
        if address == UNREGISTER:
            self._replace(vcpu, None)
            return 0
        if (address & ~PAGE_MASK) + AREA_SIZE > PAGE_SIZE or address % 8:
            return -Errno.ENXIO
        entry = vcpu.domain.p2m.lookup(address >> PAGE_SHIFT)
        if entry is None or not vcpu.domain.p2m.owns(entry.mfn):
            return -Errno.EINVAL
        vcpu.domain.frames.get(entry.mfn)
        self._replace(vcpu, Area(address, (entry.mfn,)))
        # Xen fills the area at once only for the current vCPU; another vCPU's is filled at its next switch.
        if vcpu is current:
            _MappedMemory(vcpu, address & ~PAGE_MASK).store(0, vcpu.state.runstate.pack())
        return 0

    def _replace(self, vcpu: Vcpu, area: Area | None) -> None:
        former, vcpu.state.physical_area = vcpu.state.physical_area, area
        self.rebuild(vcpu)
        # Dropped only now, after the new frame was taken: both areas may be in the same frame.
        for mfn in former.frames if former is not None else ():
            vcpu.domain.frames.put(mfn)

    def publication(self, vcpu: Vcpu) -> Publication | None:
        """Make an update through the mapping, which uses the update flag even if the guest did not ask for it."""
        area = vcpu.state.physical_area
        if area is None:
            return super().publication(vcpu)
        target = _MappedMemory(vcpu, area.offset)
        return Publication(publication.PHYSICAL, vcpu.state.runstate, target, vcpu.domain.update_flag_assist)

    def release(self, vcpu: Vcpu) -> None:
        """Undo the mapping and drop the reference to its page."""
        super().release(vcpu)
        self._replace(vcpu, None)

    def rebuild(self, vcpu: Vcpu) -> None:
        """Map the frame of the physical area, if there is one, and undo any other mapping."""
        area = vcpu.state.physical_area
        _remap(vcpu, () if area is None else area.frames)


def _remap(vcpu: Vcpu, frames: tuple[int, ...]) -> None:
    """Replace the mapping of ``vcpu`` by one of these frames; without frames it has none."""
    if vcpu.mapping is not None:
        vcpu.mapping.close()
    vcpu.mapping = vcpu.domain.vmap.map(frames) if frames else None
