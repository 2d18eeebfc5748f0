"""The few instructions that a random guest needs exactly, and the classes to draw the others from (DDI 0487, C4.1)."""

from harness.machine.sysregs import Encoding

ERET = 0xD69F_03E0
ISB = 0xD503_3FDF
NOP = 0xD503_201F
HVC, SMC, SVC, BRK = 0xD400_0002, 0xD400_0003, 0xD400_0001, 0xD420_0000

CLASSES: tuple[tuple[str, int, int], ...] = (
    ("anything", 0x0000_0000, 0xFFFF_FFFF),
    ("data processing, immediate", 0x1000_0000, 0xE3FF_FFFF),
    ("data processing, register", 0x0A00_0000, 0xF1FF_FFFF),
    ("floating point and SIMD", 0x0E00_0000, 0xF1FF_FFFF),
    ("branches, exceptions, system", 0x1400_0000, 0xE3FF_FFFF),
    ("loads and stores", 0x0800_0000, 0xF5FF_FFFF),
    ("exclusives", 0x0800_0000, 0xC0FF_FFFF),
    ("pairs", 0x2800_0000, 0xC5FF_FFFF),
    ("single registers", 0x3800_0000, 0xC7FF_FFFF),
    ("short branches", 0x5400_0000, 0x0000_03EF),
    ("exceptions", 0xD400_0000, 0x00E0_001F),
    ("system", 0xD500_0000, 0x003F_FFFF),
    ("system registers", 0xD510_0000, 0x002F_FFFF),
    ("PSTATE and hints", 0xD500_401F, 0x0007_0FE0),
    ("cache and address translation", 0xD508_7000, 0x0027_0FFF),
    ("TLB maintenance", 0xD508_8000, 0x0007_0FFF),
    ("timers", 0xD51B_E000, 0x0020_0FFF),
)
"""Name, bits that are fixed to one, bits that are random."""

WEIGHTS = (3, 1, 1, 3, 1, 6, 3, 3, 3, 2, 2, 2, 3, 1, 4, 2, 3)
"""How often an instruction of each class is drawn."""


def load_immediate(register: int, value: int) -> list[int]:
    """MOVZ and three MOVK: all 64 bits."""
    return [
        (0xF280_0000 if lane else 0xD280_0000) | lane << 21 | (value >> 16 * lane & 0xFFFF) << 5 | register
        for lane in range(4)
    ]


def move(encoding: Encoding, register: int, *, read: bool) -> int:
    """MRS or MSR."""
    op0, op1, crn, crm, op2 = encoding
    return 0xD500_0000 | read << 21 | op0 << 19 | op1 << 16 | crn << 12 | crm << 8 | op2 << 5 | register


def branch(words: int) -> int:
    """B by so many instructions."""
    return 0x1400_0000 | words & 0x3FF_FFFF


def move_to_sp(register: int) -> int:
    """MOV SP, Xn."""
    return 0x9100_001F | register << 5


def add_immediate(register: int, value: int) -> int:
    """ADD Xn, Xn, #value."""
    return 0x9100_0000 | value << 10 | register << 5 | register
