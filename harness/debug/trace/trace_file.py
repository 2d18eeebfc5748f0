"""The file of a trace: large writes, and a whole number of events in it, even if the disk is full."""

import os
from typing import Protocol

from harness.errors import OutputError
from harness.files.output import Output

_BUFFER = 1 << 20
"""Bytes that are kept before the system is asked to write."""
_ENDING = 1 << 12
"""Bytes that are given up where no more can be written, so that the trace can say that it ends there."""


class Sized(Protocol):
    """What a format writes to: a number of whole events at a time."""

    def write(self, data: bytes, /) -> object:
        """Append it."""


class TraceFile:
    """Writes a trace to an :class:`Output`; what is written at once is in the file as a whole or not at all."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._fd = output.file.fileno()
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self._in_file = 0
        self._full = False
        self.worth_keeping = False
        """Whether what is in it is to be put in its place."""

    @property
    def size(self) -> int:
        """Bytes of the trace so far."""
        return self._in_file + self._waiting_size

    def write(self, data: bytes) -> None:
        """Append whole events. Raises OutputError once where the file takes no more; what follows is dropped."""
        if self._full:
            return
        self._waiting.append(data)
        self._waiting_size += len(data)
        if self._waiting_size >= _BUFFER:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the system. Raises OutputError where it takes no more."""
        pieces, self._waiting, self._waiting_size = self._waiting, [], 0
        data = memoryview(b"".join(pieces))
        done = 0
        try:
            while done < len(data):
                done += os.write(self._fd, data[done:])
        except OSError as error:
            self._full = True
            self._cut(pieces, done)
            raise OutputError(f"{self._output.path}: the trace cannot be written: {error.strerror}") from None
        self._in_file += done

    def _cut(self, pieces: list[bytes], done: int) -> None:
        """Keep as many whole pieces as leave room for an ending."""
        kept = 0
        for piece in pieces:
            if kept + len(piece) > done - _ENDING:
                break
            kept += len(piece)
        self._in_file += kept
        if not self._output.direct:
            os.ftruncate(self._fd, self._in_file)
            os.lseek(self._fd, self._in_file, os.SEEK_SET)

    def go_on(self) -> None:
        """Take writes again: the ending, for which there is room."""
        self._full = False

    def keep(self) -> None:
        """Put the file in its place."""
        self._output.keep()

    def drop(self) -> None:
        """Forget the trace."""
        self._output.drop()
