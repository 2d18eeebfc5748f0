"""``harness conform --mutations``: the hypervisor broken on purpose, and what of that the suite notices."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli import status
from harness.cli.interruption import Interruption, say_partial
from harness.files.output import check_writable, write_text

if TYPE_CHECKING:
    from harness.conform.mutation.campaign import MutationPlan


def try_mutations(plan: "MutationPlan", jobs: int, path: Path | None) -> None:
    """Carry a plan out, print its report, write it to ``path`` as JSON, and exit."""
    from harness.conform.mutation.campaign import run
    from harness.conform.mutation.report import lines, to_json

    if path is not None:
        check_writable(path)
    with Interruption() as interruption:
        report = run(plan, jobs, lambda: interruption.wished, _show if sys.stderr.isatty() else _say_nothing)
        interrupted = interruption.wished
    if path is not None:
        write_text(path, to_json(report))
    for line in lines(report):
        click.echo(line)
    if interrupted:
        say_partial()
        sys.exit(interruption.status)
    sys.exit(0 if report.is_good else status.NO)


def _show(what: str, done: int, of: int) -> None:
    click.echo(f"\r{what}: {done} of {of} ", nl=done == of, err=True)


def _say_nothing(what: str, done: int, of: int) -> None:
    pass
