"""The files that a run can be reported in, by the name of their option."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from harness.conform.report import html, json, junit, tap
from harness.conform.report.summary import Report
from harness.errors import InputError

RENDERERS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {"junit": junit.render, "tap": tap.render, "json": json.render, "html": html.render}
)


def check_writable(path: Path) -> None:
    """Find out, before anything is run, whether a report can be written. Raises InputError if not."""
    there = path.exists()
    try:
        with path.open("a"):
            pass
        if not there:
            path.unlink()
    except OSError as error:
        raise InputError(f"{path}: no report can be written there: {error.strerror}") from None


def write(name: str, path: Path, report: Report) -> None:
    """Write one report. Raises InputError where that cannot be done."""
    write_text(path, RENDERERS[name](report))


def write_text(path: Path, text: str) -> None:
    """Write a text. Raises InputError where that cannot be done."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
