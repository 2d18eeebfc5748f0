"""Long tables and histories in little text: what the page's script reads, and needs no time to unpack.

A table is one string: rows end with ";", cells with ",". A cell is an index into the table's texts. A text that
comes again and again stands there as it is; of others the numbers are taken out and follow in the row. One that has
the marks for numbers in it stands in an array of its own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

HEX, PLAIN, COMMAS = "\x01", "\x02", "\x03"
"""In a text: here a number belongs, of hexadecimal digits, of decimal ones, of decimal ones with commas."""
_NUMBER = re.compile(r"0x([0-9a-f]+)|([0-9]{1,3}(?:,[0-9]{3})+(?![0-9]))|([0-9]+)")
_OFTEN = 4


def table(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Pack rows of a time in ns, and texts."""
    often = Counter(cell for row in rows for cell in row[1:])
    texts: dict[str | tuple[str], int] = {}
    packed, before = [], 0
    for row in rows:
        cells, numbers = [str(row[0] - before)], list[str]()
        before = row[0]
        for cell in row[1:]:
            cells.append(str(texts.setdefault(_text(cell, often[cell], numbers), len(texts))))
        packed.append(",".join(cells + numbers))
    return {"packed": ";".join(packed), "texts": list(texts), "length": len(rows)}


def _text(cell: str, uses: int, numbers: list[str]) -> str | tuple[str]:
    if HEX in cell or PLAIN in cell or COMMAS in cell:
        return (cell,)
    return cell if uses >= _OFTEN else _NUMBER.sub(_taken_out(numbers), cell)


def _taken_out(numbers: list[str]) -> Any:
    def take(found: re.Match[str]) -> str:
        hexadecimal, commas, plain = found.groups()
        numbers.append(hexadecimal or plain or commas.replace(",", ""))
        return HEX if hexadecimal else PLAIN if plain else COMMAS

    return take


def steps(values: Iterable[int]) -> list[int]:
    """Numbers as how far each is from the one before; the first from 0."""
    found, before = [], 0
    for value in values:
        found.append(value - before)
        before = value
    return found


def sparse(values: Iterable[int]) -> list[int]:
    """Numbers that are mostly 0: none at all where every one is."""
    found = list(values)
    return found if any(found) else []
