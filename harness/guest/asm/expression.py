"""Expressions of GNU as: its operators, its precedence (not C's), its 64-bit arithmetic.

The table is that of the GNU assembler's manual ("Infix Operators"): multiplicative operators and shifts
bind tightest, then the bitwise ones, then + and -, then comparisons (true is -1), then && and ||.
A value is a number, alone or relative to a section; an expression that is not known yet stays a tree.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from harness.abi.words import MASK64, signed
from harness.guest.asm.source import StatementError

if TYPE_CHECKING:
    from harness.guest.asm.sections import Section


class Value(NamedTuple):
    """``number``, from the start of ``section`` if there is one. Numbers are in [-2**63, 2**64)."""

    number: int
    section: "Section | None" = None


class Name(NamedTuple):
    """A symbol whose value is not known yet."""

    name: str


class Unary(NamedTuple):
    """An operator before an operand that is not known yet."""

    operator: str
    operand: "Node"


class Binary(NamedTuple):
    """An operator between operands, one of which is not known yet."""

    operator: str
    left: "Node"
    right: "Node"


Node = Value | Name | Unary | Binary


class Scope(Protocol):
    """The meaning of names at the current statement."""

    def dot(self) -> Value:
        """Return the location counter."""

    def find(self, name: str) -> Node:
        """Return the value of a symbol if it is final, otherwise the Name to look up later."""

    def numbered(self, reference: str) -> str:
        """Return the name of the label that ``1b`` or ``1f`` means here."""


RANK = {
    "||": 1, "&&": 2,
    "==": 3, "!=": 3, "<>": 3, "<": 3, ">": 3, "<=": 3, ">=": 3,
    "+": 4, "-": 4,
    "|": 5, "&": 5, "^": 5, "!": 5, "!!": 5,
    "*": 6, "/": 6, "%": 6, "<<": 6, ">>": 6,
}  # fmt: skip
"""How tightly each operator binds."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+(?![0-9]*[bf](?![\w.$])))(?![\w.$])
    |(?P<local>[0-9]+[bf])(?![\w.$])
    |(?P<char>'(?:\\.|[^\\])'?)
    |(?P<name>[A-Za-z_.$][\w.$]*|"[^"\\]+")
    |(?P<operator><<|>>|<=|>=|==|!=|<>|!!|&&|\|\||[-+*/%&|^!~()<>])
    |(?P<junk>\S)
    )""",
    re.VERBOSE,
)
_APART = re.compile(r"!\s+!")
_CHARACTERS = {"n": 10, "t": 9, "r": 13, "b": 8, "f": 12, "0": 0, "\\": 92, "'": 39, '"': 34}
MAX_DEPTH = 200


def _divide(left: int, right: int) -> int:
    left, right = signed(left), signed(right)
    if right == 0:
        raise StatementError("division by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _shift(left: int, count: int) -> int:
    """Shift left, or right if negative; as unsigned 64-bit numbers, like GNU as."""
    left &= MASK64
    if not -64 < count < 64:
        return 0
    return left << count if count >= 0 else left >> -count


_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": lambda a, b: signed(a) - signed(b) * _divide(a, b),
    "<<": _shift,
    ">>": lambda a, b: _shift(a, -b),
    "|": lambda a, b: a | b,
    "&": lambda a, b: a & b,
    "^": lambda a, b: a ^ b,
    "!": lambda a, b: a | ~b,
    "!!": lambda a, b: a ^ b,  # an operator of MRI's assembler, which GNU as accepts in every mode
    "&&": lambda a, b: int(a != 0 and b != 0),
    "||": lambda a, b: int(a != 0 or b != 0),
}
_COMPARISON: dict[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def _fit(number: int) -> int:
    return number if -(1 << 63) <= number < 1 << 64 else signed(number)


def apply(operator: str, left: Value, right: Value) -> Value:
    """Compute ``left operator right``. Raises StatementError if the operands' sections make it meaningless."""
    if operator == "+" and (left.section is None or right.section is None):
        return Value(_fit(left.number + right.number), left.section or right.section)
    if operator == "-" and right.section is None:
        return Value(_fit(left.number - right.number), left.section)
    if left.section is not right.section or (left.section and operator not in {"-", *_COMPARISON}):
        raise StatementError(f"the operands of `{operator}' are addresses: use + with a number, or - within a section")
    if operator == "-":
        return Value(_fit(left.number - right.number))
    if operator in _COMPARISON:
        return Value(-int(_COMPARISON[operator](signed(left.number), signed(right.number))))
    return Value(_fit(_ARITHMETIC[operator](left.number, right.number)))


