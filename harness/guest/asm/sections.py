"""Sections: their contents, the places to patch later, and their layout in memory.

The layout is that of ``layout.ld`` beside this file: executable sections, then read-only, then writable,
then those without contents; ``.head.text`` comes first; each group is in order of appearance.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.guest.asm.expression import Node
from harness.guest.asm.source import Place, StatementError

MAX_SECTION = 256 << 20
"""Bytes that one section may have in the image."""
MAX_EMPTY = 1 << 40
"""Bytes of a section without contents."""
BSS_ALIGNMENT = 16
NOP = 0xD503201F.to_bytes(4, "little")


class EncodableInstruction(NamedTuple):
    """An instruction to encode: text with one ``{}`` per expression, and the patch for its word."""

    text: str
    holes: tuple["Hole", ...]
    patch: "Patch | None"


class Hole(NamedTuple):
    """An immediate: its expression, and the part of its value to use (``lo12``, ``abs_g0`` ...; empty: all of it)."""

    node: Node
    modifier: str


class Patch(NamedTuple):
    """A PC-relative field to fill in: the kind of field and its target (a plain number is a distance)."""

    field: str
    target: Node


class DataFixup(NamedTuple):
    """``size`` bytes at ``offset``, whose value is an expression."""

    offset: int
    size: int
    node: Node
    place: Place


class InstructionFixup(NamedTuple):
    """The four bytes of an instruction at ``offset``."""

    offset: int
    instruction: EncodableInstruction
    place: Place


class Line(NamedTuple):
    """``size`` bytes from ``offset`` came from the statement at ``place``."""

    offset: int
    size: int
    place: Place


@dataclass(eq=False, slots=True)  # compared by identity, because sections are keys of dictionaries
class Section:
    """A section while its contents are emitted."""

    name: str
    writable: bool = False
    executable: bool = False
    allocated: bool = True
    empty: bool = False
    """No bytes in the file (NOBITS): only a size."""
    data: bytearray = field(default_factory=bytearray)
    size: int = 0
    alignment: int = 1
    address: int = 0
    fixups: list[DataFixup] = field(default_factory=list)
    instructions: list[InstructionFixup] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    mapping: list[tuple[int, str]] = field(default_factory=list)
    """Where code ("$x") and data ("$d") begin, as ELF for AArch64 marks them for disassemblers."""

    def holds(self, what: str) -> None:
        """Note that code or data is about to be emitted."""
        if not self.mapping or self.mapping[-1][1] != what:
            self.mapping.append((self.size, what))

    def emit(self, data: bytes) -> None:
        """Append bytes. Raises StatementError in a section that has no contents, or past the limit."""
        if self.empty:
            if any(data):
                raise StatementError(f"{self.name} has no contents in the image: only zeros can go there")
            self.grow(len(data))
            return
        self.grow(len(data), data)

    def grow(self, count: int, data: bytes | None = None, fill: int = 0) -> None:
        """Append ``count`` bytes: ``data``, or ``fill`` repeated."""
        limit = MAX_EMPTY if self.empty else MAX_SECTION
        if count < 0 or self.size + count > limit:
            raise StatementError(f"{count:#x} more bytes in {self.name}: a section has at most {limit:#x}")
        self.size += count
        if not self.empty:
            self.data += data if data is not None else bytes([fill]) * count
        elif fill:
            raise StatementError(f"{self.name} has no contents in the image: only zeros can go there")

    def align(self, alignment: int, fill: int | None = None, most: int | None = None) -> None:
        """Pad to a multiple of ``alignment`` (a power of two): with NOPs in code, else with zeros."""
        gap = -self.size % alignment
        if most is not None and gap > most:
            return
        self.alignment = max(self.alignment, alignment)
        if fill is None and self.executable and not self.empty:
            # Zeros up to a multiple of 4, because data may end anywhere; then whole instructions.
            self.grow(gap, bytes(gap % 4) + NOP * (gap // 4))
        else:
            self.grow(gap, fill=fill or 0)


KNOWN: dict[str, str] = {".text": "ax", ".data": "aw", ".bss": "awn", ".rodata": "a", ".head.text": "ax"}
"""A section's default flags by its name, or by the part of the name before another dot (n: no contents)."""


def by_name(name: str) -> Section:
    """Make a section with the flags that its name implies, as GNU as does; other names have no flags."""
    for known, flags in KNOWN.items():
        if name == known or name.startswith(known + "."):
            return Section(name, "w" in flags, "x" in flags, True, "n" in flags)
    return Section(name, allocated=False)


class SectionLayout(NamedTuple):
    """The sections in order of address, and the linker script's symbols for the ends of the groups."""

    sections: list[Section]
    symbols: dict[str, int]


_GROUPS: tuple[Callable[[Section], bool], ...] = (
    lambda s: s.executable and not s.empty,
    lambda s: not s.executable and not s.writable and not s.empty,
    lambda s: s.writable and not s.executable and not s.empty,
    lambda s: s.empty,
)


_ORDER = {".head.text": -1, "COMMON": 1}
"""Sections that come first or last in their group, regardless of the order of appearance."""


def lay_out(sections: Iterable[Section], base: int) -> SectionLayout:
    """Give every allocated section its address, from ``base`` on, and the linker script's symbols theirs."""
    kept = [section for section in sections if section.allocated]
    symbols, ordered, here = {"_text": base}, [], base
    for marks, belongs in zip((("_etext",), (), ("_edata",), ("__bss_end", "_end")), _GROUPS, strict=True):
        if "_end" in marks:
            here += -here % BSS_ALIGNMENT
            symbols["__bss_start"] = here
        group = sorted(filter(belongs, kept), key=lambda section: _ORDER.get(section.name, 0))
        if group:
            here += -here % max(section.alignment for section in group)
        for section in group:
            here += -here % section.alignment
            section.address = here
            here += section.size
        if "_end" in marks:
            here += -here % BSS_ALIGNMENT
        ordered += group
        symbols |= dict.fromkeys(marks, here)
    return SectionLayout(ordered, symbols)
