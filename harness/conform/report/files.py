"""The formats of report files, by the name of their option."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from harness.conform.report import html, json, junit, tap
from harness.conform.report.summary import Report
from harness.files.output import write_text

RENDERERS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {"junit": junit.render, "tap": tap.render, "json": json.render, "html": html.render}
)


def write(name: str, path: Path, report: Report) -> None:
    """Write a report in the format ``name``. Raises OutputError if it cannot be written."""
    write_text(path, RENDERERS[name](report))
