"""Ctrl-C, SIGTERM and SIGHUP as a wish that a long command looks at, so that it keeps what it has."""

import signal
from types import FrameType
from typing import Any

import click


class Interruption:
    """While it is entered, the first of the signals is a wish; the next one does what it always did."""

    def __init__(self) -> None:
        self.status = 0
        """The exit status that the signal asks for, or 0."""
        self._former: dict[int, Any] = {}

    def __enter__(self) -> "Interruption":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                self._former[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()

    @property
    def wished(self) -> bool:
        """Whether the command shall end."""
        return self.status != 0

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.status = 128 + number
        self._restore()

    def _restore(self) -> None:
        former, self._former = self._former, {}
        for number, handler in former.items():
            signal.signal(number, handler)


def say_partial() -> None:
    """Say that the results are those of a part."""
    click.echo("harness: interrupted: this is what was there by then", err=True)
