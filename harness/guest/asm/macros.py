"""Macros: their parameters, the arguments of a call, and the substitution of arguments for parameters."""

import re
from dataclasses import dataclass

from harness.guest.asm.source import Place, Statement, StatementError, statements


@dataclass(frozen=True, slots=True)
class Parameter:
    """A macro's parameter."""

    name: str
    default: str = ""
    required: bool = False
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro as defined."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    place: Place


_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_SYMBOLIC = r"[\w.$\\\"]"
_SPACE = re.compile(rf"(?P<keep>{_QUOTED.pattern}|'.)|(?<={_SYMBOLIC})\s+(?={_SYMBOLIC})|(?P<drop>\s+)")


def squeeze(text: str) -> str:
    """Drop the blanks that separate nothing, as GNU as does before it splits a macro's arguments."""

    def shorter(match: re.Match[str]) -> str:
        return match["keep"] or ("" if match["drop"] else " ")

    return _SPACE.sub(shorter, text.strip())


def split_arguments(text: str) -> list[str]:
    """Split at commas, and at blanks outside of brackets; quoted strings stay whole."""
    arguments: list[str] = []
    text, i = squeeze(text), 0
    while i < len(text):
        start, closers = i, ""
        while i < len(text) and text[i] != "," and (closers or text[i] != " "):
            quoted = _QUOTED.match(text, i)
            if quoted:
                i = quoted.end()
                continue
            if text[i] == "'" and i + 1 < len(text):
                i += 3 if text[i + 2 : i + 3] == "'" else 2
                continue
            if text[i] in "([":
                closers = {"(": ")", "[": "]"}[text[i]] + closers
            elif closers and text[i] == closers[0]:
                closers = closers[1:]
            i += 1
        arguments.append(text[start:i])
        if i < len(text):
            i += 1
            if i == len(text) and text[i - 1] == ",":
                arguments.append("")
    return arguments


def unquote(argument: str) -> str:
    r"""Take the quotes off an argument that is one quoted string; of its escapes, only ``\"`` is replaced."""
    match = _QUOTED.fullmatch(argument)
    return argument[1:-1].replace('\\"', '"') if match else argument


def parse_definition(text: str, place: Place) -> Macro:
    """Read a name and parameters, the operands of ``.macro``. The macro's body is still empty."""
    name, _, rest = text.strip().replace(",", " ", 1).partition(" ")
    if not re.fullmatch(r"[\w.$]+", name):
        raise StatementError(f"`{name}' cannot be the name of a macro")
    parameters: list[Parameter] = []
    for word in split_arguments(re.sub(r"\s*([:=])\s*", r"\1", rest)):
        head, equals, default = word.partition("=")
        parameter, _, qualifier = head.partition(":")
        if not re.fullmatch(r"[\w.$]+", parameter) or qualifier not in {"", "req", "vararg"}:
            raise StatementError(f"`{word}' cannot be a parameter of macro {name}")
        if any(parameter == other.name for other in parameters):
            raise StatementError(f"macro {name} has two parameters named {parameter}")
        parameters.append(
            Parameter(parameter, unquote(default) if equals else "", qualifier == "req", qualifier == "vararg")
        )
    return Macro(name, tuple(parameters), (), place)


def bind(macro: Macro, text: str) -> dict[str, str]:
    """Give each parameter its argument in a call. Raises StatementError for a missing or surplus one."""
    names = {parameter.name: parameter for parameter in macro.parameters}
    values: dict[str, str] = {}
    arguments = split_arguments(text)
    position = 0
    for index, argument in enumerate(arguments):
        key, equals, given = argument.partition("=")
        if equals and key in names:  # named arguments do not take up a position
            values[key] = unquote(given)
            continue
        if position >= len(macro.parameters):
            raise StatementError(f"macro {macro.name} takes at most {len(macro.parameters)} arguments")
        parameter = macro.parameters[position]
        position += 1
        if parameter.rest:
            values[parameter.name] = _rest(text, index)
            break
        values[parameter.name] = unquote(argument)
    for parameter in macro.parameters:
        if not values.get(parameter.name):  # an empty argument counts as missing
            if parameter.required:
                raise StatementError(f"macro {macro.name} needs a value for its parameter `{parameter.name}'")
            values[parameter.name] = parameter.default
    return values


def _rest(text: str, skip: int) -> str:
    """Return the value of a ``:vararg`` parameter: the call's text after ``skip`` arguments."""
    rest = squeeze(text)
    for _ in range(skip):
        first = split_arguments(rest)[0]
        rest = rest[len(first) + 1 :]
    return rest


_REFERENCE = re.compile(r"\\(?:\(\)|@|\+|([\w.$]+))")


def substitute(
    body: tuple[Statement, ...], values: dict[str, str], count: int, turn: int | None
) -> list[tuple[int, str]]:
    r"""Return (index, text) of each statement of a body with ``\name``, ``\@``, ``\()`` and ``\+`` replaced."""

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            whole = match[0]
            if whole == "\\()":
                return ""
            return str(count) if whole == "\\@" else whole if turn is None else str(turn)
        if name in values:
            return values[name]
        # `\name.suffix`: a dot may belong to the name of a parameter, or follow it.
        head = name.split(".")[0].split("$")[0]
        return values[head] + name[len(head) :] if head in values else match[0]

    return [(i, _REFERENCE.sub(replace, s.text) if "\\" in s.text else s.text) for i, s in enumerate(body)]


def expanded(text: str, place: Place) -> list[Statement]:
    """Split a substituted text into statements, because an argument may contain a semicolon."""
    return statements(text, place) if ";" in text else [Statement(text, place)] if text.strip() else []
