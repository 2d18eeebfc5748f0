"""``harness conform``: the conformance suite, on a model or on a real Xen."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from harness.conform.catalogue import Rule

UNEXPECTED_STATUS = 1


@click.command("conform")
@click.argument("wanted", nargs=-1, metavar="[RULE]...")
@click.option("--abi", default=None, metavar="MODEL", help="The model, or FILE.py [default: xen-4.17].")
@click.option("--on", "real", metavar="xen:FILE", help="Ask a real Xen in QEMU: a file, or 4.14, 4.17, 4.20.")
@click.option("--debug-build", is_flag=True, help="The model as a debug build of Xen.")
@click.option("--tag", "tags", multiple=True, help="Only rules with this tag (may be repeated).")
@click.option("--mutations", is_flag=True, help="Show that the rules bite: break the model on purpose for each.")
@click.option("-j", "jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Workers [default: all CPUs].")
def command(
    wanted: tuple[str, ...],
    abi: str | None,
    real: str | None,
    debug_build: bool,
    tags: tuple[str, ...],
    mutations: bool,
    jobs: int,
) -> None:
    """Check the rules of the arm64 guest ABI, or those named by ID, area or case."""
    from harness.conform.catalogue import load_catalogue
    from harness.conform.session import Plan, run
    from harness.conform.subject import ModelSubject, Subject, identify
    from harness.conform.verdict import in_words

    if mutations:
        _mutations(load_catalogue().select(wanted, tags).rules, jobs)
    subject: Subject = identify(real, abi) if real else ModelSubject(abi or "xen-4.17", debug_build)
    plan = Plan(load_catalogue().select(wanted, tags), subject)
    bad = 0
    counts: dict[str, int] = {}
    for each in run(plan, jobs):
        for result in each.results:
            counts[result.verdict.value] = counts.get(result.verdict.value, 0) + 1
            if not result.verdict.is_good:
                bad += 1
                click.echo(
                    f"{result.name}: {result.verdict.value}: {in_words(result.observed)}; "
                    f"expected {in_words(result.expected)} {result.reason}"
                )
    click.echo(f"{subject.name}: {counts}")
    sys.exit(UNEXPECTED_STATUS if bad else 0)


def _mutations(rules: Sequence["Rule"], jobs: int) -> None:
    from harness.conform.mutation import try_mutations

    missed = 0
    for bite in try_mutations(rules, jobs):
        assert bite.rule.mutation is not None
        if not bite.caught:
            missed += 1
            click.echo(f"{bite.rule.id}: {bite.rule.mutation.name}: not caught: {bite.whole}: {bite.problem}")
        else:
            click.echo(f"{bite.rule.id}: {bite.rule.mutation.name}: {bite.whole} becomes {bite.broken}")
    for rule in rules:
        if rule.mutation is None and not rule.untestable:
            missed += 1
            click.echo(f"{rule.id}: no mutation")
    sys.exit(UNEXPECTED_STATUS if missed else 0)
