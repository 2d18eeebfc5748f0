"""Sections: what was emitted into each, what is to be patched later, and where each goes in memory.

The layout is that of ``layout.ld`` beside this file: executable sections, then read-only, then writable,
then those without contents; ``.head.text`` first of all; each group in order of appearance.
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
    """An instruction to encode: text with one ``{}`` per expression, and how its word is patched."""

    text: str
    holes: tuple["Hole", ...]
    patch: "Patch | None"


class Hole(NamedTuple):
    """An immediate: its expression, how its value is cut (``lo12``, ``abs_g0`` ...), or all of it."""

    node: Node
    modifier: str


class Patch(NamedTuple):
    """A PC-relative field to fill in: the kind of field and its target (a plain number is a distance)."""

    field: str
    target: Node


class DataFixup(NamedTuple):
    """``size`` bytes at ``offset`` that an expression gives."""

    offset: int
    size: int
    node: Node
    place: Place


class InstructionFixup(NamedTuple):
    """The four bytes at ``offset`` that an instruction gives."""

    offset: int
    instruction: EncodableInstruction
    place: Place


class Line(NamedTuple):
    """``size`` bytes from ``offset`` came from the statement at ``place``."""

    offset: int
    size: int
    place: Place


@dataclass(eq=False, slots=True)
class Section:
    """A section while it is filled."""

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
        """Append bytes. Raises StatementError in a section that can have none, or past the limit."""
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
            self.grow(gap, bytes(gap % 4) + NOP * (gap // 4))
        else:
            self.grow(gap, fill=fill or 0)


KNOWN: dict[str, str] = {".text": "ax", ".data": "aw", ".bss": "awn", ".rodata": "a", ".head.text": "ax"}
"""What a section is by its name, or the part of it before another dot (n: no contents), when no flags are given."""


def by_name(name: str) -> Section:
    """Make a section with the flags that its name implies, as GNU as does; none for a name of one's own."""
    for known, flags in KNOWN.items():
        if name == known or name.startswith(known + "."):
            return Section(name, "w" in flags, "x" in flags, True, "n" in flags)
    return Section(name, allocated=False)


class SectionLayout(NamedTuple):
    """Where the groups begin and end; the linker script's symbols."""

    sections: list[Section]
    symbols: dict[str, int]


_GROUPS: tuple[Callable[[Section], bool], ...] = (
    lambda s: s.executable and not s.empty,
    lambda s: not s.executable and not s.writable and not s.empty,
    lambda s: s.writable and not s.executable and not s.empty,
    lambda s: s.empty,
)


_ORDER = {".head.text": -1, "COMMON": 1}
"""Sections that are first or last in their group, wherever they appeared."""


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
