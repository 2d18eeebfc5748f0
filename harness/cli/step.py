"""``harness step``: step through a guest's run, forwards and backwards, at a prompt or by a script."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from harness.cli import status
from harness.cli.interruption import Interruption
from harness.cli.machine_options import boot_options, machine_options
from harness.cli.numbers import Seconds
from harness.cli.time_limit import TimeLimit
from harness.errors import InputError, ModelError
from harness.files.directories import state_directory
from harness.files.input import MOST_TEXT, read_all, read_text
from harness.xen.alarm import Alarm

EXIT_STATUS = status.lines(
    s0="the session ended: by quit, at the end of input, or after the last command",
    s3="bad input: a file, a model, a size, or a command in a script, which then ends",
    s5="the limit of --timeout was reached before a script ended",
)


@click.command("step", epilog=EXIT_STATUS)
@click.argument("guest", type=click.Path(path_type=Path))
@click.option("-c", "commands", multiple=True, metavar="COMMAND", help="Run COMMAND; may be repeated.")
@click.option(
    "-x",
    "script",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="First run the commands in FILE, one on each line.",
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
    """Step through a run of GUEST by instructions, hypercalls or context switches, forwards and backwards.

    The commands of -x and -c run first. At a terminal a prompt follows; type `help` there for a list of commands.
    Without a terminal the session ends after -x and -c; if neither is given, it reads commands from standard input.
    """
    from harness.api import boot  # imports the emulator, which --help does not need
    from harness.debug.step.appearance import open_console
    from harness.debug.step.guest_output import show_guest_output
    from harness.debug.step.interpreter import Interpreter
    from harness.debug.step.session import StepSession

    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    with TimeLimit(timeout) as limit:
        with limit.reading():
            lines = [*_script(script), *((f"-c {each!r}", each) for each in commands)]
            if not lines and not at_terminal:
                lines = _numbered("standard input", _standard_input())
            booted = boot(guest, **boot_options(options))
        with booted as machine:
            wish = _Wish(machine.xen.hurry)
            session = StepSession(machine, open_console(sys.stdout), wish.is_there)
            show_guest_output(machine.events, session.say)
            interpreter = Interpreter(session)
            with limit.running(), wish.listening(limit.end):
                session.say(session.status())
                for place, line in lines:
                    _do(interpreter, place, line)
                    if session.finished:
                        return
                    if wish.is_there():
                        if wish.status == status.GIVEN_UP:
                            click.echo(f"harness: given up after {timeout:g} s", err=True)
                        sys.exit(wish.status)
            if at_terminal:
                from harness.debug.step.prompt import converse

                converse(interpreter, _kept_lines(), wish.listening)


def _do(interpreter: Any, place: str, line: str) -> None:
    """Run a line of a script. An InputError names the line's place."""
    try:
        interpreter.do(line)
    except ModelError:  # it already names the line of the model where the mistake is
        raise
    except InputError as error:
        raise InputError(f"{place}: {error}") from None


class _Wish:
    """Whether the current command should stop, because of Ctrl-C or the time limit. Each ``listening`` starts anew."""

    def __init__(self, hurry: Callable[[bool], None]) -> None:
        self._hurry = hurry
        self._interruption = Interruption()
        self._give_up = float("inf")

    @contextmanager
    def listening(self, give_up: float = float("inf")) -> Iterator[None]:
        """Note Ctrl-C, and stop at the time ``give_up`` of ``time.monotonic``, while a command runs."""
        self._interruption = Interruption()
        self._give_up = give_up
        try:
            with self._interruption, Alarm(0.0, self._look):
                yield
        finally:
            self._hurry(False)

    def _look(self) -> None:
        if self.is_there():
            self._hurry(True)

    def is_there(self) -> bool:
        return self._interruption.wished or time.monotonic() >= self._give_up

    @property
    def status(self) -> int:
        """The exit status of a script that is stopped."""
        return self._interruption.status or status.GIVEN_UP


def _numbered(name: str, text: str) -> list[tuple[str, str]]:
    """The lines that are not empty. Only at the prompt does an empty line repeat the last movement."""
    return [(f"{name}:{number}", line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def _script(path: Path | None) -> list[tuple[str, str]]:
    if path is None:
        return []
    return _numbered(str(path), read_text(path, "a script", errors="replace"))


def _standard_input() -> str:
    if sys.stdin is None:
        return ""
    name = "standard input"
    return read_all(sys.stdin.buffer, name, "a script", MOST_TEXT).decode("utf-8", "replace")


def _kept_lines() -> Path | None:
    """The file with the lines of earlier sessions: ``harness/step-history`` in the user's state directory, if any."""
    try:
        return state_directory() / "step-history"
    except InputError:
        return None
