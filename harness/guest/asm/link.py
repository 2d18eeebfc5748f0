"""The last pass: sections get addresses, expressions their values, instructions their words."""

import re
from collections.abc import Callable
from functools import partial

from harness.abi.words import MASK64
from harness.guest.asm.assembly import Assembly, encode_data
from harness.guest.asm.encoder import Encoder, Unencodable
from harness.guest.asm.expression import Node, Value, evaluate
from harness.guest.asm.instructions import filled
from harness.guest.asm.relocate import patch
from harness.guest.asm.sections import InstructionFixup, Section, SectionLayout, lay_out
from harness.guest.asm.source import Place, StatementError
from harness.guest.asm.spellings import EXTENSIONS

BASE_SYMBOL = "LINK_BASE"
"""The symbol by which a source sets the address that its image is linked at."""
_LOAD_STORE_UNSIGNED = 0x39000000
_LOAD_STORE_MASK = 0x3B000000
_SYSTEM = {
    "mrs": "a generic name, S<op0>_<op1>_C<n>_C<m>_<op2>",
    "msr": "a generic name, S<op0>_<op1>_C<n>_C<m>_<op2>",
    **dict.fromkeys(("tlbi", "dc", "ic", "at"), "sys #<op1>, C<n>, C<m>, #<op2>, x<t>"),
}


