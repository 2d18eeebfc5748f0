"""The file of a trace: it is written in large pieces, and holds only whole events, even if the disk is full."""

import os
from typing import Protocol

from harness.errors import OutputError
from harness.files.output import Output

_BUFFER = 1 << 20
"""Number of bytes collected before a write."""
_ENDING = 1 << 12
"""Number of bytes given up at the end of a full disk, to make room for the note that the trace ends early."""


class Sized(Protocol):
    """The file that a format writes to, whole events at a time."""

    def write(self, data: bytes, /) -> object:
        """Append whole events."""


class TraceFile:
    """Writes a trace to an :class:`Output`; the data of one write are in the file completely or not at all."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._fd = output.file.fileno()
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self._in_file = 0
        self._full = False
        self.worth_keeping = False
        """Whether the file is to be kept under its name when it is closed."""

    @property
    def size(self) -> int:
        """The size of the trace so far, in bytes."""
        return self._in_file + self._waiting_size

    def write(self, data: bytes) -> None:
        """Append whole events. Raises OutputError once, when the file takes no more; later writes are dropped."""
        if self._full:
            return
        self._waiting.append(data)
        self._waiting_size += len(data)
        if self._waiting_size >= _BUFFER:
            self.flush()

    def flush(self) -> None:
        """Write everything collected so far. Raises OutputError if the file takes no more."""
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
        """Keep as many whole pieces as fit with room left for the ending."""
        kept = 0
        for piece in pieces:
            if kept + len(piece) > done - _ENDING:
                break
            kept += len(piece)
        self._in_file += kept
        if not self._output.direct:  # a pipe or a device cannot be cut
            os.ftruncate(self._fd, self._in_file)
            os.lseek(self._fd, self._in_file, os.SEEK_SET)

    def go_on(self) -> None:
        """Accept writes again, for the ending, for which there is room."""
        self._full = False

    def keep(self) -> None:
        """Put the file in its place under its name."""
        self._output.keep()

    def drop(self) -> None:
        """Discard the trace."""
        self._output.drop()
