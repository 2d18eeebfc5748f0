"""Makes standard input, output and error usable, whatever state they are in when the command starts.

A failure of standard output is kept, because libraries swallow it. Writing to standard error never fails: a lost
message must not replace the status that says how the guest ended.
"""

import errno
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO

from harness.cli.status import OUTPUT_LOST, PIPE_CLOSED


class OutputLost(OSError):
    """Standard output cannot be written. Not a BrokenPipeError, because libraries handle that in ways of their own."""


class _Writer(io.RawIOBase):
    """Writes everything to a descriptor. An OSError is passed to ``failed``, which may raise it."""

    def __init__(self, fd: int, failed: Callable[[OSError], None]) -> None:
        self._fd = fd
        self._failed = failed

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return os.isatty(self._fd)

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        left = memoryview(data).cast("B")
        try:
            while left:
                left = left[os.write(self._fd, left) :]
        except OSError as error:
            self._failed(error)
        return len(data)


class Streams:
    """Prepares the three streams. Make one object, before anything is read, written or opened."""

    def __init__(self) -> None:
        self.failure: OSError | None = None
        """The first error of writing to standard output, if any."""
        closed = os.O_RDONLY  # writing fails with EBADF, as for a closed descriptor, but the number stays in use
        if sys.stdin is None:
            _occupy(0, os.O_RDONLY)
            sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- open as long as the process lives
        elif isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="backslashreplace")
        if sys.stdout is None:
            _occupy(1, closed)
        if sys.stderr is None:
            _occupy(2, os.O_WRONLY)
        sys.stdout = _text(io.BufferedWriter(_Writer(1, self._output_failed)), sys.stdout)
        # Not buffered: data that once failed to be written would block everything after it.
        sys.stderr = _text(_Writer(2, lambda error: None), sys.stderr)  # type: ignore[arg-type]  # as python -u has it

    def _output_failed(self, error: OSError) -> None:
        self.failure = self.failure or error
        raise OutputLost(error.errno, error.strerror)

    def status(self, status: int) -> int:
        """Flush, and return the given status, or OUTPUT_LOST or PIPE_CLOSED if standard output failed.

        A closed pipe is not reported: the reader went away on purpose, as ``head`` does.
        """
        with suppress(OutputLost):
            sys.stdout.flush()
        if self.failure is None:
            return status
        if self.failure.errno == errno.EPIPE:
            return PIPE_CLOSED
        sys.stderr.write(f"harness: standard output cannot be written: {self.failure.strerror}\n")
        return OUTPUT_LOST


def _occupy(fd: int, flags: int) -> None:
    """Open the null device as this closed descriptor. Otherwise the next file that we open would get its number."""
    found = os.open(os.devnull, flags)
    if found != fd:
        os.dup2(found, fd)
        os.close(found)


def _text(binary: io.BufferedWriter, former: TextIO | None) -> io.TextIOWrapper:
    """Make a text stream on ``binary`` like the former one. It escapes characters that its encoding does not have."""
    if not isinstance(former, io.TextIOWrapper):
        return io.TextIOWrapper(binary, "utf-8", "backslashreplace", write_through=True)
    return io.TextIOWrapper(
        binary,
        former.encoding,
        "backslashreplace",
        line_buffering=former.line_buffering,
        write_through=former.write_through or isinstance(binary, io.RawIOBase),
    )
