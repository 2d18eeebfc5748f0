"""C macros: definition, calls, ``#`` and ``##``, and expansion that never repeats itself (ISO C, 6.10.3).

A token carries the names that may not be expanded in it again ("hide set"), as in Prosser's algorithm,
from which the standard's text was written.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from harness.guest.asm.source import Place, StatementError, TooMuch

IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_TOKEN = re.compile(
    r"""[A-Za-z_]\w*|\.?\d(?:[eEpP][+-]|[\w.])*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'|\s+|\#\#|<<|>>|<=|>=|==|!=|&&|\|\||.""",
    re.DOTALL,
)
MAX_LINE_WORK = 30_000
"""Tokens that the expansions of one line may process."""
MAX_WORK = 1_000_000
"""Tokens that all expansions together may process."""
_NONE: frozenset[str] = frozenset()


class Unfinished(Exception):
    """The call of a macro continues after the end of the text."""


class Token(NamedTuple):
    """A piece of text, and the macros that may not be expanded in it."""

    text: str
    hidden: frozenset[str] = _NONE

    @property
    def blank(self) -> bool:
        """Whether it is white space."""
        return self.text.isspace()


@dataclass(frozen=True, slots=True)
class CMacro:
    """A macro, object-like (``parameters`` is None) or function-like; ``rest`` names the variable arguments."""

    name: str
    parameters: tuple[str, ...] | None
    rest: str | None
    body: tuple[str, ...]


def tokenize(text: str) -> list[str]:
    """Split a text into preprocessing tokens, white space included."""
    return _TOKEN.findall(text)


def parse_definition(text: str) -> CMacro:
    """Read what follows ``#define``. Raises StatementError."""
    match = IDENTIFIER.match(text)
    if match is None:
        raise StatementError("#define needs a name")
    name, after = match[0], text[match.end() :]
    if not after.startswith("("):
        return CMacro(name, None, None, tuple(tokenize(after.strip())))
    inside, closed, body = after[1:].partition(")")
    if not closed:
        raise StatementError(f"the parameters of {name} are not closed")
    parameters = [word.strip() for word in inside.split(",")] if inside.strip() else []
    rest = None
    if parameters and parameters[-1].endswith("..."):
        rest = parameters.pop().removesuffix("...").strip() or "__VA_ARGS__"
    for parameter in parameters:
        if not IDENTIFIER.fullmatch(parameter):
            raise StatementError(f"`{parameter}' cannot be a parameter of {name}")
    return CMacro(name, tuple(parameters), rest, tuple(tokenize(body.strip())))


