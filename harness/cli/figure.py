"""A line of the table that ``harness bench`` prints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured, its value with a unit, and a figure to compare it with."""

    what: str
    value: str
    beside: str = ""
