"""A guest in memory: segments at their link addresses, entry, symbols, lines; and the arm64 Image header.

Header: Linux, Documentation/arch/arm64/booting.rst: code at 0, text_offset at 8, image_size at 16, flags at
24, all little-endian 64-bit, and the magic "ARM" 0x64 at 56.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from harness.errors import InputError
from harness.words import printable

MAGIC = b"ARM\x64"
MAGIC_OFFSET = 56
HEADER_SIZE = 64
BIG_ENDIAN_FLAG = 1
Kind = Literal["image", "elf", "flat"]


@dataclass(frozen=True, slots=True)
class Segment:
    """Bytes at a link address, followed by zeros up to ``memory_size``."""

    address: int
    data: bytes
    memory_size: int
    name: str = ""
    writable: bool = True
    executable: bool = True

    @property
    def end(self) -> int:
        """The first address after the segment in memory."""
        return self.address + self.memory_size


class SourceLine(NamedTuple):
    """A line of a source, and its text without indentation."""

    file: str
    line: int
    text: str


class SymbolInfo(NamedTuple):
    """A symbol: address or value, size in bytes, binding and type as in ELF, section (None: absolute)."""

    address: int
    size: int = 0
    binding: str = "global"
    kind: str = "notype"
    section: str | None = None


@dataclass(frozen=True, slots=True)
class LineTable:
    """Which source line the bytes at an address came from."""

    starts: tuple[int, ...] = ()
    entries: tuple[tuple[int, int, SourceLine], ...] = ()

    @classmethod
    def of(cls, entries: Iterable[tuple[int, int, SourceLine]]) -> "LineTable":
        """Make a table of (address, size, line)."""
        ordered = tuple(sorted(entries, key=lambda entry: entry[0]))
        return cls(tuple(entry[0] for entry in ordered), ordered)

    def at(self, address: int) -> SourceLine | None:
        """Return the line of the byte at ``address``, if one is known."""
        index = bisect_right(self.starts, address) - 1
        if index < 0:
            return None
        start, size, line = self.entries[index]
        return line if address < start + size else None


@dataclass(frozen=True)
class Guest:
    """A guest ready to be placed in memory. Addresses are link addresses; ``base`` is the lowest."""

    name: str
    kind: Kind
    segments: tuple[Segment, ...]
    entry: int
    base: int
    text_offset: int
    """Bytes from a 2 MiB boundary to the image (from an Image's header, otherwise 0)."""
    image_size: int
    """Bytes of memory from ``base`` on that the guest occupies, including the zeros after the file's contents."""
    symbols: Mapping[str, int] = field(default_factory=dict)
    lines: LineTable = field(default_factory=LineTable)
    symbol_info: Mapping[str, SymbolInfo] = field(default_factory=dict)
    """The symbols with their ELF attributes."""
    physical_base: int | None = None
    """The physical address of ``base`` that an ELF asks for; None for other formats."""
    fixed: bool = False
    """Whether it can run only there: an ELF that is neither position-independent nor an Image."""
    included: tuple[Path, ...] = ()
    """The files that its source includes, also by ``.incbin``."""

    def flat(self) -> bytes:
        """Return the image's bytes in memory from ``base`` on, without the zeros after the last segment's data."""
        size = max((s.address + len(s.data) - self.base for s in self.segments if s.data), default=0)
        image = bytearray(size)
        for segment in self.segments:
            offset = segment.address - self.base
            image[offset : offset + len(segment.data)] = segment.data
        return bytes(image)

    def nearest(self, address: int) -> str | None:
        """Return ``name`` or ``name+0x10`` for the last symbol at or before ``address`` in its image."""
        if not self.base <= address < self.base + self.image_size:
            return None
        places, names = self._by_address
        index = bisect_right(places, address) - 1
        if index < 0:
            return None
        name, distance = names[index], address - places[index]
        return f"{name}+{distance:#x}" if distance else name

    @cached_property
    def _by_address(self) -> tuple[list[int], list[str]]:
        """The addresses that have a name, in order, and for each its first name in alphabetical order."""
        # In reverse order, so that the first name in alphabetical order is stored last and wins.
        names: dict[int, str] = {}
        for name in sorted(self.symbols, reverse=True):
            info = self.symbol_info.get(name)
            absolute = info is not None and info.section is None
            if self.symbols[name] >= self.base and not absolute and not name.startswith(".L"):
                names[self.symbols[name]] = name
        places = sorted(names)
        return places, [names[place] for place in places]

    def line_at(self, address: int) -> SourceLine | None:
        """Return the source line that the byte at a link address came from."""
        return self.lines.at(address)


class ImageHeader(NamedTuple):
    """The fields of an arm64 Image's header."""

    text_offset: int
    image_size: int
    flags: int


def image_header(data: bytes) -> ImageHeader | None:
    """Read the header of an arm64 Image; None if there is none. Raises InputError for a big-endian kernel."""
    if data[MAGIC_OFFSET : MAGIC_OFFSET + 4] != MAGIC or len(data) < HEADER_SIZE:
        return None
    header = ImageHeader(*struct.unpack_from("<QQQ", data, 8))
    if header.flags & BIG_ENDIAN_FLAG:
        raise InputError("this arm64 Image is big-endian, but a guest must be little-endian")
    if header.image_size == 0:  # kernels before 3.17: text_offset is unreliable, the real one is 0x80000
        header = header._replace(text_offset=0x80000)
    return header


def make_guest(
    name: str, segments: tuple[Segment, ...], base: int, *, symbols: Mapping[str, SymbolInfo], lines: LineTable
) -> Guest:
    """Make a Guest of segments: an Image if they begin with an Image header, else flat. Raises InputError if empty."""
    end = max((segment.end for segment in segments), default=base)
    if end == base:
        raise InputError(f"{name}: it contains no code or data")
    first = min(segments, key=lambda segment: segment.address)
    header = image_header(first.data) if first.address == base else None
    return Guest(
        name=printable(name),
        kind="image" if header else "flat",
        segments=segments,
        entry=base,
        base=base,
        text_offset=header.text_offset if header else 0,
        image_size=max(header.image_size if header else 0, end - base),
        symbols={symbol: info.address for symbol, info in symbols.items() if symbol[0] != "$"},
        lines=lines,
        symbol_info=dict(symbols),
    )


def library_path() -> Path:
    """Return the directory of the guest library: in the wheel, or at the top of the source tree."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "guest_asm"
    return installed if installed.is_dir() else package.parent / "guest_asm"
