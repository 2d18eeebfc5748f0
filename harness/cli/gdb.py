"""``harness gdb``: boot a guest, halted at its first instruction, and serve gdb or lldb."""

import sys
from pathlib import Path
from typing import Any

import click

from harness.cli.machine_options import boot_options, machine_options

LOOPBACK = "127.0.0.1"


@click.command("gdb")
@click.argument("guest", type=click.Path(path_type=Path))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=1234,
    show_default=True,
    metavar="N",
    help="The TCP port to listen on; 0 for any free one.",
)
@click.option("--host", default=LOOPBACK, show_default=True, metavar="ADDR", help="The address to listen on.")
@machine_options
def command(guest: Path, port: int, host: str, **options: Any) -> None:
    """Boot GUEST, halted at its first instruction, and serve gdb or lldb, one client at a time.

    Threads are vCPUs, memory is read through the thread's page tables, and system registers have the names of the Arm
    manual. Reverse execution works, and watchpoints also catch Xen's writes. After a client detaches, the guest stays
    halted for the next one. The guest's console goes to standard output. Exit status: as harness run if the guest has
    ended, 0 if the client killed it.
    """
    from harness.api import boot  # the emulator: not for --help
    from harness.cli.console import TerminalConsole
    from harness.debug.gdb.server import Server, listen
    from harness.debug.gdb.target import GdbTarget
    from harness.events import EventBus
    from harness.xen.exit_status import exit_status

    events = EventBus()
    # Never wait for console input: the client must be able to stop a guest that asks for some.
    console = TerminalConsole(events, 0 if options["dom0"] else 1, give_up=0.0)
    with boot(guest, events=events, **boot_options(options)) as machine, listen(host, port) as listener:
        machine.xen.console.refill = console.read
        server = Server(GdbTarget(machine), listener)
        click.echo(_invitation(guest, *listener.getsockname()[:2]), err=True)
        server.serve()
        outcome = server.outcome
    sys.exit(0 if outcome is None else exit_status(outcome))


def _invitation(guest: Path, host: str, port: int) -> str:
    at = f"[{host}]:{port}" if ":" in host else f":{port}" if host == LOOPBACK else f"{host}:{port}"
    symbols, hint = str(guest), ""
    if guest.suffix in (".S", ".s"):
        symbols = f"{guest.stem}.elf"
        hint = f" (symbols: harness asm {guest} --elf -o {symbols})"
    return f'harness: connect with: gdb-multiarch -ex "target remote {at}" {symbols}{hint}'
