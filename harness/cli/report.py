"""``harness report``: run a guest, or read a trace, and write one page that shows what happened."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from harness.cli.machine_options import boot_options, check_machine_outputs, load_guest, machine_options_but_abi
from harness.cli.numbers import Count, Seconds
from harness.cli.time_limit import TimeLimit
from harness.errors import InputError
from harness.files.apart import Named
from harness.files.input import MOST_BINARY, open_input, read_all
from harness.files.output import write_text
from harness.words import printable

if TYPE_CHECKING:
    from harness.guest import Guest

_WHAT = "a guest or a trace"
_HEAD = 64
"""Bytes at the beginning of a file by which a trace is recognised."""


@click.command("report")
@click.argument("source", type=click.Path(path_type=Path), metavar="GUEST|TRACE")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="PAGE.html", help="The page to write."
)
@click.option(
    "--abi",
    "models",
    multiple=True,
    metavar="MODEL|FILE.py",
    help="The ABI model, or a .py file that defines one; several are shown side by side.",
)
@machine_options_but_abi
@click.option(
    "--timeout", type=Seconds(), default=60.0, show_default=True, metavar="S", help="Give up on a run after S seconds."
)
@click.option("--max-insns", type=Count("instructions"), metavar="N", help="Give up on a run after N instructions.")
def command(
    source: Path,
    output: Path,
    models: tuple[str, ...],
    timeout: float,
    max_insns: int | None,
    **options: Any,
) -> None:
    """Write a page that shows a run of GUEST, or the events of a TRACE in JSON lines.

    The page needs no network and no other file. It has a time line of the vCPUs, the true stolen time beside that of
    the runstate area, the upper half of the address space under every directory, hypercalls, and all events.

    Exit status: 0 if the page was written, however the guest ended; 3 bad input.
    """
    from harness.debug.report.page import render

    outputs = [Named("-o", output)]
    with TimeLimit(timeout) as limit:
        with limit.reading():
            check_machine_outputs(outputs, source, options, models)
            runs, guest = _read(source, outputs)
            booting = boot_options(options, outputs)
        if guest is not None:
            runs = [_from_run(source, guest, model, booting, max_insns, limit) for model in models or ("xen-4.17",)]
    page = render(f"{runs[0]['guest']}: {', '.join(run['title'] for run in runs)}", runs)
    write_text(output, page)
    click.echo(f"{output}: {len(page.encode()) / 1024:,.0f} KiB", err=True)


def _read(source: Path, outputs: Sequence[Named]) -> "tuple[list[dict[str, Any]], Guest | None]":
    """Read a trace or a guest. The source may be a pipe, which can be read only once."""
    if source.suffix in (".S", ".s"):
        return [], load_guest(source, "GUEST", outputs)
    from harness.debug.trace import own_trace

    with open_input(source, _WHAT) as file:
        head = file.peek(_HEAD)[:_HEAD] if isinstance(file, io.BufferedReader) else b""
        match own_trace(head):
            case "json":
                return [_from_trace(source, file)], None
            case None:
                from harness.guest.formats import load_binary

                return [], load_binary(source, read_all(file, str(source), "a guest", MOST_BINARY))
            case other:
                raise InputError(
                    f"{source}: this is a trace of harness run as {other}; a report is made from a trace in JSON lines "
                    "(--trace FILE.jsonl), or from the guest itself"
                )


def _from_trace(path: Path, file: BinaryIO) -> dict[str, Any]:
    from harness.debug.report.run_data import RunData
    from harness.debug.trace.json_lines import CutShort, read_trace

    header, events = read_trace(str(path), file)
    data = RunData(header)
    data.note = "Made from a trace, which does not contain the guest's tables: run the guest itself to see them."
    for event in events:
        if isinstance(event, CutShort):
            data.end = f"the trace ends early: {event.reason}"
        else:
            data.take(event)
    return {"guest": header.guest, **data.plain()}


def _from_run(
    path: Path, guest: "Guest", model: str, options: dict[str, Any], max_insns: int | None, limit: TimeLimit
) -> dict[str, Any]:
    from harness.api import boot
    from harness.debug.report.directories import Directories
    from harness.debug.report.run_data import RunData
    from harness.debug.trace import KINDS, TraceHeader
    from harness.events import EventBus

    names = ("vcpus", "pcpus", "debug_build", "dom0")
    data = RunData(TraceHeader(printable(path.name), printable(model), **{name: options[name] for name in names}))
    events = EventBus()
    for kind in KINDS.values():
        events.listen(kind, data.take)
    directories = Directories(events)
    with limit.reading():
        machine = boot(guest, abi=model, events=events, **options)
    with machine:
        directories.xen = machine.xen
        with limit.running():
            outcome = machine.run(max_instructions=max_insns, timeout_s=limit.left_s)
        data.end = f"{outcome.end.value}{f': {outcome.detail}' if outcome.detail else ''}"
        data.end += f", after {machine.instructions:,} instructions"
    data.maps, data.unseen = directories.plain(), directories.unseen
    return {"guest": printable(path.name), **data.plain()}
