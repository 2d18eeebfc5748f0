"""Words for people: the name that was probably meant, and names that every output can show.

It stands at the very bottom, beside :mod:`harness.errors`: any room may need it for a message.
"""

import re
from collections.abc import Iterable

MOST_SUGGESTIONS = 3
_ALIKE = 0.6
"""How alike two names must be, as :mod:`difflib` counts."""
_UNDECODABLE = re.compile("[\udc80-\udcff]")
"""What ``surrogateescape`` makes of bytes that are no UTF-8."""


def suggestion(word: str, known: Iterable[str], most: int = MOST_SUGGESTIONS) -> str:
    """`` (did you mean xen-4.17?)`` with up to ``most`` of the known names that look like ``word``, or nothing.

    It goes directly behind the quoted word in a message. Case does not count; a name of the very same letters in
    another order is the only one that is named.
    """
    *others, last = similar(word, known, most) or [""]
    return f" (did you mean {', '.join(others)}{' or ' * bool(others)}{last}?)" if last else ""


def similar(word: str, known: Iterable[str], most: int = MOST_SUGGESTIONS) -> list[str]:
    """The known names that look like ``word``, the most alike first."""
    import difflib  # only for who has made a mistake

    names = {each.lower(): each for each in known}
    wanted = word.lower()
    swapped = [each for each in names if sorted(each) == sorted(wanted)]
    close = swapped or difflib.get_close_matches(wanted, names, most, _ALIKE)
    return [names[each] for each in close[:most]]


def printable(text: str) -> str:
    r"""A name as every UTF-8 output can hold it: a byte of a file's name that is no UTF-8 becomes ``\xff``."""
    escaped = _UNDECODABLE.sub(lambda byte: rf"\x{ord(byte[0]) - 0xDC00:02x}", text)
    return escaped.encode("utf-8", "backslashreplace").decode()


def in_one_line(problem: str) -> str:
    """The line that says most of a message: the first, but of a traceback the last."""
    lines = problem.strip().splitlines() or [""]
    return lines[-1 if lines[0].startswith("Traceback (") else 0]
