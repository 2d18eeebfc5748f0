"""Makes instructions safe for Keystone: every expression, label and relocation becomes a plain number.

The word of each resulting text depends on that text alone: PC-relative operands are encoded as distance 0 and
filled into their field later, with a range check.
"""

import re
from collections.abc import Callable

from harness.abi.words import MASK64, signed
from harness.guest.asm.assembly import Assembly
from harness.guest.asm.expression import Name, Node, Value, parse
from harness.guest.asm.sections import EncodableInstruction, Hole, Patch
from harness.guest.asm.source import StatementError
from harness.guest.asm.spellings import HINTS, NAMED_OPERANDS, REGISTER_ALIASES

_REGISTER = re.compile(
    r"(?:[xw](?:[12]?\d|30)|[bhsdqv](?:[12]?\d|3[01])|c\d+|[xw]zr|w?sp)(?:\.\w+)?(?:\[[^\]]*\])?", re.IGNORECASE
)
_ALIAS = re.compile(r"fp|lr|ip0|ip1", re.IGNORECASE)
_SHIFT = re.compile(r"(lsl|lsr|asr|ror|msl|[us]xt[bhwx])(?:\s+#?(.*))?", re.IGNORECASE | re.DOTALL)
_MODIFIER = re.compile(r"#?\s*:(\w+):\s*(.*)", re.DOTALL)
_FLOAT = re.compile(r"#?\s*[-+]?\d+(?:\.\d*(?:e[-+]?\d+)?|e[-+]?\d+)", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z_.$][\w.$]*")
_PLAIN = re.compile(
    r"(?:(?:[xw](?:[12]?\d|30)|[bhsdqv](?:[12]?\d|3[01]))(?:\.\d+[bhsd])?|[xw]zr|w?sp|#?-?(?:0x[0-9a-f]{1,16}|[1-9]\d{0,17}|0))(?![\w.$])"
)
_SEPARATORS = str.maketrans("", "", " \t,[]!")
_DOUBLE = re.compile(r"(?P<quoted>'\\.'?|'.'?)|[(]|[)]|,", re.DOTALL)
_DECORATED = re.compile(r"(?P<before>\[?\s*)(?P<core>.*?)(?P<after>\s*\]?\s*!?)", re.DOTALL)

MODIFIERS = {"lo12", "pg_hi21", "pg_hi21_nc"} | {f"abs_g{n}{s}" for n in range(4) for s in ("", "_nc", "_s")} - {
    "abs_g3_nc",
    "abs_g3_s",
}
TARGET_OPERAND = {
    "b": (0, "branch26"), "bl": (0, "branch26"),
    "cbz": (1, "branch19"), "cbnz": (1, "branch19"),
    "tbz": (2, "branch14"), "tbnz": (2, "branch14"),
    "adr": (1, "address21"), "adrp": (1, "page21"),
    "ldr": (1, "literal19"), "ldrsw": (1, "literal19"), "prfm": (1, "literal19"),
}  # fmt: skip
"""By instruction: the index of its PC-relative operand, and the field that holds it."""
_CONDITION = "eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al|nv"
_CONDITIONAL_BRANCH = re.compile(rf"b\.?(?:{_CONDITION})")
LITERAL_SIZE = {"x": 8, "w": 4, "d": 8, "s": 4, "q": 16}


def translate(assembly: Assembly, mnemonic: str, operands: str) -> EncodableInstruction | bytes:
    """Turn a statement into an EncodableInstruction, or into its word. Raises StatementError."""
    mnemonic = mnemonic.lower()
    if mnemonic in HINTS or mnemonic == "udf":
        return _special(assembly, mnemonic, operands.strip())
    target = TARGET_OPERAND.get(mnemonic)
    if target is None and mnemonic[0] == "b" and _CONDITIONAL_BRANCH.fullmatch(mnemonic):
        target = (0, "branch19")
    if target is None or (mnemonic in {"ldr", "ldrsw", "prfm"} and "[" in operands):
        if not operands:
            return EncodableInstruction(mnemonic, (), None)
        if _is_plain(operands):
            return EncodableInstruction(f"{mnemonic} {operands}", (), None)
        target = None
    return _Translator(assembly, mnemonic).translate(split_operands(operands), target)


