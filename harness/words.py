"""Words for people: the name that was probably meant, and names that every output can show.

This module is at the very bottom, beside :mod:`harness.errors`: any room may need it for a message.
"""

import re
from collections.abc import Iterable

MOST_SUGGESTIONS = 3
_ALIKE = 0.6
"""How similar two names must be, by :mod:`difflib`'s ratio (0 to 1)."""
_UNDECODABLE = re.compile("[\udc80-\udcff]")
"""The characters that ``surrogateescape`` makes of bytes that are not UTF-8."""


def suggestion(word: str, known: Iterable[str], most: int = MOST_SUGGESTIONS) -> str:
    """`` (did you mean xen-4.17?)`` with up to ``most`` of the known names that look like ``word``, or nothing.

    Put it directly after the quoted word in a message. Case does not matter. If a name has the same letters in another
    order, only such names are suggested.
    """
    *others, last = similar(word, known, most) or [""]
    return f" (did you mean {', '.join(others)}{' or ' * bool(others)}{last}?)" if last else ""


def similar(word: str, known: Iterable[str], most: int = MOST_SUGGESTIONS) -> list[str]:
    """The known names that look like ``word``, the most similar first."""
    import difflib  # imported here, because it is needed only after a mistake

    names = {each.lower(): each for each in known}
    wanted = word.lower()
    swapped = [each for each in names if sorted(each) == sorted(wanted)]
    close = swapped or difflib.get_close_matches(wanted, names, most, _ALIKE)
    return [names[each] for each in close[:most]]


def printable(text: str) -> str:
    r"""A name as every UTF-8 output can hold it: a byte of a file's name that is not UTF-8 becomes ``\xff``."""
    escaped = _UNDECODABLE.sub(lambda byte: rf"\x{ord(byte[0]) - 0xDC00:02x}", text)
    return escaped.encode("utf-8", "backslashreplace").decode()


def in_one_line(problem: str) -> str:
    """The most useful line of a message: the first one, or the last one of a traceback."""
    lines = problem.strip().splitlines() or [""]
    return lines[-1 if lines[0].startswith("Traceback (") else 0]
