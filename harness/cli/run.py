"""``harness run``: boot a guest, show its console, and exit with a status that says how the guest ended."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli import status
from harness.cli.machine_options import boot_options, check_machine_outputs, load_guest, machine_options
from harness.cli.numbers import Count, Seconds
from harness.cli.time_limit import TimeLimit
from harness.files.apart import Named
from harness.words import printable

if TYPE_CHECKING:
    from harness.guest import Guest

EXIT_STATUS = status.lines(s0="the guest powered off", s4="the guest crashed", s5="", s6="", s7="")


@click.command("run", epilog=EXIT_STATUS)
@click.argument("guest", type=click.Path(path_type=Path))
@machine_options
@click.option(
    "--timeout",
    type=Seconds(),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Give up S seconds (on the host) after the command started.",
)
@click.option("--max-insns", type=Count("instructions"), metavar="N", help="Give up after N instructions.")
@click.option(
    "--trace",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write every event to FILE: .txt for people, .jsonl for programs, .pftrace for ui.perfetto.dev.",
)
@click.option(
    "--trace-format", type=click.Choice(["text", "json", "perfetto"]), help="The format, if FILE has another suffix."
)
def command(
    guest: Path,
    timeout: float,
    max_insns: int | None,
    trace: Path | None,
    trace_format: str | None,
    **options: Any,
) -> None:
    """Boot GUEST and show its console.

    GUEST is an ELF file, an arm64 Image or a flat binary, recognised by content; a .S or .s file is assembled first.
    Standard output has exactly what the guest writes to its console, and standard input is the console's input. Xen's
    log goes to standard error.
    """
    outputs = [] if trace is None else [Named("--trace", trace)]
    with TimeLimit(timeout) as limit:
        with limit.reading():
            if trace is not None:
                _check_format(trace, trace_format)
            check_machine_outputs(outputs, guest, options, [options["abi"]])
            loaded = load_guest(guest, "GUEST", outputs)
            booting = boot_options(options, outputs)
        code = _run(guest, loaded, booting, limit, max_insns, trace, trace_format)
    sys.exit(code)


def _check_format(trace: Path, trace_format: str | None) -> None:
    from harness.debug.trace import trace_format as format_of

    if trace_format is None:
        format_of(trace)


def _run(
    path: Path,
    guest: "Guest",
    options: dict[str, Any],
    limit: TimeLimit,
    max_insns: int | None,
    trace_path: Path | None,
    trace_format: str | None,
) -> int:
    """Boot and run, and return the exit status."""
    from harness.api import boot  # imports the emulator, which --help does not need
    from harness.cli.console import TerminalConsole
    from harness.events import EventBus
    from harness.xen.outcome import End

    events = EventBus()
    with ExitStack() as tracing:
        trace = None
        if trace_path is not None:
            from harness.debug.trace import TraceHeader, open_trace  # its import takes a fifteenth of the start-up time

            asked = {name: options[name] for name in ("vcpus", "pcpus", "debug_build", "dom0")}
            header = TraceHeader(printable(path.name), printable(options["abi"]), **asked)
            trace = tracing.enter_context(open_trace(trace_path, trace_format, events, header, _say))
        console = TerminalConsole(events, 0 if options["dom0"] else 1, limit.end)
        with limit.reading():
            machine = boot(guest, events=events, **options)
        with machine:
            machine.xen.console.refill = console.read
            with limit.running():
                outcome = machine.run(max_instructions=max_insns, timeout_s=limit.left_s)
            if trace is not None and outcome.end is End.TIMEOUT:
                trace.cut_short = outcome.end.value
            return _report(machine, outcome)


def _say(line: str) -> None:
    click.echo(f"harness: {line}", err=True)


def _report(machine: Any, outcome: Any) -> int:
    """Report on standard error how the machine ended, unless the guest shut down, and return the exit status."""
    from harness.xen.exit_status import exit_status
    from harness.xen.outcome import End

    match outcome.end:
        case End.SHUTDOWN:
            pass
        case End.CRASH:
            from harness.debug.crash import crash_report

            for line in crash_report(machine, outcome):
                click.echo(line, err=True)
        case End.DEADLOCK:
            waiting = ", ".join(
                f"{vcpu} {'is off' if vcpu.state.down else 'waits'}{f' at pc {vcpu.cpu.pc:#x}' if vcpu.has_cpu else ''}"
                for vcpu in machine.domain.vcpus
            )
            click.echo(f"harness: deadlock: nothing will ever wake a vCPU ({waiting})", err=True)
        case _:
            count = f"{machine.instructions:,}"
            click.echo(f"harness: given up after {count} instructions: {outcome.detail or outcome.end.value}", err=True)
            from harness.debug.crash import loop_sentences

            for line in loop_sentences(machine):
                click.echo(line, err=True)
    return exit_status(outcome)
