"""A size in bytes as a person writes it, on the command line and in the header of a ``.S`` test."""

import re
from decimal import Decimal

_SUFFIXES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE = re.compile(
    r"0x(?P<hex>[0-9a-f]+)|(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII
)
_MOST_CHARACTERS = 40

EXPECTED = "a size such as 64M, 1.5G, 524288K, 0x4000000, or a number of bytes"


def parse_size(text: str) -> int | None:
    """The bytes of a size with K, M, G or T for powers of 1024; None for anything but a whole number of bytes."""
    match = _SIZE.fullmatch(text.strip()) if len(text) <= _MOST_CHARACTERS else None
    if match is None:
        return None
    if match["hex"]:
        return int(match["hex"], 16)
    size = Decimal(match["number"]) * _SUFFIXES[match["unit"].upper()]  # exact: a float would round large sizes
    return int(size) if size == int(size) else None
