"""``harness oracle agree``: ask the models of the releases and the real Xens the same rules, side by side."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import click

from harness.cli import status
from harness.cli.interruption import Interruption, say_partial
from harness.cli.numbers import Count
from harness.words import in_one_line

if TYPE_CHECKING:
    from rich.table import Table

    from harness.conform.difference import Compared
    from harness.conform.session import ShouldStop
    from harness.conform.subject import RealXen

PIPED_WIDTH = 100
"""Columns of a table that is not printed on a terminal: the same on every host."""


@click.command("agree")
@click.argument("wanted", nargs=-1, metavar="[RULE]...")
@click.option("--xen", "versions", multiple=True, metavar="VERSION|FILE", help="Only this release (may be repeated).")
@click.option("-j", "jobs", type=Count("workers"), default=os.cpu_count() or 1, help="Workers [default: all CPUs].")
def agree_command(wanted: tuple[str, ...], versions: tuple[str, ...], jobs: int) -> None:
    """Ask the model of each release and the real Xen the same rules, and count by area how many they agree on.

    The default is all releases, and the debug builds that harness oracle build made. A FILE is a Xen binary, which says
    itself whether it is a debug build. No recording is used.

    Exit status: 0 if they agree on every rule, or every difference is listed with its reason, 1 if not, 8 if some rules
    could not be compared, 130 interrupted, 2 wrong usage, 3 bad input.
    """
    from rich.console import Console

    from harness.conform.subject import identify
    from harness.oracle import RELEASES
    from harness.oracle.debug_build import built

    found: dict[RealXen, list[Compared]] = {}
    with Interruption() as interruption:
        for version in versions or (*RELEASES, *(f"{each}-debug" for each in RELEASES if built(each))):
            if not interruption.wished:
                xen = identify(version)
                found[xen] = _compare(xen, wanted, jobs, lambda: interruption.wished)
    Console(width=None if sys.stdout.isatty() else PIPED_WIDTH).print(_table(found))
    statuses = [_show(xen, compared) for xen, compared in found.items()]
    if interruption.wished:
        say_partial()
        sys.exit(interruption.status)
    sys.exit(status.NO if status.NO in statuses else max(statuses))


def _compare(xen: "RealXen", wanted: Sequence[str], jobs: int, stop: "ShouldStop") -> "list[Compared]":
    """Ask a real Xen and the model of its release all rules that this model claims."""
    from harness.conform.catalogue import Catalogue, load_catalogue
    from harness.conform.difference import Sides, compare
    from harness.conform.session import Plan
    from harness.conform.subject import ModelSubject

    chosen = load_catalogue().select(wanted)
    catalogue = Catalogue(chosen.areas, tuple(rule for rule in chosen.rules if rule.claimed(xen.model)))
    model = ModelSubject.of(xen.model, xen.release.endswith("-debug"))
    found: list[Compared] = []
    with closing(compare(Sides.of(model, xen), (Plan(catalogue, model), Plan(catalogue, xen)), jobs, stop)) as cases:
        for rules in cases:
            found += rules
            click.echo(f"{xen.name}: {rules[0].rule.case}: {_agreeing(rules)} of {len(rules)}", err=True)
    return found


def _agreeing(rules: "Sequence[Compared]") -> int:
    return sum(not (each.changes or each.problem) for each in rules)


def _table(found: "Mapping[RealXen, Sequence[Compared]]") -> "Table":
    """A row for each area, a column for each Xen."""
    from rich.table import Table

    table = Table(title="Rules on which model and real Xen agree", title_justify="left", highlight=False)
    table.add_column("area")
    for xen in found:
        table.add_column(xen.name, justify="right")
    areas = dict.fromkeys(each.rule.area for compared in found.values() for each in compared)
    for area in areas:
        table.add_row(area, *(_cell([each for each in rules if each.rule.area == area]) for rules in found.values()))
    table.add_section()
    table.add_row("all", *(_cell(rules) for rules in found.values()))
    return table


def _cell(rules: "Sequence[Compared]") -> str:
    agreeing = _agreeing(rules)
    return f"[{'green' if agreeing == len(rules) else 'bold red'}]{agreeing}/{len(rules)}[/]"


def _show(xen: "RealXen", compared: "Sequence[Compared]") -> int:
    """Print the differences, with the reasons of the known ones, and return the exit status for them."""
    from harness.conform.catalogue import words_of
    from harness.conform.observation import in_words
    from harness.conform.verdict import KNOWN_FAILURES

    worst = 0
    for each in compared:
        reason = KNOWN_FAILURES.get((xen.model, each.rule.id), "")
        for change in each.changes:
            click.echo(f"{xen.name}: {each.rule.id} {each.rule.sentence}")
            click.echo(f"  the model: {in_words(change.before, change.after)} ({words_of(change.configurations)})")
            click.echo(f"  real Xen:  {in_words(change.after, change.before)}")
            if reason:
                click.echo(f"  known:     {reason}")
            else:
                worst = status.NO
        if each.problem:
            click.echo(f"{xen.name}: {each.rule.id} could not be compared: {in_one_line(each.problem)}")
            worst = worst or status.SUITE_ERROR
    return worst
