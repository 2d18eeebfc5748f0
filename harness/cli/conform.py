"""``harness conform``: run the conformance suite on a model or on a real Xen."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli import status
from harness.cli.interruption import Interruption, say_partial
from harness.cli.numbers import Count
from harness.cli.progress import bar
from harness.files.apart import Named, check_outputs

if TYPE_CHECKING:
    from rich.console import Console

    from harness.conform.catalogue import Configuration, Rule
    from harness.conform.report.summary import Report, RuleReport
    from harness.conform.session import CaseRun, Plan
    from harness.conform.subject import Subject

PIPED_WIDTH = 100
"""Columns of a table that is not printed on a terminal: the same on every host."""


class Shard(click.ParamType["tuple[int, int]"]):
    """``2/3``: the second of three parts."""

    name = "i/n"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return both numbers."""
        if isinstance(value, tuple):
            return value
        part, _, parts = str(value).partition("/")
        if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
            self.fail(f"{value!r} is not a part such as 2/3, the second of three", param, ctx)
        return int(part), int(parts)


REPORT_PATH = click.Path(path_type=Path)


@click.command("conform")
@click.argument("wanted", nargs=-1, metavar="[RULE]...")
@click.option("--abi", default=None, metavar="MODEL", help="The model to check, or FILE.py [default: xen-4.17].")
@click.option("--on", "real", metavar="xen:FILE", help="Check a real Xen in QEMU: a file, or xen:4.14, 4.17, 4.20.")
@click.option("--debug-build", is_flag=True, help="Check the model as a debug build of Xen.")
@click.option("--tag", "tags", multiple=True, help="Only rules with this tag (may be repeated).")
@click.option(
    "--as", "domain", type=click.Choice(["dom0", "domU"]), help="Restrict to this kind of domain (default: both)."
)
@click.option("--vcpus", type=click.IntRange(1, 2), help="Restrict to this number of vCPUs (default: 1 and 2).")
@click.option(
    "--shard", type=Shard(), default=(1, 1), help="Run only the i-th of n parts, to share the work among n machines."
)
@click.option("-j", "jobs", type=Count("workers"), default=os.cpu_count() or 1, help="Workers [default: all CPUs].")
@click.option("--list", "listing", is_flag=True, help="List the rules without running anything.")
@click.option("--mutations", is_flag=True, help="Break the hypervisor on purpose, and show which rules notice.")
@click.option("--in", "files", multiple=True, metavar="FILE", help="With --mutations: only in xen/traps.py, say.")
@click.option("--matrix", is_flag=True, help="With --mutations: every run on every mutant. Takes an hour.")
@click.option("--junit", type=REPORT_PATH, metavar="FILE", help="Write a JUnit XML report.")
@click.option("--tap", type=REPORT_PATH, metavar="FILE", help="Write a TAP 14 report.")
@click.option("--json", type=REPORT_PATH, metavar="FILE", help="Write a JSON report.")
@click.option("--html", type=REPORT_PATH, metavar="FILE", help="Write an HTML page: one file that needs no other.")
def command(
    wanted: tuple[str, ...],
    abi: str | None,
    real: str | None,
    debug_build: bool,
    tags: tuple[str, ...],
    domain: str | None,
    vcpus: int | None,
    shard: tuple[int, int],
    jobs: int,
    listing: bool,
    mutations: bool,
    files: tuple[str, ...],
    matrix: bool,
    **paths: Path | None,
) -> None:
    """Check the rules of the arm64 guest ABI, or those named by ID, area or case.

    Every rule is checked as dom0 and as a dom0less domU, with one vCPU and with two on one physical CPU. The result is
    compared with the recording of the real Xen of the same release or, where a model departs from that release by
    design, with its design. With --on, --abi MODEL names the model whose design the Xen follows.

    The verdict on a rule is a pass (as the real Xen), an expected failure (different from the model's release, by
    design), a known failure (different from the real Xen, and listed with the reason), a skip (the model does not
    claim the rule, or the rule does not apply to this configuration), an error (of the suite: the guest did not report
    the rule, or nothing is recorded for it), or a failure (different from what is expected).

    With --mutations, the model is not checked as it is. Every function of the hypervisor is changed in many ways, one
    at a time, and a rule, one of the nine claims, a guest that comes with the harness or the random calls should notice
    each change. The command fails if fewer changes are noticed than before, or if a reason in cannot_matter.toml is
    stale.

    Exit status: 0 if every verdict is among the first four, 1 if a rule fails, 8 if none fails but one ends in an
    error, 130 interrupted (the summary and the reports then contain partial results), 2 wrong usage, 3 bad input.
    """
    from harness.conform.catalogue import load_catalogue
    from harness.conform.session import Plan

    asked = (abi, real, debug_build, domain, vcpus, *(path for name, path in paths.items() if name != "json"))
    of_mutations = (shard != (1, 1), paths["json"])
    if (listing or mutations) and (any(asked) or (listing and any(of_mutations))):
        raise click.UsageError(
            "--list and --mutations check no model: combine them only with RULE and --tag, "
            "and --mutations also with -j, --shard, --json, --in and --matrix"
        )
    if (files or matrix) and not mutations:
        raise click.UsageError("--in and --matrix are for --mutations")
    catalogue = load_catalogue().select(wanted, tags)
    if listing:
        _list(catalogue.rules)
    elif mutations:
        from harness.cli.mutations import try_mutations
        from harness.conform.mutation.campaign import MutationPlan

        try_mutations(MutationPlan(catalogue, bool(wanted or tags), files, shard, matrix), jobs, paths["json"])
    else:
        if real and debug_build:
            raise click.UsageError(
                "--debug-build is only for models: a real Xen says itself whether it is a debug build"
            )
        given = {"--abi": abi if abi and abi.endswith(".py") else None, "--on": (real or "").removeprefix("xen:")}
        check_outputs(
            [Named(f"--{name}", path) for name, path in paths.items() if path is not None],
            [Named(option, Path(path)) for option, path in given.items() if path],
        )
        plan = Plan(catalogue, _subject(abi, real, debug_build), _configurations(domain, vcpus), shard)
        _check(plan, jobs, paths)


