"""The state of one assembly: the current section, symbols, pools; and how bytes get into it."""

from collections.abc import Sequence
from pathlib import Path

from harness.guest.asm.expression import Node, Value, evaluate, parse
from harness.guest.asm.literals import LiteralPools
from harness.guest.asm.sections import DataFixup, EncodableInstruction, InstructionFixup, Line, Section, by_name
from harness.guest.asm.source import Place, Sources, StatementError, TooMuch
from harness.guest.asm.symbols import SymbolTable

INSTRUCTION_SIZE = 4
MAX_IMAGE = 256 << 20
"""Bytes of all sections together: far beyond a guest, far below what hurts the host."""
_ROOM_STEP = 4096
"""Smaller additions are not checked one by one; the limit on statements bounds them."""


class Assembly:
    """Everything that statements change; also the Scope of their expressions."""

    def __init__(self, sources: Sources, include: Sequence[Path] = ()) -> None:
        self.sources = sources
        self.include = include
        self.symbols = SymbolTable()
        self.pools = LiteralPools(self.symbols)
        self.sections = {name: by_name(name) for name in (".text", ".data", ".bss")}
        self.current = self.sections[".text"]
        self.previous = self.current
        self.pushed: list[tuple[Section, Section]] = []
        self.registers: dict[str, str] = {}
        """Names given by ``.req``, and the registers they mean."""
        self.local_commons: list[tuple[str, int, int, Place]] = []
        """Name, alignment and size of what ``.lcomm`` reserves, after everything else in .bss."""
        self.place = Place("", 0)

    def dot(self) -> Value:
        """Return the location counter."""
        return Value(self.current.size, self.current)

    def find(self, name: str) -> Node:
        """Return the value of a name here, or the Name itself to look up later."""
        return self.symbols.find(name)

    def numbered(self, reference: str) -> str:
        """Return the symbol that ``1b`` or ``1f`` means here."""
        return self.symbols.numbered(reference)

    def parse(self, text: str) -> Node:
        """Parse an expression; the result may be computed later."""
        return parse(text, self)

    def known(self, text: str) -> Value:
        """Compute an expression that must be known now. Raises StatementError."""
        return evaluate(parse(text, self), lambda name: self.symbols.value(name, placed=False))

    def absolute(self, text: str) -> int:
        """Compute an expression that must be a plain number now. Raises StatementError."""
        value = self.known(text)
        if value.section is not None:
            raise StatementError(f"`{text.strip()}' is an address, where a number is needed")
        return value.number

    def label(self, name: str) -> None:
        """Define a label here; a number makes a numeric one."""
        if name.isdigit():
            self.symbols.define_numbered(int(name), self.dot(), self.place)
        else:
            self.symbols.define(name, self.dot(), self.place)

    def switch(self, section: Section) -> None:
        """Make a section the current one."""
        self.previous, self.current = self.current, section

    def section(self, name: str, given: Section | None = None) -> Section:
        """Return the section of that name, as first seen or, the first time, as ``given``."""
        if name not in self.sections:
            self.sections[name] = given or by_name(name)
        return self.sections[name]

    def emit(self, data: bytes) -> None:
        """Put bytes into the current section, as data."""
        offset = self.current.size
        self._check_room(len(data))
        self.current.holds("$d")
        self.current.emit(data)
        self._note_data(offset)

    def reserve(self, count: int, fill: int = 0) -> None:
        """Put ``count`` equal bytes into the current section, as data."""
        offset = self.current.size
        self._check_room(count)
        self.current.holds("$d")
        self.current.grow(count, fill=fill)
        self._note_data(offset)

    def value(self, size: int, node: Node) -> None:
        """Put a ``size``-byte value into the current section; it is computed when all symbols are known."""
        if isinstance(node, Value) and node.section is None:  # known already, so that a wrong size is reported here
            self.emit(encode_data(node.number, size))
            return
        if self.current.empty:
            raise StatementError(f"{self.current.name} has no contents in the image: only zeros can go there")
        self.current.fixups.append(DataFixup(self.current.size, size, node, self.place))
        self.reserve(size)

    def _check_room(self, count: int) -> None:
        """Raise TooMuch if ``count`` more bytes would exceed the limit on all sections together."""
        if count > _ROOM_STEP and not self.current.empty:
            total = sum(len(section.data) for section in self.sections.values())
            if total + count > MAX_IMAGE:
                raise TooMuch(f"{count:#x} more bytes: an image has at most {MAX_IMAGE:#x}")

    def _note_data(self, offset: int) -> None:
        self.current.lines.append(Line(offset, self.current.size - offset, self.place))

    def instruction(self, instruction: EncodableInstruction | bytes) -> None:
        """Put an instruction, or its four bytes, into the current section, aligned as GNU as aligns it."""
        section = self.current
        if section.empty:
            raise StatementError(f"{section.name} has no contents in the image: no instruction can go there")
        section.alignment = max(section.alignment, INSTRUCTION_SIZE)
        # Code after data of any length, such as a string, is aligned; other sections are not padded.
        if section.executable and section.mapping and section.mapping[-1][1] == "$d":
            section.align(INSTRUCTION_SIZE)
        section.holds("$x")
        if isinstance(instruction, bytes):
            section.data += instruction
        else:  # the linker encodes all instructions in one batch; until then there are zeros in its place
            section.instructions.append(InstructionFixup(section.size, instruction, self.place))
            section.data += bytes(INSTRUCTION_SIZE)
        section.lines.append(Line(section.size, INSTRUCTION_SIZE, self.place))
        section.size += INSTRUCTION_SIZE

    def align(self, alignment: int, fill: int | None, most: int | None) -> None:
        """Align the current section."""
        self._check_room(alignment)
        self.current.align(alignment, fill, most)

    def finish(self) -> None:
        """Place what belongs at the end of the source: literals, and the memory that ``.lcomm`` reserved."""
        for section in self.pools.waiting():
            self.place_literals(section)
        bss = self.sections[".bss"]
        for name, alignment, size, place in self.local_commons:
            bss.align(alignment)
            self.symbols.define(name, Value(bss.size, bss), place)
            bss.grow(size)

    def place_literals(self, section: Section) -> None:
        """Place the pending literals of a section at its end."""
        for offset, size, node, place in self.pools.place(section):
            section.fixups.append(DataFixup(offset, size, node, place))
            section.lines.append(Line(offset, size, place))


def encode_data(number: int, size: int) -> bytes:
    """Return the little-endian bytes of a number. Raises StatementError if it does not fit, signed or unsigned."""
    bits = size * 8
    if not -(1 << (bits - 1)) <= number < 1 << bits:
        raise StatementError(f"the value {number:#x} does not fit in {size} byte{'s' * (size > 1)}")
    return (number & ((1 << bits) - 1)).to_bytes(size, "little")
