"""The assembler: the language of GNU as for AArch64 guests, with Keystone as the encoder of instructions.

source -> ``cpp`` -> ``stream`` (macros, conditions) -> ``directives`` and ``instructions`` into
``sections`` -> ``link`` (addresses, expressions, words) -> a Guest with symbols and a line table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.guest.asm.assembly import Assembly
from harness.guest.asm.cpp import Preprocessor, plain
from harness.guest.asm.directives import DIRECTIVES, assign_symbol
from harness.guest.asm.encoder import Encoder
from harness.guest.asm.instructions import translate
from harness.guest.asm.link import Linker
from harness.guest.asm.output import guest_of
from harness.guest.asm.source import AssemblyError, Diagnostic, Sources, StatementError, read_source
from harness.guest.asm.stream import Stream
from harness.guest.image import Guest, library_path

__all__ = ["AssemblyError", "Diagnostic", "assemble_file", "assemble_text"]


def assemble_file(
    path: Path, *, include: Sequence[Path] = (), defines: Mapping[str, str] | None = None, base: int | None = None
) -> Guest:
    """Assemble a source file: ``.S`` is preprocessed, ``.s`` is not. Raises AssemblyError."""
    text = read_source(path)
    return assemble_text(text, str(path), include=include, defines=defines, base=base, cpp=path.suffix != ".s")


def assemble_text(
    text: str,
    name: str,
    *,
    include: Sequence[Path] = (),
    defines: Mapping[str, str] | None = None,
    base: int | None = None,
    cpp: bool = True,
) -> Guest:
    """Assemble a text that is called ``name`` in errors. Raises AssemblyError with all mistakes found."""
    encoder = Encoder()  # first, because its process loads Keystone while the source is preprocessed
    try:
        path = [*include, library_path()]
        sources = Sources()
        assembly = Assembly(sources, path)
        if cpp:
            statements = Preprocessor(sources, path, defines or {}).run(text, name)
        else:
            sources.remember(name, text)
            statements = plain(text, name)
        Stream(assembly, path, lambda word, rest: _statement(assembly, word, rest)).run(statements)
        assembly.finish()
        linker = Linker(assembly)
        layout = linker.link(base, encoder)
        return replace(guest_of(Path(name).stem, assembly, linker, layout), included=tuple(sources.files))
    finally:
        encoder.close()


def _statement(assembly: Assembly, word: str, rest: str) -> None:
    """Perform a statement that is neither a macro nor a conditional; ``word`` is its first word."""
    if rest.startswith("="):
        twice = rest.startswith("==")
        assign_symbol(assembly, word, rest[2:] if twice else rest[1:], redefinable=not twice)
        return
    if word[0] == ".":
        lower = word.lower()
        directive = DIRECTIVES.get(lower)
        if directive is not None:
            directive(assembly, rest)
        elif not lower.startswith(".cfi_"):
            raise StatementError(f"unknown directive `{word}'")
        return
    alias = rest.split(None, 1)
    if alias and alias[0] == ".req":
        if len(alias) < 2:
            raise StatementError(".req needs a register")
        assembly.registers[word] = assembly.registers.get(alias[1].strip(), alias[1].strip())
        return
    assembly.instruction(translate(assembly, word, rest))
