"""Clients of the gdb server, which runs in a thread: one that speaks the bare protocol, and the real gdb."""

import socket
import subprocess
import threading
from collections.abc import Sequence
from types import TracebackType

import harness
from harness.debug.gdb.packets import Packet, Reader, Signal, frame
from harness.debug.gdb.server import Server, listen
from harness.debug.gdb.target import GdbTarget

PATIENCE_S = 60.0


class Serving:
    """A machine that is served at a port of the system's choice, until the test is done with it."""

    def __init__(self, machine: harness.Machine) -> None:
        self.machine = machine
        self.error: BaseException | None = None
        self._listener = listen("127.0.0.1", 0)
        self.port: int = self._listener.getsockname()[1]
        self.server = Server(GdbTarget(machine), self._listener)
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        try:
            self.server.serve()
        except BaseException as error:
            self.error = error

    def __enter__(self) -> "Serving":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread.is_alive():
            with Client(self.port) as client:
                client.send(frame(b"k"))
        self.wait()
        self._listener.close()
        self.machine.close()
        if self.error is not None:
            raise self.error

    def wait(self) -> None:
        """Wait until it serves no longer."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


class Client:
    """Speaks the protocol, without acknowledgements once it has asked for that."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self._reader = Reader()
        self._waiting: list[Packet | Signal] = []
        self.said: list[str] = []

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(data)

    def receive(self) -> Packet | Signal | None:
        """The next packet or signal; None where the server has hung up."""
        while not self._waiting:
            data = self._socket.recv(65536)
            if not data:
                return None
            self._waiting = self._reader.feed(data)
        return self._waiting.pop(0)

    def ask(self, data: bytes) -> bytes:
        """Send a packet and return the data of its reply; what the server says meanwhile goes to ``said``."""
        self.send(frame(data))
        return self.reply()

    def reply(self) -> bytes:
        """The next reply."""
        while True:
            item = self.receive()
            assert item is not None, "the server has hung up"
            if isinstance(item, Packet):
                if item.data[:1] != b"O" or item.data == b"OK":
                    return item.data
                self.said.append(bytes.fromhex(item.data[1:].decode()).decode())

    def monitor(self, command: str) -> str:
        """Do a monitor command and return what it says."""
        self.said.clear()
        assert self.ask(b"qRcmd," + command.encode().hex().encode()) == b"OK"
        return "".join(self.said)


def run_gdb(gdb: str, port: int, commands: Sequence[str], *files: str) -> str:
    """Run a whole session of the real gdb, and return what it says."""
    words = [word for command in commands for word in ("-ex", command)]
    connect = ["-ex", "set pagination off", "-ex", f"target remote 127.0.0.1:{port}"]
    result = subprocess.run(
        [gdb, "-nx", "-batch", *connect, *words, *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_S,
    )
    return result.stdout
