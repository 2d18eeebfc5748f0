"""Literal pools: the constants of ``ldr xN, =value``, in the places and the order of GNU as.

There is one pool per section and size; equal constants share an entry; a pool is aligned to its size, padded with
zeros, and placed at ``.ltorg`` or at the end of its section, the 4-byte one first.
"""

from harness.guest.asm.expression import Node, Value
from harness.guest.asm.sections import Section
from harness.guest.asm.source import Place
from harness.guest.asm.symbols import SymbolTable

SIZES = (4, 8, 16)


class LiteralPools:
    """The pending constants of every section."""

    def __init__(self, symbols: SymbolTable) -> None:
        self._symbols = symbols
        self._pending: dict[tuple[Section, int], dict[Node, tuple[str, Place]]] = {}
        self._count = 0

    def add(self, section: Section, size: int, node: Node, place: Place) -> str:
        """Add a constant of ``size`` bytes, and return the name of the symbol for its address."""
        entries = self._pending.setdefault((section, size), {})
        if node not in entries:
            self._count += 1
            entries[node] = (f"\x01pool:{self._count}", place)
        return entries[node][0]

    def place(self, section: Section) -> list[tuple[int, int, Node, Place]]:
        """Reserve the section's pending constants here; return (offset, size, value, place) of each."""
        placed = []
        for size in SIZES:
            entries = self._pending.pop((section, size), None)
            if not entries:
                continue
            section.holds("$d")
            section.align(size, fill=0)
            for node, (name, place) in entries.items():
                self._symbols.define(name, Value(section.size, section), place)
                placed.append((section.size, size, node, place))
                section.grow(size)
        return placed

    def waiting(self) -> list[Section]:
        """Return the sections that have constants to place, in the order of their first constants."""
        return list(dict.fromkeys(section for section, _ in self._pending))
