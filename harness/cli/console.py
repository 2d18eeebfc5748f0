"""Connects a guest's console to the standard streams: output at once, Xen's log separately, input on request."""

import os
import select
import stat
import sys
import time

import click

from harness.events import ConsoleOutput, EventBus, XenLog


class TerminalConsole:
    """Writes a machine's console events to standard output and error.

    The console of ``domain`` goes to standard output. Input is waited for until ``give_up`` (``time.monotonic``).
    """

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
        # Lines of another domain go to the same place as Xen's log, with the prefix that Xen gives them.
        *whole, rest = (self._lines.get(event.domain, b"") + event.data).split(b"\n")
        for line in whole:
            click.echo(b"(d%d) %s" % (event.domain, line), err=True)
        self._lines[event.domain] = rest

    def read(self, count: int) -> bytes:
        """Return at most ``count`` bytes of input, or nothing if there is none.

        A file is read at once. A terminal or a pipe is waited for until the run's time limit. The guest's time does not
        advance meanwhile, so the guest sees the same input at the same time, whether its writer was fast or slow.
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
        except (OSError, ValueError, AttributeError):  # standard input is closed, or not a real file
            data = b""
        self._ended = not data
        return data
