"""``harness claims``: decide the nine claims about the runstate area, each by a kernel, and print one table."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli import status
from harness.files.apart import Named, check_outputs
from harness.files.output import write_text

if TYPE_CHECKING:
    from rich.table import Table

    from harness.conform.claims import JudgedClaim

PIPED_WIDTH = 100


@click.command("claims")
@click.argument("numbers", type=click.IntRange(1, 9), nargs=-1, metavar="[N]...")
@click.option(
    "--abi", "names", multiple=True, metavar="MODEL", help="Only under this model or FILE.py (may be repeated)."
)
@click.option(
    "--real",
    is_flag=True,
    help="Ask the real Xens, too. Claims 7 and 8 are skipped: a real Xen cannot be forced into an interleaving.",
)
@click.option("--json", "path", type=click.Path(path_type=Path), metavar="FILE", help="Write every verdict to FILE.")
def command(numbers: tuple[int, ...], names: tuple[str, ...], real: bool, path: Path | None) -> None:
    """Decide the nine claims about the runstate area, or claims N, under every model.

    Each claim has a kernel (guest_asm/claims) that prints what happened to it, and rules that read the verdict from
    those lines. Claims 7 and 8 need the steps of two CPUs in a certain order, which a file beside the kernel defines.

    Exit status: 0 if every verdict is as expected, 1 if not, 3 bad input.
    """
    from rich.console import Console

    from harness.conform.claims import judge, judge_real
    from harness.conform.nine_claims import CLAIMS
    from harness.oracle import RELEASES
    from harness.xen.models.model import MODELS
    from harness.xen.models.model_file import resolve_model

    if path is not None:
        check_outputs([Named("--json", path)], [Named("--abi", Path(name)) for name in names if name.endswith(".py")])
    models = [resolve_model(name) for name in names] or list(MODELS.values())
    judged: list[JudgedClaim] = []
    for claim in (CLAIMS[number] for number in sorted(set(numbers) or CLAIMS)):
        judged.extend(judge(claim, models))
        if real:
            judged.extend(judge_real(claim, tuple(RELEASES)))
    if path is not None:
        _write(path, judged)
    terminal = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    terminal.print(_table(judged))
    wrong = [each for each in judged if not each.as_expected]
    for each in wrong:
        expected = f"{each.expected.value} was expected" if each.expected else "that is not a verdict"
        click.echo(f"harness: claim {each.claim.number}, {each.judged}: {each.verdict.value}; {expected}", err=True)
    sys.exit(status.NO if wrong else 0)


def _table(judged: Iterable["JudgedClaim"]) -> "Table":
    """Make the table: models with the same verdict and the same evidence on a claim share a row."""
    from rich.markup import escape
    from rich.table import Table

    rows: dict[tuple[int, str, str, tuple[str, ...]], list[JudgedClaim]] = {}
    for each in judged:
        key = (each.claim.number, each.verdict.value, each.words, each.evidence)
        rows.setdefault(key, []).append(each)
    table = Table(highlight=False, title="Nine claims about the runstate area", title_justify="left")
    table.add_column("claim", max_width=26)
    table.add_column("model", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("evidence")
    former = None
    for (number, verdict, words, evidence), same in rows.items():
        if former not in (None, number):
            table.add_section()
        statement = f"{number}. {same[0].claim.statement}" if number != former else ""
        former = number
        table.add_row(
            escape(statement),
            escape("\n".join(each.judged for each in same)),
            verdict if same[0].as_expected else f"[bold red]{verdict} (!)[/]",
            escape("\n".join([f"{words}:", *evidence])),
        )
    return table


def _write(path: Path, judged: Iterable["JudgedClaim"]) -> None:
    """Write the verdicts as a list of JSON objects. Raises InputError if the file cannot be written."""
    records = [
        {
            "claim": each.claim.number,
            "statement": each.claim.statement,
            "kernel": f"{each.claim.kernel}.S",
            "model": each.judged,
            "verdict": each.verdict.value,
            "words": each.words,
            "evidence": each.evidence,
            "expected": each.expected.value if each.expected else None,
            "as_expected": each.as_expected,
            "console": each.console.splitlines(),
        }
        for each in judged
    ]
    write_text(path, json.dumps(records, indent=1) + "\n")
