"""The command line: one module here per command, loaded only when that command is asked for.

Exit statuses are a contract (README, "Exit status"): 2 is a wrong command line, 3 is bad input, 70 a bug in here.
"""

import importlib
import os
import shlex
import sys
import traceback

import click

from harness.cli.streams import take_any_text
from harness.errors import InputError
from harness.words import suggestion

BAD_INPUT_STATUS = 3
BUG_STATUS = 70
BROKEN_PIPE_STATUS = 141

COMMANDS = {
    "run": "Boot a guest and show its console.",
    "demo": "The runstate defect and its cure, side by side.",
    "step": "Walk through a guest's run, forward and back, at a prompt.",
    "asm": "Assemble a guest: an image or ELF, and a listing.",
    "claims": "Decide nine claims about the runstate area, under every model.",
    "conform": "Check the rules of the guest ABI, on a model or a real Xen.",
    "diff": "What a guest would notice between two models or Xens.",
    "oracle": "Ask a real Xen, booted in QEMU.",
    "gdb": "Serve gdb or lldb: step, watch and go backwards, in what Xen does, too.",
    "report": "Show a run, or several side by side, as one page.",
    "bench": "Measure speed against bare Unicorn and the real Xen.",
}
"""Every command and its line in the help; the module of the same name has a click command ``command``."""


class LazyGroup(click.Group):
    """A click group that imports a command's module only to run it, so that ``harness run`` starts fast."""

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
        """Find the command; a usage error for an unknown one says which was probably meant, and which there are."""
        name = args[0]
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
    """Run the command line; bad input ends in one clear message and its exit status, never in a traceback.

    An exception that nobody expected is a bug in the harness: it is shown whole, with the command that leads to it.
    """
    take_any_text()
    try:
        group(standalone_mode=True)
    except InputError as error:
        click.echo(f"harness: {error}", err=True)
        sys.exit(BAD_INPUT_STATUS)
    except BrokenPipeError:  # whoever read the output has gone: nothing is left to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BROKEN_PIPE_STATUS)
    except Exception:
        traceback.print_exc()
        click.echo(f"harness: this is a bug in the harness; it happens with: {shlex.join(sys.argv)}", err=True)
        sys.exit(BUG_STATUS)
