"""The terminal's side of a guest's console: bytes out as they come, Xen's log apart, input when the guest asks."""

import os
import select
import stat
import sys
import time

import click

from harness.events import ConsoleOutput, EventBus, XenLog


class TerminalConsole:
    """Connects a machine's events to standard output and error; ``domain`` is the one whose bytes go to output."""

    def __init__(self, events: EventBus, domain: int, give_up: float) -> None:
        self._domain = domain
        self._give_up = give_up
        self._lines: dict[int, bytes] = {}
        self._ended = False
        events.listen(ConsoleOutput, self._write)
        events.listen(XenLog, lambda event: click.echo(f"(XEN) {event.line}", err=True))

    def _write(self, event: ConsoleOutput) -> None:
        if event.domain == self._domain:
            sys.stdout.buffer.write(event.data)
            sys.stdout.buffer.flush()
            return
        # A neighbour's lines go where Xen's log goes, marked as Xen marks them.
        *whole, rest = (self._lines.get(event.domain, b"") + event.data).split(b"\n")
        for line in whole:
            click.echo(b"(d%d) %s" % (event.domain, line), err=True)
        self._lines[event.domain] = rest

    def read(self, count: int) -> bytes:
        """Input for a guest that asks for it; empty where there is none.

        A file gives what it has. Anything else, a person included, is waited for until the run's time is up: the
        guest's time stands still meanwhile, so it sees the same whether its writer was fast or slow.
        """
        if self._ended:
            return b""
        try:
            fd = sys.stdin.fileno()
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                patience = max(0.0, self._give_up - time.monotonic())
                if not select.select([fd], [], [], patience)[0]:
                    return b""
            data = os.read(fd, min(count, 4096))
        except (OSError, ValueError, AttributeError):  # no standard input at all
            data = b""
        self._ended = not data
        return data
