"""``--timeout``: a limit in seconds on the host. It counts from the start of the command and includes all its work."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from harness.cli import status
from harness.errors import TimeUp

STARTED = "harness.cli.time_limit"
"""The key in click's context for the time at which the command line started."""

_GRACE_S = 0.2
"""Extra time for a run to end by itself at a precise place. Only a user's model that does not return needs more."""


def note_start(context: click.Context) -> None:
    """Start counting the time of a command line."""
    context.meta[STARTED] = time.monotonic()


class TimeLimit:
    """The time that a command may take. As a context it turns TimeUp into a message and exit status 5."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        started: float = click.get_current_context().meta.get(STARTED, time.monotonic())
        self.end = started + seconds

    @property
    def left_s(self) -> float:
        """Seconds left, 0 or more."""
        return max(0.0, self.end - time.monotonic())

    def __enter__(self) -> "TimeLimit":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, TimeUp):
            click.echo(f"harness: given up after {self.seconds:g} s: {error}", err=True)
            sys.exit(status.GIVEN_UP)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Raise TimeUp at any place while inputs are read and assembled and the machine is built."""
        with _alarm(self.left_s, "the time on the host is up before the guest has started"):
            yield

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let a machine run, which checks the time itself. TimeUp is raised only if it does not end in time."""
        with _alarm(self.left_s + _GRACE_S, "the time on the host is up"):
            yield


@contextmanager
def _alarm(seconds: float, words: str) -> Iterator[None]:
    """Raise TimeUp in the main thread after ``seconds``, unless the context ends earlier."""
    # Python delivers signals only to the main thread, and Windows has no timer signals.
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def raise_it(_number: int, _frame: FrameType | None) -> None:
        raise TimeUp(words)

    if seconds <= 0:
        raise TimeUp(words)
    former = signal.signal(signal.SIGALRM, raise_it)
    try:
        with contextlib.suppress(
            OverflowError, OSError
        ):  # the time is too long for the system's timer, so it would never be reached
            signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