class Linker:
    """Turns an assembly into bytes in its sections."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._provided: dict[str, int] = {}

    def link(self, base: int | None, encoder: Encoder) -> SectionLayout:
        """Place and patch everything. Errors go to the sources; raises AssemblyError if there are any."""
        assembly = self._assembly
        if assembly.symbols.defined(BASE_SYMBOL):
            base = self._now(partial(self._number, BASE_SYMBOL), assembly.symbols[BASE_SYMBOL].place or Place("", 0))
        layout = lay_out(assembly.sections.values(), (base or 0) & MASK64)
        if layout.symbols["_end"] > MASK64:
            assembly.sources.error(Place("", 0), f"the image, linked at {base or 0:#x}, goes beyond the last address")
        for name, address in layout.symbols.items():
            if not assembly.symbols.defined(name):
                self._provided[name] = address
                assembly.symbols[name].node = Value(address)
        for section in layout.sections:
            self._data(section)
        self._instructions(layout, encoder)
        self._check_symbols()
        assembly.sources.check()
        return layout

    def value(self, node: Node) -> int:
        """Compute an expression now that every address is known. Raises StatementError."""
        lookup = self._assembly.symbols.value
        try:
            return evaluate(node, lambda name: lookup(name, placed=True), placed=True).number
        except RecursionError:
            raise StatementError("the expression is nested too deeply") from None

    def _constant(self, node: Node) -> int:
        """Compute an immediate, which must not depend on any address. Raises StatementError."""
        self.value(node)  # so that an undefined symbol is reported first
        lookup = self._assembly.symbols.value
        value = evaluate(node, lambda name: lookup(name, placed=False))
        if value.section is not None:
            raise StatementError(
                "an address cannot be an immediate (:lo12: and :abs_g0: to :abs_g3: take parts of one)"
            )
        return value.number

    def _number(self, name: str) -> int:
        return self._assembly.symbols.value(name, placed=True).number

    def _now(self, compute: Callable[[], int], place: Place) -> int | None:
        try:
            return compute()
        except (StatementError, RecursionError) as error:
            self._assembly.sources.error(place, str(error))
            return None

    def _check_symbols(self) -> None:
        """Report constants that cannot be computed, even if no statement uses them."""
        for symbol in self._assembly.symbols.all():
            if symbol.place is not None:
                self._now(partial(self._number, symbol.name), symbol.place)

    def _data(self, section: Section) -> None:
        for offset, size, node, place in section.fixups:
            try:
                section.data[offset : offset + size] = encode_data(self.value(node), size)
            except StatementError as error:
                self._assembly.sources.error(place, str(error))

    def _instructions(self, layout: SectionLayout, encoder: Encoder) -> None:
        """Encode all distinct texts in one batch, then give each instruction its word and its distance."""
        places: dict[str, list[tuple[Section, InstructionFixup]]] = {}
        for section in layout.sections:
            for fixup in section.instructions:
                try:
                    text = filled(fixup.instruction, self._constant, self.value)
                except StatementError as error:
                    mnemonic = fixup.instruction.text.split()[0]
                    self._assembly.sources.error(fixup.place, unsupported(mnemonic) or str(error))
                    continue
                places.setdefault(text, []).append((section, fixup))
        texts = [text for text in places if self._fit_for_keystone(text, places[text])]
        for text, word in zip(texts, encoder.encode(texts), strict=True):
            for section, fixup in places[text]:
                try:
                    self._store(section, fixup, text, word)
                except StatementError as error:
                    self._assembly.sources.error(fixup.place, str(error))

    def _fit_for_keystone(self, text: str, places: list[tuple[Section, InstructionFixup]]) -> bool:
        """Report a text that is not one plain instruction, which could crash or mislead Keystone."""
        if _SAFE.fullmatch(text):
            return True
        for _, fixup in places:
            self._assembly.sources.error(fixup.place, f"`{text}' is not an instruction")
        return False

    def _store(self, section: Section, fixup: InstructionFixup, text: str, word: bytes | Unencodable) -> None:
        if isinstance(word, Unencodable):
            raise StatementError(explain(text, word.reason))
        instruction, number = fixup.instruction, int.from_bytes(word, "little")
        # For an offset that is not a multiple of the access size, Keystone may silently encode LDUR or STUR instead.
        access = "[" in text and any(hole.modifier == "lo12" for hole in instruction.holes)
        if access and number & _LOAD_STORE_MASK != _LOAD_STORE_UNSIGNED:
            raise StatementError(f"`{text}': the symbol is not aligned to the size of the access")
        if instruction.patch is not None:
            target_node = instruction.patch.target
            pc = section.address + fixup.offset
            target = self.value(target_node)
            # GNU as takes a plain number as a distance from the instruction, or from its page for adrp.
            if isinstance(target_node, Value) and target_node.section is None:
                target += pc & -4096 if instruction.patch.field == "page21" else pc
            number = patch(number, instruction.patch.field, pc, target)
        section.data[fixup.offset : fixup.offset + 4] = number.to_bytes(4, "little")


_SAFE = re.compile(r"[a-z][a-z0-9.]*(?: [\w.,\[\]{}!#+\- \t]*)?", re.ASCII)


def unsupported(mnemonic: str) -> str | None:
    """Return a message for an instruction of an extension that Keystone does not encode, else None."""
    for extension, pattern in EXTENSIONS.items():
        if re.fullmatch(pattern, mnemonic):
            return (
                f"`{mnemonic}' ({extension}) is not in Keystone's instruction set: give its word with .inst, "
                "or build the guest with another assembler (GNU as; clang, as in PyPI's ziglang) and load the ELF"
            )
    return None


def explain(text: str, reason: str) -> str:
    """Return a message about an instruction that Keystone refused, and what would be right."""
    mnemonic = text.split()[0]
    if extension := unsupported(mnemonic):
        return extension
    if mnemonic in _SYSTEM:
        return f"`{text}': Keystone does not know these operands; write a newer name as {_SYSTEM[mnemonic]}"
    if "MNEMONICFAIL" in reason:
        return f"unknown instruction `{mnemonic}' (if it is a newer one, give its word with .inst)"
    if "MISSINGFEATURE" in reason:
        return f"`{text}' needs an extension that Keystone does not have: give its word with .inst"
    if reason.startswith("Keystone"):
        return f"`{text}': {reason}"
    return f"`{text}': wrong operands, or a number out of range"
