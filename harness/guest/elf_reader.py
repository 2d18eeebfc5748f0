"""Reads ELF guests: checks that they are for AArch64, little-endian and loadable; segments, entry and symbols.

This does not use a general library, because reading the few necessary records takes less time than importing one.
"""

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from harness.errors import InputError
from harness.guest import elf_format as elf
from harness.guest.image import Guest, Segment, SymbolInfo, image_header
from harness.words import printable

MAX_MEMORY = 1 << 40


class _Header(NamedTuple):
    """The ELF header; the names are the standard's."""

    ident: bytes
    type: int
    machine: int
    version: int
    entry: int
    phoff: int
    shoff: int
    flags: int
    ehsize: int
    phentsize: int
    phnum: int
    shentsize: int
    shnum: int
    shstrndx: int


class _Section(NamedTuple):
    name: int
    type: int
    flags: int
    addr: int
    offset: int
    size: int
    link: int
    info: int
    addralign: int
    entsize: int


def read_elf(path: Path, data: bytes) -> Guest:
    """Read an ELF executable. Raises InputError for another machine, a relocatable or a damaged file."""
    header = _header(path, data)
    segments, physical_base = _segments(path, data, header)
    base = segments[0].address
    if not any(segment.address <= header.entry < segment.end for segment in segments):
        raise InputError(f"{path}: the ELF's entry point {header.entry:#x} is in no segment")
    image = image_header(segments[0].data)
    symbols = _symbols(path, data, header)
    return Guest(
        name=printable(path.stem),
        kind="elf",
        segments=segments,
        entry=header.entry,
        base=base,
        text_offset=image.text_offset if image else 0,
        physical_base=physical_base,
        fixed=header.type == elf.EXECUTABLE and image is None,
        image_size=max(segments[-1].end - base, image.image_size if image else 0),
        symbols={name: info.address for name, info in symbols.items()},
        symbol_info=symbols,
    )


def _header(path: Path, data: bytes) -> _Header:
    if len(data) < elf.HEADER.size:
        raise InputError(f"{path}: damaged ELF file: it ends in its header")
    header = _Header(*elf.HEADER.unpack_from(data))
    word, order = header.ident[4], header.ident[5]
    if order in (1, 2) and word in (1, 2):
        # The machine comes first, even of a big-endian file: "an ELF for s390x" says more than "big-endian".
        machine = header.machine if order == elf.LITTLE_ENDIAN else int.from_bytes(data[18:20], "big")
        if machine != elf.AARCH64:
            name = elf.MACHINES.get(machine, f"number {machine}")
            raise InputError(f"{path}: ELF of another machine ({name}); it must be AArch64")
        if word != elf.CLASS_64 or order != elf.LITTLE_ENDIAN:
            kind = f"{32 * word}-bit, {'little' if order == 1 else 'big'}-endian"
            raise InputError(f"{path}: the ELF must be 64-bit and little-endian, not {kind}")
    else:
        raise InputError(f"{path}: damaged ELF file: class {word} and byte order {order} do not exist")
    if header.type not in (elf.EXECUTABLE, elf.SHARED):
        raise InputError(
            f"{path}: the ELF is {elf.TYPES.get(header.type, 'of a strange type')}, not an executable: link it"
        )
    return header


def _table(path: Path, data: bytes, offset: int, count: int, size: int, form: struct.Struct) -> Iterator[Any]:
    """Yield the records of a table. Raises InputError if part of it is outside the file."""
    if count and size != form.size:
        raise InputError(f"{path}: damaged ELF file: table entries of {size} bytes, not {form.size}")
    if offset + count * size > len(data):
        raise InputError(f"{path}: the ELF is cut short: a table at {offset:#x} ends after the file")
    return form.iter_unpack(data[offset : offset + count * size])


def _segments(path: Path, data: bytes, header: _Header) -> tuple[tuple[Segment, ...], int]:
    """Return the segments to load, in order of virtual address, and the physical address of the first.

    Raises InputError for segments that overlap, or whose contents are not all in the file.
    """
    segments = []
    distances = set()
    for kind, flags, offset, address, physical, in_file, size, _ in _table(
        path, data, header.phoff, header.phnum, header.phentsize, elf.PROGRAM
    ):
        if kind != elf.LOAD or size == 0:
            continue
        if in_file > size or address + size > 1 << 64:
            raise InputError(f"{path}: damaged ELF file: the segment at {address:#x} has impossible sizes")
        if offset + in_file > len(data):
            raise InputError(f"{path}: the ELF is cut short: the segment at {address:#x} ends after the file")
        distances.add(physical - address)
        content = data[offset : offset + in_file]
        writable, executable = bool(flags & elf.SEGMENT_WRITE), bool(flags & elf.SEGMENT_EXECUTE)
        segments.append(Segment(address, content, size, "", writable, executable))
    if not segments:
        raise InputError(f"{path}: the ELF has nothing to load")
    segments.sort(key=lambda segment: segment.address)
    for one, other in pairwise(segments):
        if one.end > other.address:
            raise InputError(
                f"{path}: damaged ELF file: the segments at {one.address:#x} and {other.address:#x} overlap"
            )
    if segments[-1].end - segments[0].address > MAX_MEMORY:
        raise InputError(f"{path}: the ELF's segments are more than 1 TiB apart")
    if len(distances) > 1:  # the guest is loaded as one piece, so one distance must be right for all segments
        raise InputError(f"{path}: the ELF's segments lie at different distances from their physical addresses")
    return tuple(segments), segments[0].address + distances.pop()


def _symbols(path: Path, data: bytes, header: _Header) -> dict[str, SymbolInfo]:
    """Return the defined symbols that have a name; a global wins over a local of the same name."""
    records = _table(path, data, header.shoff, header.shnum, header.shentsize, elf.SECTION)
    sections = [_Section(*record) for record in records]
    names = _content(data, sections, header.shstrndx)
    symbols: dict[str, SymbolInfo] = {}
    for table in sections:
        if table.type != elf.SYMTAB:
            continue
        strings = _content(data, sections, table.link)
        count = table.size // elf.SYMBOL.size
        for name, info, _, index, value, size in _table(path, data, table.offset, count, elf.SYMBOL.size, elf.SYMBOL):
            text, kind = _string(strings, name), elf.TYPE_NAMES.get(info & 15, "notype")
            # $x and $d only mark code and data for disassemblers.
            if not text or text[0] == "$" or index == elf.UNDEFINED or kind in {"section", "file"}:
                continue
            binding = elf.BINDING_NAMES.get(info >> 4, "local")
            section = _string(names, sections[index].name) if index < len(sections) else None
            if text not in symbols or symbols[text].binding == "local":
                symbols[text] = SymbolInfo(value, size, binding, kind, section)
    return symbols


def _content(data: bytes, sections: list[_Section], index: int) -> bytes:
    """Return the bytes of a string table, or none if the section is not one."""
    if index >= len(sections) or sections[index].type != elf.STRTAB:
        return b""
    return data[sections[index].offset : sections[index].offset + sections[index].size]


def _string(table: bytes, offset: int) -> str:
    end = table.find(b"\0", offset)
    return table[offset : end if end >= 0 else len(table)].decode("utf-8", "surrogateescape")
