"""How a vCPU's runstate reaches the guest: the strategies that ABI models choose from.

A delivery answers the registration hypercall, makes the publication at a context switch and lets go of what it holds.
What it remembers of a vCPU is plain data in ``vcpu.state.area``; live mappings stand apart, in ``vcpu.mapping``, and
are made again from that data after a snapshot is restored.
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
    """The area as the running vCPU's tables show it now."""

    vcpu: Vcpu
    va: int

    def store(self, offset: int, data: bytes) -> Shortfall | None:
        return copy_to_guest(self.vcpu, self.va + offset, data)


class _MappedMemory:
    """The area through Xen's own mapping, which cannot fail.

    Only under an order can the area be registered anew in the middle of an update; what is left of the update is
    then lost with the mapping that it went to.
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
    """The releases' way: remember the address, translate it anew at every switch (``common/domain.c``)."""

    def registration(self, command: int) -> Registration | None:
        """One command registers an area, by virtual address."""
        return self.register if command == VcpuOp.VCPUOP_register_runstate_memory_area else None

    def register(self, vcpu: Vcpu, current: Vcpu, address: int) -> int:
        """Remember the address and fill what can be written of it now; never fails."""
        vcpu.state.area = Area(address) if address else None
        info = vcpu.state.runstate if vcpu is current else vcpu.state.runstate.at(vcpu.domain.now_ns())
        copy_to_guest(current, address, info.pack())
        return 0

    def publication(self, vcpu: Vcpu) -> Publication | None:
        """Walk the tables that are live now, for each copy."""
        area = vcpu.state.area
        if area is None:
            return None
        target = _GuestMemory(vcpu, area.address)
        return Publication(publication.VIRTUAL_ADDRESS, vcpu.state.runstate, target, vcpu.domain.update_flag_assist)

    def release(self, vcpu: Vcpu) -> None:
        """Forget the address: nothing is held."""
        vcpu.state.area = None

    def rebuild(self, vcpu: Vcpu) -> None:
        """Nothing is held, so nothing is to be made again."""


class VmapDelivery:
    """The 2020 patch, version 3: translate once in the hypercall, hold the pages, map them side by side."""

    def __init__(self, program: publication.Program = publication.VMAP) -> None:
        self._program = program

    def registration(self, command: int) -> Registration | None:
        """One command registers an area, by virtual address."""
        return self.register if command == VcpuOp.VCPUOP_register_runstate_memory_area else None

    def register(self, vcpu: Vcpu, current: Vcpu, address: int) -> int:
        """Tear down first, so that a registration that fails leaves the vCPU with none; then map and fill."""
        self.release(vcpu)
        if address == 0:
            return 0
        if address % 8:
            return self._refuse(current, address, "Invalid offset")
        offset = address & ~PAGE_MASK
        frames: list[int] = []
        for page, complaint in ((address, "Page is not mapped"), (address + PAGE_SIZE, "2nd Page is not mapped")):
            # get_page_from_gva has no answer for another vCPU than the running one.
            maddr = page_of(vcpu, page, Access.WRITE) if vcpu is current else None
            if maddr is None:
                for mfn in frames:
                    vcpu.domain.frames.put(mfn)
                return self._refuse(current, address, complaint)
            frames.append(maddr >> PAGE_SHIFT)
            vcpu.domain.frames.get(frames[-1])
            if offset <= PAGE_SIZE - AREA_SIZE:
                break
        vcpu.state.area = Area(address, tuple(frames))
        self.rebuild(vcpu)
        _MappedMemory(vcpu, offset).store(0, vcpu.state.runstate.pack())
        return 0

    def _refuse(self, current: Vcpu, address: int, complaint: str) -> int:
        current.domain.log_for(current, f"Cannot map runstate pointer at {address:#x}: {complaint}")
        return -Errno.EINVAL

    def publication(self, vcpu: Vcpu) -> Publication | None:
        """Write through the mapping, whatever the guest's tables say by now."""
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
        self.rebuild(vcpu)
        for mfn in area.frames:
            vcpu.domain.frames.put(mfn)

    def rebuild(self, vcpu: Vcpu) -> None:
        """Map the frames of the area, if it has one, and undo any other mapping."""
        area = vcpu.state.area
        _remap(vcpu, () if area is None else area.frames)


class PhysicalAreaDelivery(VirtualAddressDelivery):
    """Common Xen since 4.18, of which x86 makes use: an area by guest-physical address beside the one by virtual.

    ``map_guest_area`` and ``update_runstate_area`` in ``xen/common/domain.c``. While a physical area is registered,
    the other is not written.
    """

    def registration(self, command: int) -> Registration | None:
        """Two commands register an area."""
        if command == VcpuOp.VCPUOP_register_runstate_phys_area:
            return self.register_physical
        return super().registration(command)

    def register_physical(self, vcpu: Vcpu, current: Vcpu, address: int) -> int:
        """Map the area at an IPA in place of the former one, which a registration that fails leaves as it was."""
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
        if vcpu is current:
            _MappedMemory(vcpu, address & ~PAGE_MASK).store(0, vcpu.state.runstate.pack())
        return 0

    def _replace(self, vcpu: Vcpu, area: Area | None) -> None:
        former, vcpu.state.physical_area = vcpu.state.physical_area, area
        self.rebuild(vcpu)
        for mfn in former.frames if former is not None else ():
            vcpu.domain.frames.put(mfn)

    def publication(self, vcpu: Vcpu) -> Publication | None:
        """Write through the mapping, with the update flag whether the guest asked for it or not."""
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
    """Map these frames for ``vcpu``, or none, in place of what is mapped."""
    if vcpu.mapping is not None:
        vcpu.mapping.close()
    vcpu.mapping = vcpu.domain.vmap.map(frames) if frames else None
