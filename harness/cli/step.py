"""``harness step``: walk through a guest's run, forward and backward, at a prompt or by a script."""

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
    s0="the session ended, by quit, the end of input, or after the last command",
    s3="bad input: a file, a model, a size; or a command in a script, which ends there",
    s5="--timeout is spent before a script has ended",
)


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
    """Do a line of a script; InputError names its place."""
    try:
        interpreter.do(line)
    except ModelError:  # it has a place of its own, where the mistake is
        raise
    except InputError as error:
        raise InputError(f"{place}: {error}") from None


class _Wish:
    """Whether somebody wants what runs now to stop, by Ctrl-C, or its time is up; each ``listening`` begins anew."""

    def __init__(self, hurry: Callable[[bool], None]) -> None:
        self._hurry = hurry
        self._interruption = Interruption()
        self._give_up = float("inf")

    @contextmanager
    def listening(self, give_up: float = float("inf")) -> Iterator[None]:
        """While a command runs: Ctrl-C is a wish, and a time of ``time.monotonic`` as well."""
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
    """The lines that say something: to repeat the last movement by an empty one is for the prompt."""
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
    """Where the lines of former sessions are: ``harness/step-history`` in the user's directory for state, if any."""
    try:
        return state_directory() / "step-history"
    except InputError:
        return None
