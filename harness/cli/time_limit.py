"""``--timeout``: seconds on the host, from the start of the command, with all that it does in them."""

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
"""Where the context of a command line has the time at which it started."""

_GRACE_S = 0.2
"""How much longer a run may take: it ends by itself, at a precise place, unless a user's model does not come back."""


def note_start(context: click.Context) -> None:
    """Begin to count the time of a command line."""
    context.meta[STARTED] = time.monotonic()


class TimeLimit:
    """The time that a command may take. As a context it turns TimeUp into a line, and exit status 5."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        started: float = click.get_current_context().meta.get(STARTED, time.monotonic())
        self.end = started + seconds

    @property
    def left_s(self) -> float:
        """Seconds until it is up; 0 when it is."""
        return max(0.0, self.end - time.monotonic())

    def __enter__(self) -> "TimeLimit":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, TimeUp):
            click.echo(f"harness: given up after {self.seconds:g} s: {error}", err=True)
            sys.exit(status.GIVEN_UP)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """While inputs are read, assembled and made into a machine: TimeUp is raised wherever that is."""
        with _alarm(self.left_s, "the time on the host is up before the guest has started"):
            yield

    @contextmanager
    def running(self) -> Iterator[None]:
        """While a machine runs, which looks at the time itself: TimeUp is raised only if that does not help."""
        with _alarm(self.left_s + _GRACE_S, "the time on the host is up"):
            yield


@contextmanager
def _alarm(seconds: float, words: str) -> Iterator[None]:
    """Raise TimeUp in the main thread after so many seconds, unless the context ends before that."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def raise_it(_number: int, _frame: FrameType | None) -> None:
        raise TimeUp(words)

    if seconds <= 0:
        raise TimeUp(words)
    former = signal.signal(signal.SIGALRM, raise_it)
    try:
        with contextlib.suppress(OverflowError, OSError):  # a time that the system cannot count does not come
            signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
