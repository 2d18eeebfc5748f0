"""Ctrl-C and SIGTERM as a wish that a long command looks at, so that it keeps what it has."""

import signal
from types import FrameType
from typing import Any

INTERRUPTED_STATUS = 130


class Interruption:
    """While it is entered, the first SIGINT or SIGTERM sets ``wished``; the next one does what it always did."""

    def __init__(self) -> None:
        self.wished = False
        self._former: dict[int, Any] = {}

    def __enter__(self) -> "Interruption":
        for number in (signal.SIGINT, signal.SIGTERM):
            self._former[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.wished = True
        self._restore()

    def _restore(self) -> None:
        while self._former:
            signal.signal(*self._former.popitem())
