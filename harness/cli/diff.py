"""``harness diff``: show what a guest would notice between two models, or between a model and a real Xen."""

import os
import sys
from contextlib import closing
from pathlib import Path

import click

from harness.cli import status
from harness.cli.interruption import Interruption, say_partial
from harness.cli.numbers import Count
from harness.cli.progress import bar
from harness.files.apart import Named, check_outputs
from harness.files.output import write_text


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.argument("wanted", nargs=-1, metavar="[RULE]...")
@click.option("--debug-build", is_flag=True, help="Take models as debug builds of Xen.")
@click.option("--tag", "tags", multiple=True, help="Only rules with this tag (may be repeated).")
@click.option("-j", "jobs", type=Count("workers"), default=os.cpu_count() or 1, help="Workers [default: all CPUs].")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), metavar="FILE", help="Write the differences as JSON."
)
@click.option(
    "--html",
    "html_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the differences as an HTML page.",
)
def command(
    before: str,
    after: str,
    wanted: tuple[str, ...],
    debug_build: bool,
    tags: tuple[str, ...],
    jobs: int,
    json_path: Path | None,
    html_path: Path | None,
) -> None:
    """Show what a guest would notice if B replaced A, by the rules of the conformance suite.

    A and B are models, model files (FILE.py), or real Xens in QEMU (xen:4.17, xen:FILE). Both run now; no recording is
    used. RULE restricts the comparison to these rules, areas or cases.

    Exit status: 0 if every rule has the same result, 1 if one differs, 8 if some could not be compared and the others
    are the same, 130 interrupted (partial results are printed and written), 2 wrong usage, 3 bad input.
    """
    from rich.console import Console

    from harness.conform.catalogue import load_catalogue
    from harness.conform.difference import Compared, Sides, compare
    from harness.conform.report.difference import Comparison, lines, to_html, to_json
    from harness.conform.session import Plan
    from harness.conform.subject import subject_of

    catalogue = load_catalogue().select(wanted, tags)
    check_outputs(
        [Named(option, path) for option, path in (("--json", json_path), ("--html", html_path)) if path is not None],
        [Named(side, Path(name.removeprefix("xen:"))) for side, name in (("A", before), ("B", after))],
    )
    one, other = (subject_of(which, debug_build) for which in (before, after))
    sides = Sides.of(one, other)
    rules: list[Compared] = []
    plans = Plan(catalogue, one), Plan(catalogue, other)
    title = f"{one.name}, {other.name}"
    with (
        Interruption() as interruption,
        bar(Console(stderr=True), title, len(plans[0].cases)) as advance,
        closing(compare(sides, plans, jobs, lambda: interruption.wished)) as every_case,
    ):
        for of_case in every_case:
            rules += of_case
            advance(of_case[0].rule.case, 1, [each.rule.id for each in of_case if each.changes])
    comparison = Comparison(sides, catalogue.areas, tuple(rules), interruption.wished)
    if json_path is not None:
        write_text(json_path, to_json(comparison))
    if html_path is not None:
        write_text(html_path, to_html(comparison))
    for line in lines(comparison):
        click.echo(line)
    if comparison.interrupted:
        say_partial()
        sys.exit(interruption.status)
    sys.exit(status.NO if comparison.changed else status.SUITE_ERROR if comparison.problems else 0)
