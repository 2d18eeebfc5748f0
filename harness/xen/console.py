"""Xen's console as guests see it through console_io: bytes out, and a ring of bytes that came in."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.events import ConsoleOutput
from harness.xen.host import Host


@dataclass
class ConsoleState:
    """Plain, copyable: input that no guest has read yet."""

    waiting: bytes = b""


class Console:
    """The console of a machine."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._listeners = host.events.of(ConsoleOutput)
        self.state = ConsoleState()
        self.refill: Callable[[int], bytes] | None = None
        """Asked for more input, so many bytes at most, when a guest reads and nothing waits."""

    def write(self, domain: int, data: bytes) -> None:
        """Hand a guest's bytes to whoever listens."""
        if self._listeners:
            self._host.events.emit(ConsoleOutput(self._host.now_ns(), domain, data))

    def type(self, data: bytes) -> None:
        """Put bytes where the next CONSOLEIO_read finds them."""
        self.state.waiting += data

    def peek(self, count: int) -> bytes:
        """The next bytes of input, ``count`` at most, still unread."""
        if not self.state.waiting and self.refill is not None:
            self.state.waiting = self.refill(count)
        return self.state.waiting[:count]

    def consume(self, count: int) -> None:
        """Take ``count`` bytes of input as read."""
        self.state.waiting = self.state.waiting[count:]
