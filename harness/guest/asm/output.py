"""Makes a Guest of a linked assembly: segments, symbols, lines."""

from harness.guest.asm.assembly import Assembly
from harness.guest.asm.link import Linker
from harness.guest.asm.sections import Section, SectionLayout
from harness.guest.asm.source import StatementError
from harness.guest.image import Guest, LineTable, Segment, SourceLine, SymbolInfo, make_guest


def guest_of(name: str, assembly: Assembly, linker: Linker, layout: SectionLayout) -> Guest:
    """Make the Guest: one segment per section; an Image header decides the kind."""
    segments = tuple(
        Segment(section.address, bytes(section.data), section.size, section.name, section.writable, section.executable)
        for section in layout.sections
        if section.size
    )
    base = layout.symbols["_text"]
    symbols = _symbols(assembly, linker) | _mapping(layout)
    return make_guest(name, segments, base, symbols=symbols, lines=_lines(assembly, layout))


def _symbols(assembly: Assembly, linker: Linker) -> dict[str, SymbolInfo]:
    infos = {}
    for symbol in assembly.symbols.all():
        if symbol.place is None:
            continue
        try:
            value = assembly.symbols.value(symbol.name, placed=False)
        except StatementError:
            value = assembly.symbols.value(symbol.name, placed=True)
        size = 0 if symbol.size is None else linker.value(symbol.size)
        section = value.section
        address = value.number + (section.address if section is not None else 0)
        infos[symbol.name] = SymbolInfo(
            address, size, symbol.binding, symbol.kind, section.name if section is not None else None
        )
    return infos


def _mapping(layout: SectionLayout) -> dict[str, SymbolInfo]:
    """Mark code and data for disassemblers: the names begin with $x and $d, and are unique."""
    marks = [(s, offset, mark) for s in layout.sections for offset, mark in s.mapping if not s.empty]
    return {
        f"{mark}.{i}": SymbolInfo(s.address + at, 0, "local", "notype", s.name) for i, (s, at, mark) in enumerate(marks)
    }


def _lines(assembly: Assembly, layout: SectionLayout) -> LineTable:
    entries: list[tuple[int, int, SourceLine]] = []
    for section in layout.sections:
        entries += _section_lines(assembly, section)
    return LineTable.of(entries)


def _section_lines(assembly: Assembly, section: Section) -> list[tuple[int, int, SourceLine]]:
    sources, base = assembly.sources, section.address
    return [
        (base + offset, size, SourceLine(place.file, place.line, sources.line(place.file, place.line).strip()))
        for offset, size, place in section.lines
        if size
    ]