def apply_unary(operator: str, operand: Value) -> Value:
    """Compute ``- ~ !`` of a number."""
    if operand.section is not None:
        raise StatementError(f"`{operator}' cannot be applied to an address")
    number = operand.number
    return Value(_fit({"-": -number, "~": ~number}.get(operator, int(number == 0))))


def evaluate(
    node: Node, lookup: Callable[[str], Value], placed: bool = False, known: dict[int, Value] | None = None
) -> Value:
    """Compute a tree; ``lookup`` gives the value of a name, or raises StatementError.

    Once the sections are ``placed``, a value relative to a section becomes its address, a plain number. ``known``
    holds the values of subtrees, by identity, because ``.set a, a+a`` makes trees that share one subtree many times.
    """
    match node:
        case Value(number, section):
            return Value(section.address + number) if placed and section is not None else node
        case Name(name):
            return lookup(name)
    known = {} if known is None else known
    if id(node) not in known:
        if isinstance(node, Unary):
            value = apply_unary(node.operator, evaluate(node.operand, lookup, placed, known))
        else:
            left = evaluate(node.left, lookup, placed, known)
            value = apply(node.operator, left, evaluate(node.right, lookup, placed, known))
        known[id(node)] = value
    return known[id(node)]


class _Parser:
    def __init__(self, text: str, scope: Scope) -> None:
        # GNU as drops blanks before it parses, so two `!' with blanks between them are one operator, too.
        self.text = _APART.sub("!!", text) if "!" in text else text
        self.scope = scope
        self.tokens = [match for match in _TOKEN.finditer(self.text) if match.lastgroup]
        self.index = 0
        self.depth = 0

    def peek(self) -> str | None:
        """Return the operator that comes next, if one does."""
        return self.tokens[self.index]["operator"] if self.index < len(self.tokens) else None

    def expression(self, rank: int = 1) -> Node:
        left = self.operand()
        while (operator := self.peek()) is not None and RANK.get(operator, 0) >= rank:
            self.index += 1
            right = self.expression(RANK[operator] + 1)
            if isinstance(left, Value) and isinstance(right, Value) and left.section is right.section is None:
                left = apply(operator, left, right)
            else:
                left = Binary(operator, left, right)
        return left

    def operand(self) -> Node:
        if self.index >= len(self.tokens):
            raise StatementError(f"an operand is missing in `{self.text.strip()}'")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise StatementError("the expression is nested too deeply")
        token = self.tokens[self.index]
        self.index += 1
        try:
            return self.primary(token)
        finally:
            self.depth -= 1

    def primary(self, token: re.Match[str]) -> Node:
        match token.lastgroup:
            case "number":
                return Value(number(token["number"]))
            case "local":
                return self.scope.find(self.scope.numbered(token["local"]))
            case "char":
                return Value(character(token["char"]))
            case "name":
                name = token["name"].strip('"')
                return self.scope.dot() if name == "." else self.scope.find(name)
            case "operator" if token["operator"] in "-~!+":
                operand = self.operand()
                if token["operator"] == "+":
                    return operand
                if isinstance(operand, Value) and operand.section is None:
                    return apply_unary(token["operator"], operand)
                return Unary(token["operator"], operand)
            case "operator" if token["operator"] == "!!":
                return Unary("!", Unary("!", self.operand()))
            case "operator" if token["operator"] == "(":
                inner = self.expression()
                if self.peek() != ")":
                    raise StatementError(f"a `)' is missing in `{self.text.strip()}'")
                self.index += 1
                return inner
        raise StatementError(f"`{token[0].strip()}' makes no sense in the expression `{self.text.strip()}'")


def number(text: str) -> int:
    """Read a literal: 0x, 0b, octal with a leading 0, or decimal. Raises StatementError over 64 bits."""
    try:
        value = int(text, 8 if len(text) > 1 and text[0] == "0" and text.isdigit() else 0)
    except ValueError:
        raise StatementError(f"`{text}' is not a number") from None
    if value > MASK64:
        raise StatementError(f"{text} does not fit in 64 bits")
    return value


def character(text: str) -> int:
    """Read a character constant, ``'a'`` or ``'a`` or with an escape, as its byte."""
    body = text[1:]
    if body.startswith("\\"):
        code = _CHARACTERS.get(body[1])
        if code is None:
            raise StatementError(f"`{text}' is not a character constant")
        return code
    return body[0].encode("utf-8", "surrogateescape")[0]


def parse(text: str, scope: Scope) -> Node:
    """Parse all of ``text``, and compute what can be computed now. Raises StatementError."""
    parser = _Parser(text, scope)
    node = parser.expression()
    if parser.index < len(parser.tokens):
        rest = parser.text[parser.tokens[parser.index].start() :].strip()
        raise StatementError(f"`{rest}' is left over after an expression")
    return node
