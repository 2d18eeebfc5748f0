"""``harness report``: run a guest, or read a trace, and write one page that shows what happened."""

from pathlib import Path
from typing import Any

import click

from harness.cli.machine_options import boot_options, machine_options_but_abi
from harness.errors import InputError

_TRACE_BEGINS = b'{"trace": "harness"'


@click.command("report")
@click.argument("source", type=click.Path(path_type=Path), metavar="GUEST|TRACE")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="PAGE.html", help="The page.")
@click.option(
    "--abi", "models", multiple=True, metavar="MODEL|FILE.py", help="Who answers; several are shown side by side."
)
@machine_options_but_abi
@click.option("--timeout", default=60.0, show_default=True, metavar="S", help="Give up on a run after S seconds.")
@click.option("--max-insns", type=click.IntRange(min=1), metavar="N", help="Give up on a run after N instructions.")
def command(
    source: Path,
    output: Path,
    models: tuple[str, ...],
    timeout: float,
    max_insns: int | None,
    **options: Any,
) -> None:
    """Write a page that shows a run of GUEST, or what a TRACE in JSON lines holds.

    The page needs no network and no other file: a time line of the vCPUs, true stolen time beside what the guest's
    runstate area says, the upper half of the address space under every directory, hypercalls, and all events.

    Exit status: 0 if the page was written, however the guest ended; 3 bad input.
    """
    from harness.debug.report.page import render

    if _is_trace(source):
        runs = [_from_trace(source)]
    else:
        limits = {"max_instructions": max_insns, "timeout_s": timeout}
        runs = [_from_run(source, model, boot_options(options), limits) for model in models or ("xen-4.17",)]
    page = render(f"{runs[0]['guest']}: {', '.join(run['title'] for run in runs)}", runs)
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output}: {error.strerror}") from None
    click.echo(f"{output}: {len(page.encode()) / 1024:,.0f} KiB", err=True)


def _is_trace(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_TRACE_BEGINS)) == _TRACE_BEGINS
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def _from_trace(path: Path) -> dict[str, Any]:
    from harness.debug.report.run_data import RunData
    from harness.debug.trace.json_lines import read_trace

    header, events = read_trace(path)
    data = RunData(header)
    data.note = "Made from a trace, which does not hold the guest's tables: run the guest itself to see them."
    for event in events:
        data.take(event)
    return {"guest": header.guest, **data.plain()}


def _from_run(guest: Path, model: str, options: dict[str, Any], limits: dict[str, Any]) -> dict[str, Any]:
    from harness.api import boot
    from harness.debug.report.directories import Directories
    from harness.debug.report.run_data import RunData
    from harness.debug.trace import KINDS, Header
    from harness.events import EventBus

    names = ("vcpus", "pcpus", "debug_build", "dom0")
    data = RunData(Header(guest.name, model, **{name: options[name] for name in names}))
    events = EventBus()
    for kind in KINDS.values():
        events.listen(kind, data.take)
    directories = Directories(events)
    with boot(guest, abi=model, events=events, **options) as machine:
        directories.xen = machine.xen
        outcome = machine.run(**limits)
        data.end = f"{outcome.end.value}{f': {outcome.detail}' if outcome.detail else ''}"
        data.end += f", after {machine.instructions:,} instructions"
    data.maps, data.unseen = directories.plain(), directories.unseen
    return {"guest": guest.name, **data.plain()}
