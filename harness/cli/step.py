"""``harness step``: walk through a guest's run, forward and backward, at a prompt or by a script."""

import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from harness.cli.interruption import INTERRUPTED_STATUS, Interruption
from harness.cli.machine_options import boot_options, machine_options
from harness.cli.numbers import Seconds
from harness.errors import InputError, ModelError

EXIT_STATUS = """\b
Exit status:
   0  the session ended, by quit, the end of input, or after the last command
   2  wrong usage
   3  bad input: a file, a model, a size; or a command in a script, which ends there
   5  --timeout is spent before a script has ended
  70  a bug in the harness
 130  a script was interrupted
"""

TIMEOUT_STATUS = 5


@click.command("step", epilog=EXIT_STATUS)
@click.argument("guest", type=click.Path(path_type=Path))
@click.option("-c", "commands", multiple=True, metavar="COMMAND", help="Do COMMAND; may be repeated.")
@click.option(
    "-x", "script", type=click.Path(path_type=Path), metavar="FILE", help="Do the commands in FILE, a line each, first."
)
@click.option(
    "--timeout",
    type=Seconds(),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Give up on a script after S seconds.",
)
@machine_options
def command(guest: Path, commands: tuple[str, ...], script: Path | None, timeout: float, **options: Any) -> None:
    """Walk through a run of GUEST, one instruction, one hypercall, one context switch at a time, and back again.

    At a terminal there is a prompt, after the commands of -x and -c if any; `help` lists what can be typed there.
    Without a terminal the session ends after them; without them, commands are read from standard input.
    """
    from harness.api import boot  # the emulator: not for --help
    from harness.debug.step.appearance import open_console
    from harness.debug.step.guest_output import show_guest_output
    from harness.debug.step.interpreter import Interpreter
    from harness.debug.step.session import Session

    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    lines = [*_script(script), *((f"-c {each!r}", each) for each in commands)]
    if not lines and not at_terminal:
        lines = _numbered("standard input", sys.stdin.read())
    with boot(guest, **boot_options(options)) as machine:
        wish = _Wish()
        session = Session(machine, open_console(sys.stdout), wish.is_there)
        show_guest_output(machine.events, session.say)
        interpreter = Interpreter(session)
        with wish.listening(timeout):
            session.say(session.status())
            for place, line in lines:
                _do(interpreter, place, line)
                if session.finished:
                    return
                if wish.is_there():
                    if wish.status == TIMEOUT_STATUS:
                        click.echo(f"harness: given up after {timeout:g} s", err=True)
                    sys.exit(wish.status)
        if at_terminal:
            from harness.debug.step.prompt import converse

            converse(interpreter, _kept_lines(), wish.listening)


def _do(interpreter: Any, place: str, line: str) -> None:
    """Do a line of a script; InputError names its place."""
    try:
        interpreter.do(line)
    except ModelError:  # it has a place of its own, where the mistake is
        raise
    except InputError as error:
        raise InputError(f"{place}: {error}") from None


class _Wish:
    """Whether somebody wants what runs now to stop, by Ctrl-C, or its time is up; each ``listening`` begins anew."""

    def __init__(self) -> None:
        self._interruption = Interruption()
        self._give_up = float("inf")

    def listening(self, timeout: float = float("inf")) -> Interruption:
        self._interruption = Interruption()
        self._give_up = time.monotonic() + timeout
        return self._interruption

    def is_there(self) -> bool:
        return self._interruption.wished or time.monotonic() >= self._give_up

    @property
    def status(self) -> int:
        """The exit status of a script that is stopped."""
        return INTERRUPTED_STATUS if self._interruption.wished else TIMEOUT_STATUS


def _numbered(name: str, text: str) -> list[tuple[str, str]]:
    """The lines that say something: to repeat the last movement by an empty one is for the prompt."""
    return [(f"{name}:{number}", line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def _script(path: Path | None) -> list[tuple[str, str]]:
    if path is None:
        return []
    try:
        return _numbered(str(path), path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def _kept_lines() -> Path:
    """Where the lines of former sessions are: ``harness/step-history`` under XDG_STATE_HOME, or ~/.local/state."""
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "harness" / "step-history"
