"""VMSAv8-64 descriptors and the registers that select a walk, as data.

Bit positions are those of the Arm Architecture Reference Manual (DDI 0487), D8.3 "Translation table descriptor
formats", and of the register descriptions of TCR_EL1, VTCR_EL2, SCTLR_EL1 and HCR_EL2. Constants ending in SHIFT
are bit numbers; all others are masks.
"""

VALID = 1 << 0
TABLE = 1 << 1
"""With VALID: a table at levels 0 to 2, a page at level 3. VALID alone is a block at levels 1 and 2."""
TYPE_MASK = 0b11
IS_BLOCK = 0b01
IS_TABLE_OR_PAGE = 0b11

ADDRESS_MASK = 0x0000_FFFF_FFFF_F000
"""Output address of a page or of the next table, 4 KiB granule, 48-bit addresses."""

SHAREABILITY_SHIFT = 8
OUTER_SHAREABLE = 2 << SHAREABILITY_SHIFT
INNER_SHAREABLE = 3 << SHAREABILITY_SHIFT
ACCESS_FLAG = 1 << 10
CONTIGUOUS = 1 << 52

# Stage 1, block and page descriptors.
ATTRIBUTE_INDEX_SHIFT = 2
AP_EL0 = 1 << 6
AP_READ_ONLY = 1 << 7
NON_GLOBAL = 1 << 11
PXN = 1 << 53
UXN = 1 << 54

# Stage 1, table descriptors: limits on everything below the table.
PXN_TABLE = 1 << 59
UXN_TABLE = 1 << 60
AP_TABLE_NO_EL0 = 1 << 61
AP_TABLE_READ_ONLY = 1 << 62
TABLE_LIMITS = PXN_TABLE | UXN_TABLE | AP_TABLE_NO_EL0 | AP_TABLE_READ_ONLY

# Stage 2, block and page descriptors.
S2_MEMORY_SHIFT = 2
S2_MEMORY_MASK = 0xF << S2_MEMORY_SHIFT
S2_NORMAL_WB = 0xF << S2_MEMORY_SHIFT
S2_DEVICE_nGnRE = 0x1 << S2_MEMORY_SHIFT
S2_NOT_DEVICE = 0b1100 << S2_MEMORY_SHIFT
"""MemAttr[3:2]: zero means some kind of Device memory."""
S2AP_READ = 1 << 6
S2AP_WRITE = 1 << 7
S2_XN = 1 << 54
S2_SOFTWARE_SHIFT = 55
"""Four bits that hardware ignores; Xen keeps the p2m type there (``xen/arch/arm/include/asm/lpae.h``)."""
S2_SOFTWARE_MASK = 0xF << S2_SOFTWARE_SHIFT

# TCR_EL1. Fields of the upper half (TTBR1) are 16 bits above those of the lower, except for granule and TBI.
TCR_EPD0 = 1 << 7
TCR_TSZ_MASK = 0x3F
TCR_TG0_SHIFT = 14
TCR_T1SZ_SHIFT = 16
TCR_A1 = 1 << 22
TCR_EPD1 = 1 << 23
TCR_TG1_SHIFT = 30
TCR_TG1_4K = 2
TCR_IPS_SHIFT = 32
TCR_AS = 1 << 36
TCR_TBI0 = 1 << 37
TCR_TBI1 = 1 << 38

GRANULE_BITS_TG0 = (12, 16, 12, 12)
"""log2 of the granule for TCR_EL1.TG0 = 0 to 3: 4, 64, 16 KiB and reserved.

ID_AA64MMFR0_EL1 offers no 16 KiB granule, so 2 and 3 act as one that it offers, which is for the CPU to choose
(D8.2.4): 4 KiB, as on the real Xen's board."""
GRANULE_BITS_TG1 = (12, 12, 12, 16)
"""The same for TCR_EL1.TG1, which numbers them differently: reserved, 16, 4 and 64 KiB."""

TSZ_MIN, TSZ_MAX = 16, 39
"""The values that T0SZ and T1SZ may have. With any other, every translation of its half is a level 0 translation fault
(D8.2.5, a permitted choice)."""

PHYSICAL_ADDRESS_BITS = (32, 36, 40, 42, 44, 48, 48, 48)
"""Bits of output address for TCR_EL1.IPS, VTCR_EL2.PS and ID_AA64MMFR0_EL1.PARange; 52 would need FEAT_LPA."""

# VTCR_EL2.
VTCR_SL0_SHIFT = 6
VTCR_IRGN0_WBWA = 1 << 8
VTCR_ORGN0_WBWA = 1 << 10
VTCR_SH0_INNER = 3 << 12
VTCR_TSZ_MASK = 0x3F
TCR_TG0_SHIFT = 14
VTCR_PS_SHIFT = 16
VTCR_RES1 = 1 << 31

VTTBR_BADDR_MASK = 0x0000_FFFF_FFFF_FFFE
VTTBR_VMID_SHIFT = 48
TTBR_BADDR_MASK = 0x0000_FFFF_FFFF_FFFE
TTBR_ASID_SHIFT = 48

SCTLR_M = 1 << 0
SCTLR_WXN = 1 << 19

HCR_VM = 1 << 0
HCR_PTW = 1 << 2
HCR_DC = 1 << 12

PA_RANGE = 2
"""ID_AA64MMFR0_EL1.PARange of the emulated CPU, a Cortex-A53."""
PA_BITS = PHYSICAL_ADDRESS_BITS[PA_RANGE]
"""How wide its physical addresses are: 40 bits."""

XEN_STAGE2_GEOMETRY = (
    # (PARange, T0SZ, SL0): the input is as wide as the CPU's physical addresses
    (0, 32, 1),
    (1, 28, 1),
    (2, 24, 1),  # 40 bits, Cortex-A53: two level-1 tables side by side
    (3, 22, 1),  # 42 bits: eight
    (4, 20, 2),  # 44 bits, Cortex-A57 and A72: one level-0 table
    (5, 16, 2),
)
"""The geometry that Xen programs by ID_AA64MMFR0_EL1.PARange (``setup_virt_paging`` in ``xen/arch/arm/p2m.c``)."""


def xen_vtcr(pa_range: int = PA_RANGE) -> int:
    """VTCR_EL2 as Xen sets it on a CPU whose ID_AA64MMFR0_EL1.PARange is ``pa_range``, 0 to 5."""
    _, t0sz, sl0 = XEN_STAGE2_GEOMETRY[pa_range]
    attributes = VTCR_RES1 | VTCR_SH0_INNER | VTCR_ORGN0_WBWA | VTCR_IRGN0_WBWA
    return attributes | pa_range << VTCR_PS_SHIFT | sl0 << VTCR_SL0_SHIFT | t0sz
