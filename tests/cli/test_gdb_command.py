"""``harness gdb`` as a command: what it prints, where it listens, how it ends."""

import re
import socket
import subprocess
import sys
from pathlib import Path

from harness.debug.gdb.packets import frame

GUESTS = Path(__file__).parents[2] / "guest_asm"
PATIENCE_S = 60.0


def start(*arguments: str) -> tuple["subprocess.Popen[str]", str, int]:
    """Start the command; returns it, the line by which it invites, and its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "gdb", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.search(r"target remote \S*:(\d+)\"", line)
    assert found is not None, line + process.stderr.read()
    return process, line, int(found[1])


def test_it_says_how_to_connect_and_ends_with_the_status_of_the_guest() -> None:
    process, line, port = start(str(GUESTS / "hello.S"), "--port", "0", "--memory", "8M")
    with process:
        assert line.startswith(f'harness: connect with: gdb-multiarch -ex "target remote :{port}" hello.elf')
        assert f"harness asm {GUESTS / 'hello.S'} --elf -o hello.elf" in line
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
            client.sendall(frame(b"c") + frame(b"c"))
            received = b""
            while b"$W00#" not in received:
                data = client.recv(65536)
                assert data, received
                received += data
        output, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, errors) == (0, "")
    assert "hello" in output.lower()


def test_a_client_that_kills_the_guest_ends_it_with_success() -> None:
    process, _, port = start(str(GUESTS / "spin.S"), "--port", "0", "--memory", "8M")
    with process:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
            client.sendall(frame(b"k"))
        output, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, output, errors) == (0, "", "")


def failure(*arguments: str) -> tuple[int, str]:
    """Run the command where it cannot work."""
    result = subprocess.run(
        [sys.executable, "-m", "harness", "gdb", *arguments], capture_output=True, text=True, timeout=PATIENCE_S
    )
    return result.returncode, result.stderr


def test_what_cannot_be_listened_at_or_booted_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = failure(str(GUESTS / "hello.S"), "--port", str(port))
    assert (status, said) == (3, f"harness: cannot listen on 127.0.0.1 port {port}: Address already in use\n")
    status, said = failure("nothing.S", "--port", "0")
    assert (status, said.count("\n")) == (3, 1)
    assert failure(str(GUESTS / "hello.S"), "--port", "70000")[0] == 2
    status, said = failure(str(GUESTS / "hello.S"), "--host", "no such host", "--port", "0")
    assert (status, said.count("\n")) == (3, 1)
