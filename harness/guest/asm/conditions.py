"""The conditions of ``.if`` and the related directives, as the GNU assembler's manual lists them."""

from collections.abc import Callable

from harness.guest.asm.assembly import Assembly
from harness.guest.asm.macros import squeeze, unquote
from harness.guest.asm.source import StatementError


def _compares(test: Callable[[int], bool]) -> Callable[[Assembly, str], bool]:
    return lambda assembly, text: test(assembly.absolute(text))


def _defined(assembly: Assembly, text: str) -> bool:
    return assembly.symbols.defined(text.strip())


def _same(text: str) -> bool:
    left, comma, right = text.partition(",")
    if not comma:
        raise StatementError("two strings, separated by a comma, are expected")
    return squeeze(left) == squeeze(right)


def _equal_strings(text: str) -> bool:
    left, comma, right = text.partition(",")
    if not comma:
        raise StatementError("two quoted strings, separated by a comma, are expected")
    return unquote(left.strip()) == unquote(right.strip())


CONDITIONS: dict[str, Callable[[Assembly, str], bool]] = {
    ".if": _compares(lambda n: n != 0),
    ".ifne": _compares(lambda n: n != 0),
    ".ifeq": _compares(lambda n: n == 0),
    ".ifgt": _compares(lambda n: n > 0),
    ".ifge": _compares(lambda n: n >= 0),
    ".iflt": _compares(lambda n: n < 0),
    ".ifle": _compares(lambda n: n <= 0),
    ".ifdef": _defined,
    ".ifndef": lambda assembly, text: not _defined(assembly, text),
    ".ifnotdef": lambda assembly, text: not _defined(assembly, text),
    ".ifb": lambda _, text: not text.strip(),
    ".ifnb": lambda _, text: bool(text.strip()),
    ".ifc": lambda _, text: _same(text),
    ".ifnc": lambda _, text: not _same(text),
    ".ifeqs": lambda _, text: _equal_strings(text),
    ".ifnes": lambda _, text: not _equal_strings(text),
}
"""By directive: the function that tests the rest of its line."""
