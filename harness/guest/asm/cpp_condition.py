"""The expression of ``#if``: C's operators and precedence; names that are not macros count as 0 (ISO C, 6.10.1)."""

import re
from collections.abc import Callable

from harness.guest.asm.cpp_macros import Macros, tokenize
from harness.guest.asm.source import StatementError

_DEFINED = re.compile(r"\bdefined\s*(?:\(\s*([A-Za-z_]\w*)\s*\)|([A-Za-z_]\w*))")
_SUFFIX = re.compile(r"[uUlL]+$")
_RANK = {
    "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7,
    "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
}  # fmt: skip
_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "||": lambda a, b: int(bool(a or b)),
    "&&": lambda a, b: int(bool(a and b)),
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}


def condition(text: str, macros: Macros) -> bool:
    """Return whether the expression of an ``#if`` is true. Raises StatementError."""

    def known(match: re.Match[str]) -> str:
        return "1" if macros.defined(match[1] or match[2]) else "0"

    # `defined' is replaced before expansion, which would replace its operand, and again in what macros bring in.
    expanded = macros.expand(_DEFINED.sub(known, text))
    tokens = [token for token in tokenize(_DEFINED.sub(known, expanded)) if not token.isspace()]
    if not tokens:
        raise StatementError("#if without an expression")
    parser = _Parser(tokens)
    value = parser.ternary(live=True)
    if parser.tokens:
        raise StatementError(f"`{parser.tokens[-1]}' is left over in the expression of #if")
    return value != 0


class _Parser:
    """Computes while it parses; in a part that is not evaluated (``live`` is False) division by zero is allowed."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens[::-1]

    def take(self, expected: str) -> bool:
        if self.tokens and self.tokens[-1] == expected:
            self.tokens.pop()
            return True
        return False

    def ternary(self, live: bool) -> int:
        value = self.binary(1, live)
        if not self.take("?"):
            return value
        first = self.ternary(live and value != 0)
        if not self.take(":"):
            raise StatementError("a `:' is missing in the expression of #if")
        second = self.ternary(live and value == 0)
        return first if value else second

    def binary(self, rank: int, live: bool) -> int:
        left = self.unary(live)
        while self.tokens and _RANK.get(self.tokens[-1], 0) >= rank:
            operator = self.tokens.pop()
            decided = (operator == "&&" and not left) or (operator == "||" and left)
            right = self.binary(_RANK[operator] + 1, live and not decided)
            left = _divide(operator, left, right, live) if operator in "/%" else _OPERATORS[operator](left, right)
        return left

    def unary(self, live: bool) -> int:
        if not self.tokens:
            raise StatementError("an operand is missing in the expression of #if")
        token = self.tokens.pop()
        match token:
            case "!":
                return int(not self.unary(live))
            case "-":
                return -self.unary(live)
            case "+":
                return self.unary(live)
            case "~":
                return ~self.unary(live)
            case "(":
                value = self.ternary(live)
                if not self.take(")"):
                    raise StatementError("a `)' is missing in the expression of #if")
                return value
        if token[0] == "'" and len(token) > 2:
            return ord(token[-2])
        if token[0].isdigit():
            return _number(token)
        if token[0].isalpha() or token[0] == "_":
            return 0
        raise StatementError(f"`{token}' makes no sense in the expression of #if")


def _divide(operator: str, left: int, right: int, live: bool) -> int:
    if right == 0:
        if live:
            raise StatementError("division by zero in #if")
        return 0
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    return quotient if operator == "/" else left - right * quotient


def _number(token: str) -> int:
    digits = _SUFFIX.sub("", token)
    try:
        return int(digits, 8 if len(digits) > 1 and digits[0] == "0" and digits.isdigit() else 0)
    except ValueError:
        raise StatementError(f"`{token}' is not an integer") from None
