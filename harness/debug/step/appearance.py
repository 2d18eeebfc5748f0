"""Colours for the stepper's output on a terminal. Output to a file or a pipe is plain text."""

from typing import IO

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.theme import Theme


class StepHighlighter(RegexHighlighter):
    """Marks the parts of a line by name; the theme gives each name its colour."""

    base_style = "step."
    highlights = (
        r"(?P<here>^->.*$)",
        r"(?P<position>^#[\d,+]+)",
        r"(?P<symbol><[^>]+>)",
        r"(?P<symbol>^\S+:$)",
        r"(?P<source>\S+\.[Shc]:\d+.*$)",
        r"(?P<changed>\*\S+ +[0-9a-fx]+)",
        r"(?P<bad>area lost|does not translate now|differs|cannot be read\b.*|translation fault|permission fault)",
        r"(?P<bad>[+-][\d,]{4,})",
        r"(?P<hit>^(breakpoint|watchpoint) \d+)",
        r"(?P<end>^the end: .*)",
        r"(?P<guest>^\(d\d+\) .*|^\(XEN\) .*)",
    )


_THEME = Theme(
    {
        "step.here": "bold",
        "step.position": "bold green",
        "step.symbol": "cyan",
        "step.source": "dim",
        "step.changed": "bold yellow",
        "step.bad": "red",
        "step.hit": "bold magenta",
        "step.end": "bold",
        "step.guest": "dim",
    }
)


def open_console(file: IO[str]) -> Console:
    """Return a console that writes colours if ``file`` is a terminal, and plain text if not."""
    return Console(file=file, highlighter=StepHighlighter(), theme=_THEME, soft_wrap=True)
