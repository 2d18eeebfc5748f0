"""The two frames of a GICv3's redistributors as Xen emulates them for a guest, and which frame is where."""

from dataclasses import replace

from harness.platform import gic_map
from harness.platform.gic_access import MmioAccess
from harness.platform.gic_distributor import Vgic
from harness.platform.gic_frame import Frame
from harness.platform.gic_map import GicRegister

FRAME_SIZE = 0x1_0000
REDISTRIBUTOR_SIZE = 2 * FRAME_SIZE


class Redistributor(Frame):
    """The control frame (RD_base) of a vCPU's redistributor."""

    name = "vGICR"
    rows = gic_map.REDISTRIBUTOR

    def _unhandled_write(self, access: MmioAccess) -> None:
        self._say(f"unhandled write r{access.register}", access)

    def _read_prefix(self) -> str:
        return f" {self.name}"  # Xen omits the colon here, unlike in all other lines


class PrivateInterrupts(Frame):
    """The frame of a vCPU's private interrupts (SGI_base)."""

    name = "vGICR: SGI"
    rows = gic_map.PRIVATE

    def write(self, access: MmioAccess) -> None:
        """Perform a store: the configuration of SGIs and reserved registers are unhandled in this frame."""
        row = gic_map.find(self.rows, access.offset)
        if access.offset & ~3 == gic_map.ARRAY_BASES[GicRegister.ICFGR] or (
            row is not None and row[2] in (GicRegister.RESERVED, GicRegister.IMPLEMENTATION_DEFINED)
        ):
            self._unhandled_write(access)
        else:
            super().write(access)

    def _unhandled_write(self, access: MmioAccess) -> None:
        self._say(f"unhandled write r{access.register}", access)

    def _unhandled_word(self, register: GicRegister, access: MmioAccess) -> None:
        # Xen 4.14 always calls this register ICPENDR0 here, even if the access begins inside it.
        at_start = replace(access, offset=gic_map.ARRAY_BASES[register])
        super()._unhandled_word(register, at_start if register is GicRegister.ICPENDR else access)


def frame_at(gic: Vgic, accessor: int, redistributor_offset: int | None) -> tuple[Frame, int] | None:
    """The frame at an offset from the redistributors' base (None: the distributor), and the frame's own offset.

    ``accessor`` is the vCPU that accesses it. None if no redistributor is there.
    """
    if redistributor_offset is None:
        return Frame(gic, accessor), 0
    vcpu = redistributor_offset // REDISTRIBUTOR_SIZE
    if vcpu >= len(gic.private):
        return None
    if redistributor_offset % REDISTRIBUTOR_SIZE < FRAME_SIZE:
        return Redistributor(gic, vcpu), vcpu * REDISTRIBUTOR_SIZE
    return PrivateInterrupts(gic, vcpu), vcpu * REDISTRIBUTOR_SIZE + FRAME_SIZE
