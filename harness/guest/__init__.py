"""Making guests: turns a file of any kind, or assembler source, into a Guest to be placed in memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.guest.image import Guest, LineTable, Segment, SourceLine, SymbolInfo, library_path

__all__ = ["Guest", "LineTable", "Segment", "SourceLine", "SymbolInfo", "assemble", "library_path", "load"]


def load(path: Path | str, *, include: Sequence[Path] = (), defines: Mapping[str, str] | None = None) -> Guest:
    """Load a guest: source if the name ends in ``.S`` or ``.s``; else ELF, arm64 Image or flat by content.

    Raises InputError for a file that is missing, unreadable, empty, damaged or for another machine, and
    AssemblyError, a kind of InputError, for a source with mistakes.
    """
    path = Path(path)
    if path.suffix in {".S", ".s"}:
        return assemble(path, include=include, defines=defines)
    from harness.guest.formats import load_binary

    return load_binary(path)


def assemble(
    source: str | Path,
    *,
    name: str = "guest.S",
    include: Sequence[Path] = (),
    defines: Mapping[str, str] | None = None,
    base: int | None = None,
) -> Guest:
    """Assemble a file (a Path) or a text (a str, called ``name`` in errors).

    ``include``: directories for ``#include``, ``.include`` and ``.incbin``, before the guest library's.
    ``defines``: C preprocessor macros. ``base``: the link address, 0 unless the source defines LINK_BASE.
    Raises AssemblyError with all mistakes found, InputError for a file that cannot be read.
    """
    from harness.guest import asm

    if isinstance(source, Path):
        return asm.assemble_file(source, include=include, defines=defines, base=base)
    return asm.assemble_text(source, name, include=include, defines=defines, base=base)
