"""The serial line of a running QEMU: reads it to the end, writes the console input, and stops QEMU when it is done."""

import os
import selectors
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.oracle.serial_log import XEN_IS_UP, XEN_LINGERS, RealEnd
from harness.processes.start import start

CHUNK = 1 << 16
LONGEST_MARK = 256
"""No line that is searched for is longer, in bytes. A line may arrive in two pieces, so this much is searched again."""

IDLE_WARNING = b"no active timers"
"""QEMU prints this once, when the CPU waits for an interrupt and no timer is set on the virtual clock."""


@dataclass(frozen=True)
class Transcript:
    """The output of the serial line and of QEMU's standard error, and why QEMU was stopped (None: it ended)."""

    serial: bytes
    stderr: bytes
    stopped: RealEnd | None


def converse(command: Sequence[str], directory: Path, console_input: bytes, deadline: float) -> Transcript:
    """Run QEMU in ``directory`` until it ends or is stopped, at ``deadline`` (``time.monotonic()``) at the latest.

    QEMU's standard input and output are the serial line.
    """
    stdin = subprocess.PIPE if console_input else subprocess.DEVNULL
    pipe = subprocess.PIPE
    with start(command, cwd=directory, stdin=stdin, stdout=pipe, stderr=pipe) as process:
        try:
            return _Conversation(process, console_input).hold(deadline)
        finally:
            process.kill()


class _Conversation:
    """The open streams of one QEMU, and what has been read from each."""

    def __init__(self, process: subprocess.Popen[bytes], console_input: bytes) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._serial = bytearray()
        self._stderr = bytearray()
        self._input = memoryview(console_input)
        self._input_given = bool(console_input)
        self._searched = 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(process.stdout, selectors.EVENT_READ, self._serial)
        self._selector.register(process.stderr, selectors.EVENT_READ, self._stderr)

    def hold(self, deadline: float) -> Transcript:
        """Read and write until both streams are closed, or there is a reason to stop QEMU."""
        stopped: RealEnd | None = None
        with self._selector:
            while self._selector.get_map() and stopped is None:
                for key, events in self._selector.select(max(0.0, deadline - time.monotonic())):
                    if events & selectors.EVENT_WRITE:
                        self._write()
                    else:
                        self._read(key)
                stopped = self._reason_to_stop(deadline)
        if stopped is not None:
            self._process.kill()
            self._drain()
        return Transcript(bytes(self._serial), bytes(self._stderr), stopped)

    def _reason_to_stop(self, deadline: float) -> RealEnd | None:
        newest = max(0, self._searched - LONGEST_MARK)
        self._searched = len(self._serial)
        if self._input and XEN_IS_UP.search(self._serial, newest):
            self._offer_input()
        if XEN_LINGERS.search(self._serial, newest):
            return RealEnd.SHUTDOWN  # Xen's log says which kind of shutdown it is
        # If there is console input, an idle machine may be waiting for it.
        if IDLE_WARNING in self._stderr and not self._input_given:
            return RealEnd.DEADLOCK
        return RealEnd.TIMEOUT if time.monotonic() >= deadline else None

    def _offer_input(self) -> None:
        """Start writing the input. Earlier, before Xen handles the UART's interrupt, the UART would drop characters."""
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._selector.register(self._process.stdin, selectors.EVENT_WRITE)

    def _write(self) -> None:
        assert self._process.stdin is not None
        try:
            self._input = self._input[os.write(self._process.stdin.fileno(), self._input[:CHUNK]) :]
        except BrokenPipeError:  # QEMU has ended
            self._input = self._input[:0]
        if not self._input:
            self._selector.unregister(self._process.stdin)

    def _read(self, key: selectors.SelectorKey) -> None:
        if chunk := os.read(key.fd, CHUNK):
            key.data.extend(chunk)
        else:
            self._selector.unregister(key.fileobj)

    def _drain(self) -> None:
        """Read what the stopped QEMU left in its pipes."""
        streams: Sequence[tuple[IO[bytes] | None, bytearray]]
        streams = (self._process.stdout, self._serial), (self._process.stderr, self._stderr)
        for stream, content in streams:
            content += stream.read() if stream is not None else b""
