"""ELF guests: checked to be for AArch64, little-endian and loadable; segments, entry and symbols."""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

from harness.errors import InputError
from harness.guest.image import Guest, Segment, SymbolInfo, image_header

MAX_MEMORY = 1 << 40
_WRITE, _EXECUTE = 2, 1  # PF_W, PF_X
_BINDINGS = {"STB_LOCAL": "local", "STB_GLOBAL": "global", "STB_WEAK": "weak"}


def read_elf(path: Path, data: bytes) -> Guest:
    """Read an ELF executable. Raises InputError for another machine, a relocatable or a damaged file."""
    from elftools.common.exceptions import ELFError
    from elftools.construct import ConstructError
    from elftools.elf.elffile import ELFFile

    try:
        elf = ELFFile(io.BytesIO(data))
        _check(path, elf)
        segments = _segments(path, elf, len(data))
        symbols = _symbols(elf)
        entry = elf["e_entry"]
    except (
        ELFError,
        ConstructError,
        ValueError,
        KeyError,
        IndexError,
        UnicodeDecodeError,
        AssertionError,
    ) as error:
        raise InputError(f"{path}: damaged ELF file: {error}") from None
    except (TypeError, AttributeError, OverflowError, MemoryError, EOFError):
        # pyelftools fails like this on tables whose headers are nonsense.
        raise InputError(f"{path}: damaged ELF file: its headers contradict each other") from None
    base = min(segment.address for segment in segments)
    size = max(segment.end for segment in segments) - base
    if not any(segment.address <= entry < segment.end for segment in segments):
        raise InputError(f"{path}: the entry point {entry:#x} is in no segment")
    first = next(segment for segment in segments if segment.address == base)
    header = image_header(first.data)
    return Guest(
        name=path.stem,
        kind="elf",
        segments=segments,
        entry=entry,
        base=base,
        text_offset=header.text_offset if header else 0,
        image_size=max(size, header.image_size if header else 0),
        symbols={name: info.address for name, info in symbols.items()},
        symbol_info=symbols,
    )


def _check(path: Path, elf: Any) -> None:
    header = elf.header
    if header["e_machine"] != "EM_AARCH64":
        raise InputError(f"{path}: ELF of another machine ({header['e_machine']}); it must be AArch64")
    ident = header["e_ident"]
    if ident["EI_CLASS"] != "ELFCLASS64" or ident["EI_DATA"] != "ELFDATA2LSB":
        raise InputError(
            f"{path}: the ELF must be 64-bit and little-endian (not {ident['EI_CLASS']}, {ident['EI_DATA']})"
        )
    if header["e_type"] not in {"ET_EXEC", "ET_DYN"}:
        raise InputError(f"{path}: the ELF is {header['e_type']}, not an executable: link it first")


def _segments(path: Path, elf: Any, file_size: int) -> tuple[Segment, ...]:
    """Return what is to be loaded, at virtual addresses; nothing outside of the file, nothing overlapping."""
    segments = []
    for segment in elf.iter_segments():
        header = segment.header
        if header["p_type"] != "PT_LOAD" or header["p_memsz"] == 0:
            continue
        address, size, in_file = header["p_vaddr"], header["p_memsz"], header["p_filesz"]
        if header["p_offset"] + in_file > file_size:
            raise InputError(f"{path}: the ELF is cut short: the segment at {address:#x} ends after the file")
        if in_file > size or address + size > 1 << 64:
            raise InputError(f"{path}: damaged ELF file: the segment at {address:#x} has impossible sizes")
        flags = header["p_flags"]
        segments.append(Segment(address, segment.data(), size, "", bool(flags & _WRITE), bool(flags & _EXECUTE)))
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
    return tuple(segments)


def _symbols(elf: Any) -> dict[str, SymbolInfo]:
    """Return the defined symbols with a name; a global wins over a local of the same name."""
    table = elf.get_section_by_name(".symtab")
    symbols: dict[str, SymbolInfo] = {}
    for symbol in table.iter_symbols() if table is not None and hasattr(table, "iter_symbols") else ():
        entry, name = symbol.entry, symbol.name
        kind = str(entry["st_info"]["type"]).removeprefix("STT_").lower()
        if not name or entry["st_shndx"] == "SHN_UNDEF" or kind in {"file", "section"} or name.startswith("$"):
            continue
        kind = {"func": "function"}.get(kind, kind)
        binding = _BINDINGS.get(str(entry["st_info"]["bind"]), "local")
        section = None if entry["st_shndx"] == "SHN_ABS" else str(entry["st_shndx"])
        if name not in symbols or symbols[name].binding == "local":
            symbols[name] = SymbolInfo(entry["st_value"], entry["st_size"], binding, kind, section)
    return symbols
