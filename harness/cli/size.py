"""A size in bytes, as an option's value."""

import click

from harness.size import EXPECTED, parse_size


class Size(click.ParamType[int]):
    """A number of bytes, with K, M, G or T for powers of 1024."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Turn ``64M`` into 67108864. A usage error for a value that is not a size."""
        if isinstance(value, int):
            return value
        size = parse_size(str(value))
        if size is None:
            self.fail(f"{str(value)!r} is not {EXPECTED}", param, ctx)
        return size
