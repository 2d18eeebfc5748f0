"""``harness run``: boot a guest, show its console, and end with a status that says how it ended."""

import sys
import time
from pathlib import Path
from typing import Any

import click

from harness.cli.machine_options import boot_options, machine_options

EXIT_STATUS = """\b
Exit status:
   0  the guest powered off
   2  wrong usage
   3  bad input: a file, a model, a size
   4  the guest crashed
   5  --timeout or --max-insns is spent
   6  deadlock: every vCPU waits, and nothing will ever happen
   7  reboot or another shutdown
  70  a bug in the harness
"""


@click.command("run", epilog=EXIT_STATUS)
@click.argument("guest", type=click.Path(path_type=Path))
@machine_options
@click.option("--timeout", default=60.0, show_default=True, metavar="S", help="Give up after S seconds on the host.")
@click.option("--max-insns", type=click.IntRange(min=1), metavar="N", help="Give up after N instructions.")
@click.option(
    "--trace",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write every event to FILE: .txt for people, .jsonl for programs, .pftrace for ui.perfetto.dev.",
)
@click.option(
    "--trace-format", type=click.Choice(["text", "json", "perfetto"]), help="The format, whatever FILE is called."
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

    GUEST is an ELF file, an arm64 Image or a flat binary, told apart by content; a .S or .s file is assembled first.
    What the guest writes to its console goes to standard output, and nothing else does; standard input is the
    console's input; Xen's log goes to standard error.
    """
    from harness.api import boot  # the emulator: not for --help
    from harness.cli.console import TerminalConsole
    from harness.debug.trace import Header, open_trace
    from harness.events import EventBus

    give_up = time.monotonic() + timeout
    events = EventBus()
    asked = {name: options[name] for name in ("vcpus", "pcpus", "debug_build", "dom0")}
    with open_trace(trace, trace_format, events, Header(guest.name, options["abi"], **asked)):
        console = TerminalConsole(events, 0 if options["dom0"] else 1, give_up)
        machine = boot(guest, events=events, **boot_options(options))
        with machine:
            machine.xen.console.refill = console.read
            outcome = machine.run(max_instructions=max_insns, timeout_s=max(0.0, give_up - time.monotonic()))
            status = _report(machine, outcome)
    sys.exit(status)


def _report(machine: Any, outcome: Any) -> int:
    """Say on standard error what needs saying of an end, and return its exit status."""
    from harness.xen.exit_status import exit_status
    from harness.xen.hypervisor import End

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
    return exit_status(outcome)