def _is_plain(operands: str) -> bool:
    """Return whether all operands are registers or simple numbers, as in nine of ten instructions."""
    return all(_PLAIN.fullmatch(part.translate(_SEPARATORS)) for part in operands.split(","))


def split_operands(text: str) -> list[str]:
    """Split at the commas that are outside of parentheses and of character constants."""
    if "(" not in text and "'" not in text and "{" not in text:
        return [part.strip() for part in text.split(",")]
    parts, start, depth, i = [], 0, 0, 0
    while i < len(text):
        character = text[i]
        if character == "'":
            quoted = _DOUBLE.match(text, i)
            i = quoted.end() if quoted else i + 1
            continue
        depth += (character in "({") - (character in ")}")
        if character == "," and depth <= 0:
            parts.append(text[start:i].strip())
            start = i + 1
        i += 1
    return [*parts, text[start:].strip()]


def _special(assembly: Assembly, mnemonic: str, operands: str) -> bytes:
    """Encode UDF and the named hints (Arm ARM C6.2), which Keystone does not know."""
    if mnemonic == "udf":
        number = assembly.absolute(operands.lstrip("#"))
        if not 0 <= number < 1 << 16:
            raise StatementError(f"udf takes a number up to 65535, not {number}")
        return number.to_bytes(4, "little")
    word = HINTS[mnemonic].get(operands.lower())
    if word is None:
        raise StatementError(f"`{operands}' is not an operand of {mnemonic}")
    return word.to_bytes(4, "little")


