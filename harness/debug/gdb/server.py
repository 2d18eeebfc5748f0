"""The socket of the gdb server: it serves one client at a time until the client leaves, whatever the client sends."""

import select
import socket
from enum import Enum

from harness.debug.gdb.packets import MOST_BYTES, Packet, Reader, Signal, frame
from harness.debug.gdb.session import GdbSession, SessionEnd
from harness.debug.gdb.target import GdbTarget
from harness.errors import InputError
from harness.xen.outcome import Outcome

_RECEIVED = 1 << 16
_SAID = MOST_BYTES // 4
"""Maximum number of bytes of text in one packet: hexadecimal doubles them."""
_SEND_TIMEOUT_S = 10.0
"""A client that accepts no data for this long is considered hung, and is disconnected."""


class ServiceEnd(Enum):
    """Why the server stopped serving a client."""

    GONE = "it has left"
    OVER = "the program has ended, or was killed"


class _Gone(Exception):
    """The client has disconnected."""


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket; port 0 means any free port. Raises InputError if the socket cannot be opened."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise InputError(f"{host}: {getattr(error, 'strerror', None) or error}") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)  # a client may be gone again by the time of accept(), which would then block
    except OSError as error:
        listener.close()
        raise InputError(f"cannot listen on {host} port {port}: {error.strerror}") from None
    return listener


class Server:
    """Serves clients of ``listener``, one after the other."""

    def __init__(self, target: GdbTarget, listener: socket.socket) -> None:
        self._target = target
        self._listener = listener
        self.outcome: Outcome | None = None
        """How the guest ended, if a client ran it to its end."""

    def serve(self) -> None:
        """Serve clients until one has run the guest to its end, or killed it."""
        while True:
            select.select([self._listener], [], [])
            connection = _accept(self._listener)
            if connection is None:
                continue
            with connection:
                client = _Client(self._target, connection, self._listener)
                if client.serve() is ServiceEnd.OVER:
                    self.outcome = client.session.moves.ended
                    return


def _accept(listener: socket.socket) -> socket.socket | None:
    try:
        return listener.accept()[0]
    except OSError:
        return None


class _Client:
    """One connection."""

    def __init__(self, target: GdbTarget, connection: socket.socket, listener: socket.socket) -> None:
        self._connection = connection
        self._listener = listener
        self._reader = Reader()
        self._waiting: list[Packet | Signal] = []
        self._last = b""
        self.session = GdbSession(target, self._interrupted, self._say)
        connection.settimeout(_SEND_TIMEOUT_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def serve(self) -> ServiceEnd:
        """Answer packets until the client leaves or the program is over."""
        try:
            while True:
                item = self._next()
                if isinstance(item, Packet):
                    self._answer(item)
                    if self.session.end is SessionEnd.KILLED or self.session.moves.ended is not None:
                        return ServiceEnd.OVER
                    if self.session.end is SessionEnd.DETACHED:
                        return ServiceEnd.GONE
                elif item is Signal.DAMAGED and self.session.acks:
                    self._send(b"-")
                elif item is Signal.NAK and self.session.acks:
                    self._send(self._last)
        except _Gone:
            return ServiceEnd.GONE

    def _answer(self, packet: Packet) -> None:
        if self.session.acks:
            self._send(b"+")
        reply = self.session.answer(packet.data)
        if reply is not None:
            self._last = frame(reply)
            self._send(self._last)

    def _next(self) -> Packet | Signal:
        while not self._waiting:
            self._receive(None)
        return self._waiting.pop(0)

    def _receive(self, timeout_s: float | None) -> bool:
        """Take what the client has sent; False if it has sent nothing. Other clients are turned away."""
        ready, _, _ = select.select([self._connection, self._listener], [], [], timeout_s)
        if self._connection not in ready:  # if this client has left, notice that first: the next one may then be served
            other = _accept(self._listener) if ready else None
            if other is not None:
                other.close()
            return False
        try:
            data = self._connection.recv(_RECEIVED)
        except OSError:
            raise _Gone from None
        if not data:
            raise _Gone
        self._waiting += self._reader.feed(data)
        return True

    def _interrupted(self) -> bool:
        """While the guest runs: whether the client has sent Ctrl-C or disconnected."""
        try:
            while self._receive(0):
                pass
        except _Gone:
            return True  # the next read will notice it again, and end the service
        if Signal.INTERRUPT in self._waiting:
            self._waiting = [item for item in self._waiting if item is not Signal.INTERRUPT]
            return True
        return False

    def _say(self, text: str) -> None:
        """Show text in the client's terminal while the client waits for a reply."""
        data = text.encode("utf-8", "replace")
        for at in range(0, len(data), _SAID):
            self._send(frame(b"O" + data[at : at + _SAID].hex().encode()))

    def _send(self, data: bytes) -> None:
        try:
            self._connection.sendall(data)
        except OSError:
            raise _Gone from None
