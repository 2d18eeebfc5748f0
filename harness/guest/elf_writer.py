"""Writes a guest as an ELF64 AArch64 executable: its sections, a segment for each, and the symbol table.

Debuggers, binutils and boot loaders that take an ELF can read it.
"""

from harness.abi.words import MASK64
from harness.guest import elf_format as elf
from harness.guest.image import Guest, Segment, SymbolInfo

_IDENT = elf.MAGIC + bytes([elf.CLASS_64, elf.LITTLE_ENDIAN, elf.VERSION]) + bytes(9)
_PAGE = 4096


class _Strings:
    """A string table."""

    def __init__(self) -> None:
        self.data = bytearray(1)

    def add(self, text: str) -> int:
        """Append a name and return its offset."""
        offset = len(self.data)
        self.data += text.encode("utf-8", "surrogateescape") + b"\0"
        return offset


def to_elf(guest: Guest) -> bytes:
    """Return the guest as a position-independent ELF; it starts at ``_start`` if that is defined, else at its entry.

    Its type is ET_DYN, because the loader of a guest chooses the load address.
    """
    names = _Strings()
    segments = guest.segments
    body = bytearray(elf.HEADER.size + elf.PROGRAM.size * len(segments))
    programs, sections = b"", bytes(elf.SECTION.size)
    for number, segment in enumerate(segments):
        body += bytes((segment.address - len(body)) % _PAGE)  # ELF: file offset and address agree modulo the page
        flags = elf.SEGMENT_READ | elf.SEGMENT_WRITE * segment.writable | elf.SEGMENT_EXECUTE * segment.executable
        size = len(segment.data)
        programs += elf.PROGRAM.pack(
            elf.LOAD, flags, len(body), segment.address, segment.address, size, segment.memory_size, _PAGE
        )
        sections += _section(names.add(segment.name or f".load{number}"), segment, len(body))
        body += segment.data
    table, strings, first_global = _symbols(guest)
    body += bytes(-len(body) % 8)
    count = len(segments)
    sections += elf.SECTION.pack(
        names.add(".symtab"), elf.SYMTAB, 0, 0, len(body), len(table), count + 2, first_global, 8, elf.SYMBOL.size
    )
    body += table
    sections += elf.SECTION.pack(names.add(".strtab"), elf.STRTAB, 0, 0, len(body), len(strings), 0, 0, 1, 0)
    body += strings
    own_name = names.add(".shstrtab")
    sections += elf.SECTION.pack(own_name, elf.STRTAB, 0, 0, len(body), len(names.data), 0, 0, 1, 0)
    body += names.data
    body += bytes(-len(body) % 8)
    header = elf.HEADER.pack(
        _IDENT, elf.SHARED, elf.AARCH64, 1, guest.symbols.get("_start", guest.entry), elf.HEADER.size, len(body), 0,
        elf.HEADER.size, elf.PROGRAM.size, count, elf.SECTION.size, count + 4, count + 3,
    )  # fmt: skip
    body[: len(header) + len(programs)] = header + programs
    return bytes(body + sections)


def _section(name: int, segment: Segment, offset: int) -> bytes:
    flags = elf.SECTION_ALLOC | elf.SECTION_WRITE * segment.writable | elf.SECTION_EXECUTE * segment.executable
    kind = elf.PROGBITS if segment.data else elf.NOBITS
    return elf.SECTION.pack(name, kind, flags, segment.address, offset, segment.memory_size, 0, 0, 4, 0)


def _symbols(guest: Guest) -> tuple[bytes, bytes, int]:
    """Return the symbol table, its strings, and the index of the first symbol that is not local."""
    strings = _Strings()
    indexes = {segment.name: number for number, segment in enumerate(guest.segments, 1)}
    named = [(name, info) for name, info in guest.symbol_info.items() if not name.startswith(".L")]
    named.sort(key=lambda item: item[1].binding != "local")  # ELF requires the local symbols first
    table = bytearray(elf.SYMBOL.size)
    for name, info in named:
        table += _symbol(strings.add(name), info, indexes)
    first_global = 1 + sum(info.binding == "local" for _, info in named)
    return bytes(table), bytes(strings.data), first_global


def _symbol(name: int, info: SymbolInfo, indexes: dict[str, int]) -> bytes:
    index = elf.ABSOLUTE if info.section is None else indexes.get(info.section, elf.ABSOLUTE)
    kind = elf.BINDINGS.get(info.binding, 0) << 4 | elf.SYMBOL_TYPES.get(info.kind, 0)
    return elf.SYMBOL.pack(name, kind, 0, index, info.address & MASK64, info.size & MASK64)
