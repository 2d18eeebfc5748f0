"""Xen's console as guests see it through console_io: bytes out, and a ring of bytes that came in."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.events import ConsoleOutput
from harness.xen.host import Host


@dataclass
class ConsoleState:
    """Plain, copyable: the input that no guest has read yet."""

    waiting: bytes = b""


class Console:
    """The console of a machine."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._listeners = host.events.of(ConsoleOutput)
        self.state = ConsoleState()
        self.refill: Callable[[int], bytes] | None = None
        """Called for at most the given number of bytes when a guest reads and no input is waiting."""

    def write(self, domain: int, data: bytes) -> None:
        """Pass a guest's bytes to the listeners."""
        if self._listeners:
            self._host.events.emit(ConsoleOutput(self._host.now_ns(), domain, data))

    def type(self, data: bytes) -> None:
        """Put bytes where the next CONSOLEIO_read finds them."""
        self.state.waiting += data

    def peek(self, count: int) -> bytes:
        """Return the next bytes of input, at most ``count``, without consuming them."""
        if not self.state.waiting and self.refill is not None:
            self.state.waiting = self.refill(count)
        return self.state.waiting[:count]

    def consume(self, count: int) -> None:
        """Remove ``count`` bytes of input that a guest has read."""
        self.state.waiting = self.state.waiting[count:]
