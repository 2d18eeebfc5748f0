"""Which register lies where in a GICv3's frames, as Xen's vGIC sees them (``xen/arch/arm/vgic-v3.c``): data only.

The three frames are the distributor's (GICD), and of each redistributor the one for control (GICR: RD_base) and the
one for private interrupts (SGI_base). What no row covers is unhandled: it is logged, reads as zero, ignores writes.
"""

from enum import Enum


class Register(Enum):
    """A register, or a kind of register that is answered alike."""

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


Row = tuple[int, int, Register]
"""First and last byte offset of a register, or of an array of them, and what it is."""

DISTRIBUTOR: tuple[Row, ...] = (
    (0x0000, 0x0003, Register.CTLR),
    (0x0004, 0x0007, Register.TYPER),
    (0x0008, 0x000B, Register.IIDR),
    (0x000C, 0x000F, Register.RESERVED),
    (0x0010, 0x0013, Register.ZERO),  # GICD_STATUSR
    (0x0014, 0x001F, Register.RESERVED),
    (0x0020, 0x003F, Register.IMPLEMENTATION_DEFINED),
    (0x0040, 0x007F, Register.RESERVED),  # GICD_SETSPI_NSR to CLRSPI_SR among them
    (0x0080, 0x00FF, Register.IGROUPR),
    (0x0100, 0x017F, Register.ISENABLER),
    (0x0180, 0x01FF, Register.ICENABLER),
    (0x0200, 0x027F, Register.ISPENDR),
    (0x0280, 0x02FF, Register.ICPENDR),
    (0x0300, 0x037F, Register.ISACTIVER),
    (0x0380, 0x03FF, Register.ICACTIVER),
    (0x0400, 0x07FB, Register.IPRIORITYR),
    (0x0C00, 0x0CFF, Register.ICFGR),
    (0x0D00, 0x0D7F, Register.IGRPMODR),
    (0x0E00, 0x0EFF, Register.ZERO),  # GICD_NSACR
    (0x0F00, 0x0F03, Register.ZERO),  # GICD_SGIR
    (0x0F10, 0x0F2F, Register.SGI_PENDING),
    (0x0F30, 0x60FF, Register.RESERVED),
    (0x6100, 0x7FDF, Register.IROUTER),
    (0x7FE0, 0xBFFF, Register.RESERVED),
    (0xC000, 0xFFE7, Register.IMPLEMENTATION_DEFINED),
    (0xFFE8, 0xFFEB, Register.PIDR2),
    (0xFFEC, 0xFFFF, Register.IMPLEMENTATION_DEFINED),
)

REDISTRIBUTOR: tuple[Row, ...] = (
    (0x0000, 0x0003, Register.ZERO),  # GICR_CTLR
    (0x0004, 0x0007, Register.IIDR),
    (0x0008, 0x000F, Register.REDISTRIBUTOR_TYPER),
    (0x0010, 0x0013, Register.ZERO),  # GICR_STATUSR
    (0x0014, 0x0017, Register.ZERO),  # GICR_WAKER
    (0x0018, 0x0018, Register.RESERVED),
    (0x0020, 0x0020, Register.IMPLEMENTATION_DEFINED),
    (0x0040, 0x004F, Register.LPI),
    (0x0050, 0x0050, Register.RESERVED),
    (0x0070, 0x007F, Register.LPI_TABLE),
    (0x0080, 0x0080, Register.RESERVED),
    (0x00A0, 0x00A7, Register.LPI),
    (0x00A8, 0x00A8, Register.RESERVED),
    (0x00B0, 0x00B7, Register.LPI),
    (0x00B8, 0x00B8, Register.RESERVED),
    (0x00C0, 0x00C3, Register.SYNCR),
    (0x00C8, 0x00C8, Register.RESERVED),
    (0x0100, 0x0107, Register.IMPLEMENTATION_DEFINED),
    (0x0108, 0x0108, Register.RESERVED),
    (0x0110, 0x0117, Register.IMPLEMENTATION_DEFINED),
    (0x0118, 0xBFFC, Register.RESERVED),
    (0xC000, 0xFFCC, Register.IMPLEMENTATION_DEFINED),
    (0xFFD0, 0xFFE4, Register.IMPLEMENTATION_DEFINED),
    (0xFFE8, 0xFFEB, Register.PIDR2),
    (0xFFEC, 0xFFFC, Register.IMPLEMENTATION_DEFINED),
)

PRIVATE: tuple[Row, ...] = (
    (0x0080, 0x0083, Register.IGROUPR),
    (0x0100, 0x0103, Register.ISENABLER),
    (0x0180, 0x0183, Register.ICENABLER),
    (0x0200, 0x0203, Register.ISPENDR),
    (0x0280, 0x0283, Register.ICPENDR),
    (0x0300, 0x0303, Register.ISACTIVER),
    (0x0380, 0x0383, Register.ICACTIVER),
    (0x0400, 0x041F, Register.IPRIORITYR),
    (0x0C00, 0x0C07, Register.ICFGR),
    (0x0D00, 0x0D03, Register.ZERO),  # GICR_IGRPMODR0
    (0x0E00, 0x0E03, Register.ZERO),  # GICR_NSACR
    (0x0E04, 0xBFFC, Register.RESERVED),
    (0xC000, 0xFFCC, Register.IMPLEMENTATION_DEFINED),
    (0xFFD0, 0xFFFC, Register.RESERVED),
)

ARRAY_BASES = {
    Register.ISENABLER: 0x100,
    Register.ICENABLER: 0x180,
    Register.ISPENDR: 0x200,
    Register.ICPENDR: 0x280,
    Register.ISACTIVER: 0x300,
    Register.ICACTIVER: 0x380,
    Register.IPRIORITYR: 0x400,
    Register.ICFGR: 0xC00,
    Register.IROUTER: 0x6000,
}
"""Where the arrays begin: interrupt 0's share of them."""


def find(rows: tuple[Row, ...], offset: int) -> Row | None:
    """The row that covers ``offset``."""
    return next((row for row in rows if row[0] <= offset <= row[1]), None)
