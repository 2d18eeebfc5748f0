"""The numbers that options take: seconds and whole numbers. Their error messages say what would be right."""

import math
import re

import click

_PLAIN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_WHOLE_NUMBER = re.compile(r"-?[0-9]+(?:_[0-9]+)*")
_MOST_DIGITS = 40
"""Enough for any option. Python itself raises ValueError for numbers of thousands of digits."""


class Seconds(click.ParamType[float]):
    """Seconds on the host: finite, 0 or more, written without an exponent."""

    name = "seconds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Turn ``2.5`` into 2.5. A usage error for a value that is negative, infinite or not a number."""
        if isinstance(value, int | float):
            return float(value)
        text = str(value).strip()
        seconds = float(text) if _PLAIN_NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(seconds):
            self.fail(f"{str(value)!r} is not a number of seconds: 0 or more, such as 60 or 2.5", param, ctx)
        return seconds


class Count(click.ParamType[int]):
    """A whole number of ``what``, ``least`` or more. With None, the code that uses the number checks its range."""

    name = "count"

    def __init__(self, what: str, least: int | None = 1) -> None:
        self._what = what
        self._least = least

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Turn ``2`` or ``1_000`` into the number. A usage error for a value that is not a number, or too small."""
        if isinstance(value, int):
            return value
        text = str(value).strip()
        number = int(text) if _WHOLE_NUMBER.fullmatch(text) and len(text) <= _MOST_DIGITS else None
        if number is None or (self._least is not None and number < self._least):
            span = "such as 2" if self._least is None else f"{self._least} or more"
            self.fail(f"{str(value)!r} is not a number of {self._what}: a whole number, {span}", param, ctx)
        return number
