"""The words of random hypercalls: numbers, addresses and frame numbers, both good and hostile."""

import random

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.words import MASK64
from harness.conform.random_calls.guest import PAGE, Base, TableCall, Word, call_table_guest

ZONE, ZONE_PAGES = 0x400, 24
"""Pages, counted from the image, that the calls map, unmap and grant. Calls read them by copying."""
AREA = 0x500
"""The page of the runstate areas. It contains times, so no call shows it."""


def number(value: int) -> Word:
    """A plain number."""
    return Word(Base.NOTHING, value & MASK64)


def buffer(offset: int = 0) -> Word:
    """An address in the buffer, or in the array, which is one page further on."""
    return Word(Base.BUFFER, offset)


def page(index: int, offset: int = 0) -> Word:
    """An address in a page of the image."""
    return Word(Base.IMAGE, index * PAGE + offset)


def gfn(index: int) -> Word:
    """A frame number."""
    return Word(Base.FRAME, index)


def halves(low: int, high: int) -> Word:
    """A word of two 32-bit values."""
    return number(low & 0xFFFF_FFFF | (high & 0xFFFF_FFFF) << 32)


def quarters(*values: int) -> Word:
    """A word of up to four 16-bit values."""
    return number(sum((value & 0xFFFF) << 16 * index for index, value in enumerate(values)))


ARRAY = buffer(PAGE)
NOWHERE = (0, 1 << 37, 1 << 48, 1 << 60, MASK64, MASK64 - 7, 0x8000_0000_0000_0000, (1 << 37) + 0xFFC, 1 << 47)
"""Addresses at which neither a domU nor dom0 has memory."""
NO_DOMAINS = (7, 99, 0x7FEF, 0x7FF1, 0x7FF2, 0x7FF4, 0x7FFF, 0x8000, 0xFFFF)
ODD = (0, 1, 2, 3, 4, 5, 8, 31, 32, 63, 64, 127, 128, 1023, 1024, 4095, 4096, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF)


class RandomWords:
    """Draws random words for the domain with a given number."""

    def __init__(self, domain: int) -> None:
        self._chance = random.Random(0)
        self._domain = domain
        # The buffer's place does not depend on the calls, so a guest without any tells it.
        self._buffer_page = call_table_guest([]).symbols["buffer"] // PAGE

    def _one_in(self, count: int) -> bool:
        return self._chance.randrange(count) == 0

    def _pick(self, *values: int) -> int:
        return self._chance.choice(values)

    def _bits32(self, value: int) -> Word:
        """A value that Xen truncates to 32 bits, sometimes with bits set above them."""
        return number(value & 0xFFFF_FFFF | (self._chance.getrandbits(32) << 32 if self._one_in(4) else 0))

    def _bad(self) -> Word:
        return number(self._chance.choice(NOWHERE))

    def _pointer(self) -> Word:
        """A pointer: usually to the start of the buffer, sometimes misaligned within it, or to no memory."""
        kind = self._chance.randrange(12)
        if kind == 0:
            return self._bad()
        if kind == 1:
            return buffer(self._pick(1, 2, 4, 6))
        return buffer()

    def _odd(self) -> int:
        return self._chance.choice(ODD) if self._one_in(2) else self._chance.getrandbits(self._pick(4, 8, 32, 64))

    def _number_of_domain(self) -> int:
        kind = self._chance.randrange(8)
        if kind < 5:
            return self._pick(0x7FF0, 0x7FF0, self._domain)
        return 0 if kind == 5 else self._chance.choice(NO_DOMAINS)

    def _zone(self) -> int:
        return ZONE + self._chance.randrange(ZONE_PAGES)

    def _gfn(self) -> Word:
        kind = self._chance.randrange(10)
        if kind == 0:
            return number(self._pick(0x1000_0000, 1 << 35, 1 << 36, 1 << 40, 1 << 52, MASK64, MASK64 >> 12))
        return gfn(self._zone())

    def _maker(
        self, call: int, *arguments: Word, data: tuple[Word, ...] = (), array: tuple[Word, ...] = (), hidden: int = 0
    ) -> TableCall:
        # Registers that a hypercall does not use must not matter, so they hold odd values.
        rest = tuple(number(self._odd()) for _ in range(5 - len(arguments)))
        return TableCall(number(call), (*arguments, *rest), data, array, hidden)

    def _copy_from_buffer(self, where: int, offset: int, word: Word) -> TableCall:
        """Make Xen write a word into a page of the image."""
        domain = self._domain
        # The copy reads at offset 512 of the buffer, which the last of the 60 repetitions reach.
        source = (Word(Base.FRAME, self._buffer_page), quarters(domain, 512))
        data = (*source, gfn(where), quarters(domain, offset), quarters(8, 0))
        return self._maker(
            Hypercall.HYPERVISOR_grant_table_op, number(5), buffer(), number(1), data=(*data, *(word,) * 60)
        )
