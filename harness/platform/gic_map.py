"""The registers in a GICv3's frames and their offsets in Xen's vGIC (``xen/arch/arm/vgic-v3.c``): data only.

The three frames are the distributor (GICD), and two of each redistributor: control (GICR: RD_base) and private
interrupts (SGI_base). An offset that no row covers is unhandled: the access is logged, reads as zero, ignores writes.
"""

from enum import Enum


class GicRegister(Enum):
    """A register, or a group of registers with the same answer."""

    CTLR = "GICD_CTLR"
    TYPER = "GICD_TYPER"
    IIDR = "GICD_IIDR, GICR_IIDR"
    PIDR2 = "GICD_PIDR2, GICR_PIDR2"
    REDISTRIBUTOR_TYPER = "GICR_TYPER"
    SYNCR = "GICR_SYNCR"
    LPI = "write-only: GICR_SETLPIR, CLRLPIR, INVLPIR, INVALLR"
    LPI_TABLE = "GICR_PROPBASER, GICR_PENDBASER: there are no LPIs"
    IGROUPR = "GICD_IGROUPR"
    ISENABLER = "GICD_ISENABLER"
    ICENABLER = "GICD_ICENABLER"
    ISPENDR = "GICD_ISPENDR"
    ICPENDR = "GICD_ICPENDR"
    ISACTIVER = "GICD_ISACTIVER"
    ICACTIVER = "GICD_ICACTIVER"
    IPRIORITYR = "GICD_IPRIORITYR"
    ICFGR = "GICD_ICFGR"
    IROUTER = "GICD_IROUTER"
    SGI_PENDING = "GICD_CPENDSGIR, GICD_SPENDSGIR"
    IGRPMODR = "GICD_IGRPMODR"
    ZERO = "reads as zero, ignores writes, 32 bits wide"
    RESERVED = "reserved"
    IMPLEMENTATION_DEFINED = "implementation defined"


Row = tuple[int, int, GicRegister]
"""First and last byte offset of a register or of an array of registers, and the register."""

DISTRIBUTOR: tuple[Row, ...] = (
    (0x0000, 0x0003, GicRegister.CTLR),
    (0x0004, 0x0007, GicRegister.TYPER),
    (0x0008, 0x000B, GicRegister.IIDR),
    (0x000C, 0x000F, GicRegister.RESERVED),
    (0x0010, 0x0013, GicRegister.ZERO),  # GICD_STATUSR
    (0x0014, 0x001F, GicRegister.RESERVED),
    (0x0020, 0x003F, GicRegister.IMPLEMENTATION_DEFINED),
    (0x0040, 0x007F, GicRegister.RESERVED),  # GICD_SETSPI_NSR to CLRSPI_SR among them
    (0x0080, 0x00FF, GicRegister.IGROUPR),
    (0x0100, 0x017F, GicRegister.ISENABLER),
    (0x0180, 0x01FF, GicRegister.ICENABLER),
    (0x0200, 0x027F, GicRegister.ISPENDR),
    (0x0280, 0x02FF, GicRegister.ICPENDR),
    (0x0300, 0x037F, GicRegister.ISACTIVER),
    (0x0380, 0x03FF, GicRegister.ICACTIVER),
    (0x0400, 0x07FB, GicRegister.IPRIORITYR),
    (0x0C00, 0x0CFF, GicRegister.ICFGR),
    (0x0D00, 0x0D7F, GicRegister.IGRPMODR),
    (0x0E00, 0x0EFF, GicRegister.ZERO),  # GICD_NSACR
    (0x0F00, 0x0F03, GicRegister.ZERO),  # GICD_SGIR
    (0x0F10, 0x0F2F, GicRegister.SGI_PENDING),
    (0x0F30, 0x60FF, GicRegister.RESERVED),
    (0x6100, 0x7FDF, GicRegister.IROUTER),
    (0x7FE0, 0xBFFF, GicRegister.RESERVED),
    (0xC000, 0xFFE7, GicRegister.IMPLEMENTATION_DEFINED),
    (0xFFE8, 0xFFEB, GicRegister.PIDR2),
    (0xFFEC, 0xFFFF, GicRegister.IMPLEMENTATION_DEFINED),
)

