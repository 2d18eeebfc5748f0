"""Ctrl-C, SIGTERM and SIGHUP as a request that a long command checks, so that it can keep its partial results."""

import signal
from types import FrameType
from typing import Any

import click


class Interruption:
    """A context in which the first of these signals is only noted. The next one has its usual effect."""

    def __init__(self) -> None:
        self.status = 0
        """The exit status for the signal that arrived, or 0."""
        self._former: dict[int, Any] = {}

    def __enter__(self) -> "Interruption":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # An ignored signal stays ignored: nohup ignores SIGHUP, a shell's background job SIGINT.
            if signal.getsignal(number) != signal.SIG_IGN:
                self._former[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()

    @property
    def wished(self) -> bool:
        """Whether the command should end."""
        return self.status != 0

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.status = 128 + number
        self._restore()  # so that a second Ctrl-C ends a command that does not check

    def _restore(self) -> None:
        former, self._former = self._former, {}
        for number, handler in former.items():
            signal.signal(number, handler)


def say_partial() -> None:
    """Say that the results are partial."""
    click.echo("harness: interrupted: these results are partial", err=True)