def _subject(abi: str | None, real: str | None, debug_build: bool) -> "Subject":
    from harness.conform.subject import ModelSubject, identify
    from harness.xen.models.model_file import resolve_model

    if real is None:
        return ModelSubject.of(abi or "xen-4.17", debug_build)
    return identify(real, resolve_model(abi).name if abi else None)


def _configurations(domain: str | None, vcpus: int | None) -> "tuple[Configuration, ...]":
    from harness.conform.catalogue import CONFIGURATIONS

    return tuple(
        each
        for each in CONFIGURATIONS
        if domain in (None, "dom0" if each.dom0 else "domU") and vcpus in (None, each.vcpus)
    )


def _list(rules: "Sequence[Rule]") -> None:
    for rule in rules:
        notes = [*sorted(rule.needs), *(f"#{tag}" for tag in sorted(rule.tags))]
        notes += [f"untestable: {rule.untestable}"] if rule.untestable else []
        click.echo(f"{rule.id}  {rule.sentence}" + (f"  [{', '.join(notes)}]" if notes else ""))


def _check(plan: "Plan", jobs: int, paths: dict[str, Path | None]) -> None:
    """Run a plan, print the results, write the reports, and exit."""
    from rich.console import Console

    from harness.conform.recordings import find_recording
    from harness.conform.report.files import write
    from harness.conform.report.summary import by_rule, make_report
    from harness.conform.report.terminal import details, table
    from harness.conform.session import run
    from harness.conform.verdict import judge_run

    recording = find_recording(plan.subject.release)
    if recording.release != plan.subject.release:
        click.echo(
            f"harness: nothing is recorded of Xen {plan.subject.release}: comparing with {recording.release}", err=True
        )
    runs: list[CaseRun] = []
    results = []
    terminal = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    with Interruption() as interruption, _progress(plan, terminal) as show:
        with closing(run(plan, jobs, lambda: interruption.wished)) as every_case:
            for of_case in every_case:
                judged = [result for each in of_case for result in judge_run(each, plan.subject.model, recording)]
                runs += of_case
                results += judged
                show(of_case[0].case.name, len(of_case), by_rule(judged))
        interrupted = interruption.wished
    report = make_report(plan, recording.release, runs, results, interrupted)
    for name, path in paths.items():  # before printing: if standard output is a closed pipe, printing ends the command
        if path is not None:
            write(name, path, report)
    for line in details(report):
        terminal.print(line, highlight=False, markup=False, soft_wrap=True)
    terminal.print(table(report))
    if interrupted:
        say_partial()
        sys.exit(interruption.status)
    sys.exit(_status(report))


@contextmanager
def _progress(plan: "Plan", terminal: "Console") -> "Iterator[Callable[[str, int, Sequence[RuleReport]], None]]":
    """Show each case when it is done: in a bar on a terminal, otherwise as a line."""
    from harness.conform.report.summary import counted

    if not terminal.is_terminal:
        yield lambda case, runs, rules: click.echo(f"{case}: {runs} runs, {counted(rules) or 'no rule applies'}")
        return
    total = sum(len(plan.configurations_of(case)) for case in plan.cases)
    with bar(terminal, plan.subject.name, total) as advance:
        yield lambda case, runs, rules: advance(
            case, runs, [each.rule.id for each in rules if not each.verdict.is_good]
        )


def _status(report: "Report") -> int:
    from harness.conform.verdict import Verdict

    verdicts = {each.verdict for each in report.rules}
    return status.NO if Verdict.FAILURE in verdicts else status.SUITE_ERROR if Verdict.ERROR in verdicts else 0