REDISTRIBUTOR: tuple[Row, ...] = (
    (0x0000, 0x0003, GicRegister.ZERO),  # GICR_CTLR
    (0x0004, 0x0007, GicRegister.IIDR),
    (0x0008, 0x000F, GicRegister.REDISTRIBUTOR_TYPER),
    (0x0010, 0x0013, GicRegister.ZERO),  # GICR_STATUSR
    (0x0014, 0x0017, GicRegister.ZERO),  # GICR_WAKER
    (0x0018, 0x0018, GicRegister.RESERVED),
    (0x0020, 0x0020, GicRegister.IMPLEMENTATION_DEFINED),
    (0x0040, 0x004F, GicRegister.LPI),
    (0x0050, 0x0050, GicRegister.RESERVED),
    (0x0070, 0x007F, GicRegister.LPI_TABLE),
    (0x0080, 0x0080, GicRegister.RESERVED),
    (0x00A0, 0x00A7, GicRegister.LPI),
    (0x00A8, 0x00A8, GicRegister.RESERVED),
    (0x00B0, 0x00B7, GicRegister.LPI),
    (0x00B8, 0x00B8, GicRegister.RESERVED),
    (0x00C0, 0x00C3, GicRegister.SYNCR),
    (0x00C8, 0x00C8, GicRegister.RESERVED),
    (0x0100, 0x0107, GicRegister.IMPLEMENTATION_DEFINED),
    (0x0108, 0x0108, GicRegister.RESERVED),
    (0x0110, 0x0117, GicRegister.IMPLEMENTATION_DEFINED),
    (0x0118, 0xBFFC, GicRegister.RESERVED),
    (0xC000, 0xFFCC, GicRegister.IMPLEMENTATION_DEFINED),
    (0xFFD0, 0xFFE4, GicRegister.IMPLEMENTATION_DEFINED),
    (0xFFE8, 0xFFEB, GicRegister.PIDR2),
    (0xFFEC, 0xFFFC, GicRegister.IMPLEMENTATION_DEFINED),
)

PRIVATE: tuple[Row, ...] = (
    (0x0080, 0x0083, GicRegister.IGROUPR),
    (0x0100, 0x0103, GicRegister.ISENABLER),
    (0x0180, 0x0183, GicRegister.ICENABLER),
    (0x0200, 0x0203, GicRegister.ISPENDR),
    (0x0280, 0x0283, GicRegister.ICPENDR),
    (0x0300, 0x0303, GicRegister.ISACTIVER),
    (0x0380, 0x0383, GicRegister.ICACTIVER),
    (0x0400, 0x041F, GicRegister.IPRIORITYR),
    (0x0C00, 0x0C07, GicRegister.ICFGR),
    (0x0D00, 0x0D03, GicRegister.ZERO),  # GICR_IGRPMODR0
    (0x0E00, 0x0E03, GicRegister.ZERO),  # GICR_NSACR
    (0x0E04, 0xBFFC, GicRegister.RESERVED),
    (0xC000, 0xFFCC, GicRegister.IMPLEMENTATION_DEFINED),
    (0xFFD0, 0xFFFC, GicRegister.RESERVED),
)

ARRAY_BASES = {
    GicRegister.ISENABLER: 0x100,
    GicRegister.ICENABLER: 0x180,
    GicRegister.ISPENDR: 0x200,
    GicRegister.ICPENDR: 0x280,
    GicRegister.ISACTIVER: 0x300,
    GicRegister.ICACTIVER: 0x380,
    GicRegister.IPRIORITYR: 0x400,
    GicRegister.ICFGR: 0xC00,
    GicRegister.IROUTER: 0x6000,
}
"""The offset of interrupt 0 in each array."""


def find(rows: tuple[Row, ...], offset: int) -> Row | None:
    """The row that covers ``offset``."""
    return next((row for row in rows if row[0] <= offset <= row[1]), None)