class _SymbolicScope:
    """Keeps the names in a literal's value, because two literals share an entry only if they use the same names."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self.dot, self.numbered = assembly.dot, assembly.numbered

    def find(self, name: str) -> Node:
        node = self._assembly.find(name)
        return node if isinstance(node, Value) and node.section is None else Name(name)


class _Translator:
    """Translates the operands of one instruction, gathering its holes."""

    def __init__(self, assembly: Assembly, mnemonic: str) -> None:
        self.assembly, self.mnemonic = assembly, mnemonic
        self.holes: list[Hole] = []
        self.named = NAMED_OPERANDS.get(mnemonic, ())

    def translate(self, operands: list[str], target: tuple[int, str] | None) -> EncodableInstruction:
        patch = None
        texts = []
        for index, operand in enumerate(operands):
            if not operand:
                raise StatementError(f"an operand of {self.mnemonic} is missing")
            if target is not None and index == target[0]:
                patch = self.target(operand, target[1], operands)
                texts.append(".")  # Keystone encodes a distance of 0, at any place in the batch
            else:
                texts.append(self.operand(index, operand))
        if target is not None and patch is None:
            raise StatementError(f"{self.mnemonic} needs a target")
        # Keystone's adrp depends on its place in the batch; adr differs in one bit, which the patch sets.
        mnemonic = "adr" if self.mnemonic == "adrp" else self.mnemonic
        text = f"{mnemonic} {', '.join(texts)}"
        return EncodableInstruction(text, tuple(self.holes), patch)

    def target(self, operand: str, field: str, operands: list[str]) -> Patch:
        if operand.startswith("="):
            size = self.literal_size(operands[0])
            node = parse(operand[1:], _SymbolicScope(self.assembly))
            name = self.assembly.pools.add(self.assembly.current, size, node, self.assembly.place)
            return Patch(field, Name(name))
        modifier = _MODIFIER.fullmatch(operand)
        if modifier:
            if field != "page21" or not modifier[1].startswith("pg_hi21"):
                raise StatementError(f":{modifier[1]}: does not go with {self.mnemonic}")
            operand = modifier[2]
        if _is_register(operand):
            raise StatementError(f"{self.mnemonic} goes to a label, not to a register (br and blr do)")
        return Patch(field, self.assembly.parse(operand.removeprefix("#")))

    def literal_size(self, register: str) -> int:
        register = self.assembly.registers.get(register, register).lower()
        if self.mnemonic == "ldrsw":
            return 4
        if self.mnemonic == "ldr":
            if _ALIAS.fullmatch(register):
                return 8
            if _is_register(register) and register[0] in LITERAL_SIZE and register != "sp":
                return LITERAL_SIZE[register[0]]
        raise StatementError(f"{self.mnemonic} {register} cannot load a literal")

    def operand(self, index: int, operand: str) -> str:
        if operand.startswith("{"):
            return operand
        match = _DECORATED.fullmatch(operand)
        before, core, after = (match["before"], match["core"], match["after"]) if match else ("", operand, "")
        if _is_register(operand):  # v0.b[3] has a bracket of its own
            return operand
        return before + self.core(index, core) + after

    def core(self, index: int, core: str) -> str:
        modifier = _MODIFIER.fullmatch(core)
        if modifier:
            return self.relocated(modifier[1], modifier[2])
        if core.startswith("#"):
            return core if _FLOAT.fullmatch(core) else self.number(core[1:])
        core = self.assembly.registers.get(core, core)
        if _is_register(core) or index in self.named:
            return core
        if _ALIAS.fullmatch(core):
            return REGISTER_ALIASES[core.lower()]
        shift = _SHIFT.fullmatch(core)
        if shift:
            return f"{shift[1]} {self.number(shift[2])}" if shift[2] else shift[1]
        if _FLOAT.fullmatch(core):
            return core
        return self.number(core)

    def number(self, text: str) -> str:
        node = self.assembly.parse(text)
        if isinstance(node, Value) and node.section is None:
            return f"#{node.number}"
        self.holes.append(Hole(node, ""))
        return "#{}"

    def relocated(self, modifier: str, text: str) -> str:
        if modifier not in MODIFIERS or modifier.startswith("pg"):
            raise StatementError(f"unknown relocation :{modifier}: (known: {', '.join(sorted(MODIFIERS))})")
        self.holes.append(Hole(self.assembly.parse(text), modifier))
        if not modifier.startswith("abs_g"):
            return "#{}"
        if self.mnemonic not in {"movz", "movk", "movn"}:
            raise StatementError(f":{modifier}: goes with movz, movk and movn, not with {self.mnemonic}")
        return f"#{{}}, lsl #{16 * int(modifier[5])}"


def _is_register(text: str) -> bool:
    return _REGISTER.fullmatch(text) is not None


def cut(value: int, modifier: str) -> int:
    """Return the part of an address that a relocation operator selects. Raises StatementError if it overflows."""
    if not modifier:
        return value
    if modifier == "lo12":
        return value & 0xFFF
    group, _, kind = modifier.removeprefix("abs_g").partition("_")
    shift = 16 * int(group)
    if kind == "s":
        if not -(1 << (shift + 16)) <= value < 1 << (shift + 16):
            raise StatementError(f"{value:#x} does not fit :{modifier}:")
        return (value if value >= 0 else ~value) >> shift & 0xFFFF
    if kind != "nc" and (value & MASK64) >> (shift + 16):
        raise StatementError(f"{value:#x} does not fit :{modifier}:")
    return value >> shift & 0xFFFF


def filled(instruction: EncodableInstruction, constant: Callable[[Node], int], address: Callable[[Node], int]) -> str:
    """Return the text with every expression computed; that of a relocation is an address. Raises StatementError."""
    if not instruction.holes:
        return instruction.text
    text = instruction.text
    values = []
    for node, modifier in instruction.holes:
        value = signed(address(node)) if modifier else constant(node)
        values.append(cut(value, modifier))
        if modifier.endswith("_s"):  # the sign chooses the instruction (ELF for AArch64, MOVW_SABS)
            text = ("movn" if value < 0 else "movz") + text[4:]
    return text.format(*values)
