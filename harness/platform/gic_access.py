"""One load or store of a GICv3 register by a guest: its place, width and value, and how Xen's log words it."""

from dataclasses import dataclass

BYTE, HALF, WORD, DOUBLE = range(4)
"""Sizes of an access, as encoded in the syndrome (ISS.SAS)."""


@dataclass(frozen=True, slots=True)
class MmioAccess:
    """A load (``value`` is None) or a store of 1 << ``size`` bytes by general register ``register``."""

    offset: int
    size: int
    register: int
    value: int | None

    @property
    def extent(self) -> int:
        """The bits that the access covers, as a mask at bit 0."""
        return (1 << (8 << self.size)) - 1

    def extract(self, content: int, width: int = 4) -> int:
        """The part of a register of ``width`` bytes that a load reads."""
        return content >> 8 * (self.offset % width) & self.extent

    def merge(self, content: int, width: int = 4) -> int:
        """A register's content after the store; what an unaligned store covers behind the register is lost."""
        shift = 8 * (self.offset % width)
        mask = self.extent << shift & (1 << 8 * width) - 1
        return content & ~mask | (self.value or 0) << shift & mask

    @property
    def word(self) -> int:
        """The value that is stored, as 32 bits: some registers take it as it is, at whatever offset it was stored."""
        return (self.value or 0) & 0xFFFF_FFFF

    def bits(self) -> int:
        """The bits of a 32-bit register that the store sets to one."""
        return self.merge(0)


class AccessRefused(Exception):
    """The access is answered by a data abort; the argument is the log line about it, without its prefix."""


def set_bits(word: int) -> list[int]:
    """The numbers of the bits that are set."""
    return [bit for bit in range(word.bit_length()) if word >> bit & 1]


def short(value: int) -> str:
    """A number as C's ``%#08x`` prints it."""
    return f"{value:#08x}" if value else "00000000"


def long(value: int) -> str:
    """A number as C's ``%#016lx`` prints it."""
    return f"{value:#016x}" if value else "0000000000000000"