class Macros:
    """The macros defined at a point of the source."""

    def __init__(self) -> None:
        self.place = Place("", 0)
        """For ``__FILE__`` and ``__LINE__``."""
        self._macros: dict[str, CMacro] = {}
        self._names = {"__LINE__", "__FILE__", "__COUNTER__"}
        self._counter = 0
        self._work = 0
        self._line_end = 0

    def define(self, macro: CMacro) -> None:
        """Define a macro, replacing an earlier definition."""
        self._macros[macro.name] = macro
        self._names.add(macro.name)

    def undefine(self, name: str) -> None:
        """Forget a macro, if it is defined."""
        self._macros.pop(name, None)
        self._names.discard(name)

    def defined(self, name: str) -> bool:
        """Return whether a macro has this name."""
        return name in self._names

    def untouched(self, text: str) -> bool:
        """Return whether a text contains no name of a macro."""
        return self._names.isdisjoint(IDENTIFIER.findall(text))

    def expand(self, text: str) -> str:
        """Expand every macro in a text. Raises Unfinished, StatementError, TooMuch."""
        self._line_end = min(self._work + MAX_LINE_WORK, MAX_WORK)
        return "".join(token.text for token in self._expand([Token(t) for t in tokenize(text)]))

    def _expand(self, tokens: list[Token]) -> list[Token]:
        # An expansion goes back onto the stack, because it is scanned again together with the rest of the line.
        result: list[Token] = []
        stack = tokens[::-1]
        while stack:
            self._count()
            token = stack.pop()
            macro = self._macros.get(token.text)
            if macro is None or token.text in token.hidden:
                result.append(self._dynamic(token) if token.text in self._names else token)
            elif macro.parameters is None:
                stack += self._substitute(macro, {}, token.hidden | {macro.name})[::-1]
            elif not _opens(stack):
                result.append(token)
            else:
                arguments, closing = self._arguments(macro, stack)
                # Prosser: a call hides the names that its own name and its closing bracket both hide, and the macro's.
                stack += self._substitute(macro, arguments, (token.hidden & closing.hidden) | {macro.name})[::-1]
        return result

    def _count(self) -> None:
        """Count a processed token, and stop an expansion that does not end."""
        self._work += 1
        if self._work > self._line_end:
            raise TooMuch("C macros never stop expanding")

    def _dynamic(self, token: Token) -> Token:
        match token.text:
            case "__LINE__":
                return Token(str(self.place.line))
            case "__FILE__":
                return Token(f'"{self.place.file}"')
            case "__COUNTER__":
                self._counter += 1
                return Token(str(self._counter - 1))
        return token

    def _arguments(self, macro: CMacro, stack: list[Token]) -> tuple[dict[str, list[Token]], Token]:
        """Take the arguments of a call and its closing bracket off the stack."""
        while stack.pop().text != "(":
            pass
        assert macro.parameters is not None
        given: list[list[Token]] = [[]]
        depth = 0
        while True:
            if not stack:
                raise Unfinished
            self._count()
            token = stack.pop()
            if token.text == ")" and not depth:
                break
            depth += (token.text == "(") - (token.text == ")")
            takes_rest = macro.rest is not None and len(given) > len(macro.parameters)
            if token.text == "," and not depth and not takes_rest:
                given.append([])
            else:
                given[-1].append(token)
        wanted = len(macro.parameters)
        if not macro.parameters and macro.rest is None and not _stripped(given[0]):
            given = []  # `f()' has no argument, not an empty one, if f has no parameters
        if len(given) < wanted or (len(given) > wanted and macro.rest is None):
            raise StatementError(f"{macro.name} takes {wanted} arguments, not {len(given)}")
        values = dict(zip(macro.parameters, map(_stripped, given), strict=False))
        if macro.rest is not None:
            values[macro.rest] = _stripped(given[wanted]) if len(given) > wanted else []
        return values, token

    def _substitute(self, macro: CMacro, values: dict[str, list[Token]], hidden: frozenset[str]) -> list[Token]:
        """Return the body with the arguments inserted; ``#`` makes a string of one, ``##`` joins tokens."""
        result: list[Token] = []
        body = macro.body
        pasting = False
        for i, text in enumerate(body):
            if text == "##" and result:
                while result and result[-1].blank:
                    result.pop()
                pasting = True
                continue
            if text.isspace():
                if not pasting:
                    result.append(Token(text))
                continue
            if text == "#" and macro.parameters is not None and _after(body, i) in values:
                continue
            if text not in values:
                piece = [Token(text)]
            elif _before(body, i) == "#":
                piece = [Token(_string(values[text]))]
            elif pasting or _after(body, i) == "##":
                piece = values[text]  # operands of ## are not expanded
            else:
                piece = self._expand(list(values[text]))
            if pasting:
                self._paste(result, piece, empty_rest=text == macro.rest and not piece)
                pasting = False
            else:
                result += piece
        return [Token(token.text, token.hidden | hidden if token.hidden else hidden) for token in result]

    def _paste(self, result: list[Token], piece: list[Token], empty_rest: bool) -> None:
        """Join the last token of ``result`` with ``piece``; ``, ## rest`` loses its comma if the rest is empty."""
        if result and result[-1].text == ",":
            if empty_rest:
                result.pop()
            result += piece
        elif result and piece:
            joined = tokenize(result.pop().text + piece[0].text)
            result += [*map(Token, joined), *piece[1:]]
        else:
            result += piece


def _opens(stack: list[Token]) -> bool:
    """Return whether the next token that is not blank is an opening bracket."""
    for token in reversed(stack):
        if not token.blank:
            return token.text == "("
    return False


def _stripped(tokens: list[Token]) -> list[Token]:
    start, end = 0, len(tokens)
    while start < end and tokens[start].blank:
        start += 1
    while end > start and tokens[end - 1].blank:
        end -= 1
    return tokens[start:end]


def _string(tokens: list[Token]) -> str:
    parts = []
    for token in tokens:
        quoted = token.text[0] in "\"'"
        parts.append(" " if token.blank else re.sub(r'(["\\])', r"\\\1", token.text) if quoted else token.text)
    return '"' + "".join(parts) + '"'


def _after(body: tuple[str, ...], index: int) -> str:
    return next((text for text in body[index + 1 :] if not text.isspace()), "")


def _before(body: tuple[str, ...], index: int) -> str:
    return next((text for text in reversed(body[:index]) if not text.isspace()), "")
