"""A size in bytes, as commands take it."""

import re

import click

_SUFFIXES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class Size(click.ParamType[int]):
    """A number of bytes, with K, M or G for powers of 1024."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Turn ``64M`` into 67108864; a usage error where it is no size."""
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"([0-9]+)([KMG]?)(i?B)?", str(value), re.IGNORECASE)
        if match is None:
            self.fail(f"{value!r} is not a size such as 64M, 1G, 524288K, or a number of bytes", param, ctx)
        return int(match[1]) * _SUFFIXES[match[2].upper()]
