"""Long tables and histories in a compact form that the page's script can unpack quickly.

A table is one string: ";" separates rows and "," separates cells. A cell is an index into the table's texts. A text
that is used often is stored as it is. In other texts, marks replace the numbers, which follow at the end of the row,
so that texts that differ only in their numbers are stored once. A text that itself contains such a mark is stored
within an array of one element.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

HEX, PLAIN, COMMAS = "\x01", "\x02", "\x03"
"""Marks in a text for a number: hexadecimal, decimal, and decimal with commas."""
_NUMBER = re.compile(r"0x([0-9a-f]+)|([0-9]{1,3}(?:,[0-9]{3})+(?![0-9]))|([0-9]+)")
_OFTEN = 4


def table(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Pack rows, each of a time in ns followed by texts. Times are stored as differences."""
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
    """The differences between successive numbers; the first is the difference from 0."""
    found, before = [], 0
    for value in values:
        found.append(value - before)
        before = value
    return found


def sparse(values: Iterable[int]) -> list[int]:
    """The numbers, or an empty list if all are 0."""
    found = list(values)
    return found if any(found) else []
