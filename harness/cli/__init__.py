"""The command line: one module here per command, imported only when that command runs.

Exit statuses are a contract: see ``harness.cli.status`` and the README ("Exit status").
"""

import importlib
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from harness.cli import status
from harness.cli.streams import OutputLost
from harness.cli.time_limit import note_start
from harness.errors import InputError, Interrupted
from harness.shortage import shortage_of
from harness.words import suggestion

COMMANDS = {
    "run": "Boot a guest and show its console.",
    "demo": "Show the runstate defect and its cure, side by side.",
    "step": "Step through a guest's run, forwards and backwards, at a prompt.",
    "asm": "Assemble a guest: an image or ELF, and a listing.",
    "claims": "Decide nine claims about the runstate area, under every model.",
    "conform": "Check the rules of the guest ABI, on a model or a real Xen.",
    "diff": "Show what a guest would notice between two models or Xens.",
    "oracle": "Ask a real Xen, booted in QEMU.",
    "fetch": "Fetch Debian's kernels and Xens into the cache.",
    "gdb": "Serve gdb or lldb: step, watch, and run backwards.",
    "report": "Show a run, or several side by side, as one page.",
    "bench": "Measure speed against bare Unicorn and the real Xen.",
}
"""Every command and its line in the help. The module of the same name defines a click command ``command``."""


class LazyGroup(click.Group):
    """A click group that imports a command's module only to run it, so that ``harness run`` starts fast."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Make the context of a command line, and start counting its time."""
        context = super().make_context(info_name, args, parent, **extra)
        note_start(context)
        return context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of the command, or return nothing for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"harness.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. The usage error for an unknown one suggests a similar name, and lists all commands."""
        name = args[0]
        # click reports a misplaced option better than we could, so only names are handled here.
        if name not in COMMANDS and not name.startswith("-"):
            known = ", ".join(COMMANDS)
            raise click.UsageError(f"no command is called {name!r}{suggestion(name, COMMANDS)}: there are {known}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="harness-xen-arm", prog_name="harness")
def group() -> None:
    """Real AArch64 guest code on a hypervisor that behaves, to the last result code, like Xen on Arm."""


def main() -> None:
    """Run the command line of ``sys.argv``, and raise SystemExit with its status: for callers inside a process.

    The installed command is ``harness.__main__``, which also handles signals and prepares the standard streams.
    """
    sys.exit(status_of(sys.argv))


def status_of(argv: Sequence[str]) -> int:
    """Run a command line and return its status. Bad input gives one clear message, never a traceback.

    Any other exception is a bug in the harness: its traceback is printed, with the command that led to it.
    """
    try:
        return _invoke(argv[1:])
    except SystemExit as ended:
        return status.of_exit(ended.code)
    except OutputLost:
        return status.OUTPUT_LOST
    except Exception as error:
        wrong = error if isinstance(error, InputError) else shortage_of(error)
        if wrong is not None:
            click.echo(f"harness: {wrong}", err=True)
            return status.BAD_INPUT
        # After Ctrl-C, cleaning up can fail in any half-finished place: that is not a bug to report.
        if not isinstance(error.__context__, Interrupted):
            traceback.print_exc()
            click.echo(f"harness: this is a bug in the harness; it happens with: {shlex.join(argv)}", err=True)
        return status.BUG


def _invoke(arguments: Sequence[str]) -> int:
    """Do what click's own ``main`` does, except that it would exit with 1 for a closed pipe and for Ctrl-C."""
    completion = os.environ.get("_HARNESS_COMPLETE")
    if completion:
        from click.shell_completion import shell_complete

        return shell_complete(group, {}, "harness", "_HARNESS_COMPLETE", completion)
    try:
        with group.make_context("harness", list(arguments)) as context:
            group.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        return status.INTERRUPTED
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    return 0
