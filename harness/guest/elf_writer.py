"""A guest as an ELF64 AArch64 executable: its sections, a segment for each, and the symbol table.

Layout and numbers: System V ABI, chapters 4 and 5; ELF for the Arm 64-bit Architecture. Debuggers and
binutils read it; so do boot loaders that take an ELF.
"""

import struct

from harness.guest.image import Guest, Segment, SymbolInfo

_EHDR, _PHDR, _SHDR, _SYM = "<16sHHIQQQIHHHHHH", "<IIQQQQQQ", "<IIQQQQIIQQ", "<IBBHQQ"
_EHDR_SIZE, _PHDR_SIZE, _SHDR_SIZE, _SYM_SIZE = (struct.calcsize(form) for form in (_EHDR, _PHDR, _SHDR, _SYM))
_IDENT = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)  # ELFCLASS64, ELFDATA2LSB, EV_CURRENT
_ET_EXEC, _EM_AARCH64, _PT_LOAD = 2, 183, 1
_PROGBITS, _SYMTAB, _STRTAB, _NOBITS = 1, 2, 3, 8
_ALLOC, _WRITE, _EXECUTE = 2, 1, 4  # SHF_ALLOC, SHF_WRITE, SHF_EXECINSTR
_SHN_ABS = 0xFFF1
_PAGE = 4096
_BINDING = {"local": 0, "global": 1, "weak": 2}
_TYPE = {"notype": 0, "object": 1, "function": 2, "func": 2}


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
    """Return the guest as an ELF executable; it starts at ``_start`` if that is defined, else at its entry."""
    names = _Strings()
    segments = guest.segments
    body = bytearray(_EHDR_SIZE + _PHDR_SIZE * len(segments))
    programs, sections = b"", bytes(_SHDR_SIZE)
    for number, segment in enumerate(segments):
        body += bytes((segment.address - len(body)) % _PAGE)  # what is loaded is congruent to its address
        flags = 4 | segment.writable << 1 | segment.executable
        size = len(segment.data)
        programs += struct.pack(
            _PHDR, _PT_LOAD, flags, len(body), segment.address, segment.address, size, segment.memory_size, _PAGE
        )
        sections += _section(names.add(segment.name or f".load{number}"), segment, len(body))
        body += segment.data
    table, strings, first_global = _symbols(guest)
    body += bytes(-len(body) % 8)
    count = len(segments)
    sections += struct.pack(
        _SHDR, names.add(".symtab"), _SYMTAB, 0, 0, len(body), len(table), count + 2, first_global, 8, _SYM_SIZE
    )
    body += table
    sections += struct.pack(_SHDR, names.add(".strtab"), _STRTAB, 0, 0, len(body), len(strings), 0, 0, 1, 0)
    body += strings
    own_name = names.add(".shstrtab")
    sections += struct.pack(_SHDR, own_name, _STRTAB, 0, 0, len(body), len(names.data), 0, 0, 1, 0)
    body += names.data
    body += bytes(-len(body) % 8)
    header = struct.pack(
        _EHDR, _IDENT, _ET_EXEC, _EM_AARCH64, 1, guest.symbols.get("_start", guest.entry), _EHDR_SIZE, len(body), 0,
        _EHDR_SIZE, _PHDR_SIZE, count, _SHDR_SIZE, count + 4, count + 3,
    )  # fmt: skip
    body[: len(header) + len(programs)] = header + programs
    return bytes(body + sections)


def _section(name: int, segment: Segment, offset: int) -> bytes:
    flags = _ALLOC | _WRITE * segment.writable | _EXECUTE * segment.executable
    kind = _PROGBITS if segment.data else _NOBITS
    return struct.pack(_SHDR, name, kind, flags, segment.address, offset, segment.memory_size, 0, 0, 4, 0)


def _symbols(guest: Guest) -> tuple[bytes, bytes, int]:
    """Return the symbol table, its strings, and the index of the first symbol that is not local."""
    strings = _Strings()
    indexes = {segment.name: number for number, segment in enumerate(guest.segments, 1)}
    named = [(name, info) for name, info in guest.symbol_info.items() if not name.startswith(".L")]
    named.sort(key=lambda item: item[1].binding != "local")
    table = bytearray(_SYM_SIZE)
    for name, info in named:
        table += _symbol(strings.add(name), info, indexes)
    first_global = 1 + sum(info.binding == "local" for _, info in named)
    return bytes(table), bytes(strings.data), first_global


def _symbol(name: int, info: SymbolInfo, indexes: dict[str, int]) -> bytes:
    index = _SHN_ABS if info.section is None else indexes.get(info.section, _SHN_ABS)
    kind = _BINDING.get(info.binding, 0) << 4 | _TYPE.get(info.kind, 0)
    return struct.pack(_SYM, name, kind, 0, index, info.address & ((1 << 64) - 1), info.size & ((1 << 64) - 1))
