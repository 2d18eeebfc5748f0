"""Which address a load or store accesses, and how it must be aligned.

Arm DDI 0487, C4.1.96 ("Loads and Stores") and B2.5.2 ("Alignment of data accesses"). Only what ARMv8.0 has, and without
the exclusives, whose alignment the emulator itself checks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from harness.abi.words import MASK64, signed

_SP = 31
_SIGNED_EXTENDS = {0b110: 32, 0b111: 64}
"""Extension of the offset register by its option field: SXTW and SXTX."""


@dataclass(frozen=True, slots=True)
class DataAccess:
    """A load or store: its address is a base plus ``offset`` or an extended register, a multiple of ``alignment``.

    ``base`` is a general register's number, 31 for SP, or None for PC. ``index`` is an offset register, with the
    ``option`` of its extension and a ``shift``. ``ordered`` says that it is LDAR or STLR, which must always be aligned;
    the others only if SCTLR_EL1.A is set. ``vector``: it needs the FP and SIMD registers.
    """

    base: int | None
    alignment: int
    write: bool
    offset: int = 0
    index: int | None = None
    option: int = 0
    shift: int = 0
    ordered: bool = False
    vector: bool = False

    def address(self, pc: int, sp: int, x: Callable[[int], int]) -> int:
        """The address, for these register values; ``x`` returns that of a general register."""
        base = pc if self.base is None else sp if self.base == _SP else x(self.base)
        if self.index is None:
            return base + self.offset & MASK64
        value = 0 if self.index == _SP else x(self.index)  # 31 is the zero register here
        width = _SIGNED_EXTENDS.get(self.option)
        if self.option & 3 == 0b10:
            value &= 0xFFFF_FFFF
        if width is not None and value >> width - 1 & 1:
            value -= 1 << width
        return base + (value << self.shift) & MASK64


@lru_cache(maxsize=4096)
def data_access(word: int) -> DataAccess | None:
    """Decode an instruction; None if it is no load or store whose alignment matters here."""
    match word >> 24 & 0x3F:
        case 0b001000:
            return _ordered(word)
        case 0b001100 | 0b001101:
            return _structures(word)
        case 0b011000 | 0b011100:
            return _literal(word)
        case 0b101000 | 0b101001 | 0b101100 | 0b101101:
            return _pair(word)
        case 0b111000 | 0b111001 | 0b111100 | 0b111101:
            return _single(word)
    return None


def _ordered(word: int) -> DataAccess | None:
    """LDAR and STLR: o2 = 1, o1 = 0, o0 = 1."""
    if word >> 21 & 0b101 != 0b100 or not word >> 15 & 1:
        return None
    return DataAccess(_base(word), 1 << (word >> 30), not word >> 22 & 1, ordered=True)


def _structures(word: int) -> DataAccess | None:
    """LD1 to LD4 and ST1 to ST4, aligned by element."""
    if word >> 31:
        return None
    scale = word >> 10 & 3
    if word >> 24 & 1:  # a single structure: the opcode has the size, or says that it is replicated
        opcode = word >> 14 & 3
        scale = scale if opcode == 3 else 3 if opcode == 2 and scale & 1 else opcode
    return DataAccess(_base(word), 1 << scale, not word >> 22 & 1, vector=True)


def _literal(word: int) -> DataAccess | None:
    opcode, vector = word >> 30, bool(word >> 26 & 1)
    if opcode == 3:  # PRFM, or unallocated
        return None
    alignment = 4 << opcode if vector else (4, 8, 4)[opcode]
    return DataAccess(None, alignment, False, signed(word >> 5, 19) * 4, vector=vector)


def _pair(word: int) -> DataAccess | None:
    opcode, vector = word >> 30, bool(word >> 26 & 1)
    if opcode == 3:
        return None
    size = 4 << opcode if vector else (4, 4, 8)[opcode]
    post_indexed = word >> 23 & 3 == 0b01
    offset = 0 if post_indexed else signed(word >> 15, 7) * size
    return DataAccess(_base(word), size, not word >> 22 & 1, offset, vector=vector)


def _single(word: int) -> DataAccess | None:
    size, opcode, vector = word >> 30, word >> 22 & 3, bool(word >> 26 & 1)
    if vector:
        size |= (opcode & 2) << 1  # 128 bits
        if size > 4:
            return None
    elif size == 3 and opcode >= 2:  # PRFM, or unallocated
        return None
    write = not opcode & 1 if vector else opcode == 0
    if word >> 24 & 1:
        return DataAccess(_base(word), 1 << size, write, (word >> 10 & 0xFFF) << size, vector=vector)
    if not word >> 21 & 1:
        offset = 0 if word >> 10 & 3 == 0b01 else signed(word >> 12, 9)  # post-indexed, or unscaled and pre-indexed
        return DataAccess(_base(word), 1 << size, write, offset, vector=vector)
    if word >> 10 & 3 != 0b10 or not word >> 14 & 1:  # atomics, which ARMv8.0 has not, or unallocated
        return None
    index, option = word >> 16 & 31, word >> 13 & 7
    shift = size if word >> 12 & 1 else 0
    return DataAccess(_base(word), 1 << size, write, index=index, option=option, shift=shift, vector=vector)


def _base(word: int) -> int:
    return word >> 5 & 31
