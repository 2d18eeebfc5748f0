"""A progress bar: what is being done, how much of it is done, and what has gone wrong."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

Advance = Callable[[str, int, Sequence[str]], None]
"""Called with the name of what has just been done, its number of steps, and the names of what went wrong in it."""


@contextmanager
def bar(terminal: "Console", title: str, total: int) -> Iterator[Advance]:
    """Show a bar of ``total`` steps on a terminal, and nothing elsewhere. It disappears at the end."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    if not terminal.is_terminal:
        yield lambda what, steps, bad: None
        return
    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[bad]}"),
    )
    with Progress(*columns, console=terminal, transient=True) as shown:
        task = shown.add_task(title, total=total, bad="")
        names: list[str] = []

        def advance(what: str, steps: int, bad: Sequence[str]) -> None:
            names.extend(bad)
            shown.update(task, advance=steps, description=what, bad=f"[bold red]{' '.join(names)}" if names else "")

        yield advance
