"""Runs a command of the harness, and lets a signal come at many places of it, each in a copy of the process.

``signal_sweep.py EVERY SIGNAL LOG WORD...``: at every EVERY-th call of a function, from when the command answers
signals, the process forks, and the child sends itself the signal there. LOG gets a line for each: the function, the
child's exit status (negative: the signal that ended it), and what it wrote to standard error, as JSON. With ``once``
as LOG nothing forks: the signal comes at the EVERY-th call and no other. For commands with children, whose pipes a copy
would share.
"""

import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ONCE = "once"


def machine_memory() -> dict[int, list[tuple[int, bytes]]]:
    """What is in the memory of each machine, by its file: a copy of the process shares it, and will give it back."""
    kept = {}
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if "harness-machine-memory" in str(path.readlink()):
                kept[int(path.name)] = list(extents(int(path.name)))
    return kept


def extents(fd: int) -> Iterator[tuple[int, bytes]]:
    """The data in a file with holes, with its place."""
    at, size = 0, os.fstat(fd).st_size
    while at < size:
        try:
            start = os.lseek(fd, at, os.SEEK_DATA)
        except OSError:  # none from here on
            return
        at = os.lseek(fd, start, os.SEEK_HOLE)
        yield start, os.pread(fd, at - start, start)


def put_back(kept: dict[int, list[tuple[int, bytes]]]) -> None:
    """Make each memory what it was."""
    for fd, pieces in kept.items():
        size = os.fstat(fd).st_size
        os.ftruncate(fd, 0)
        os.ftruncate(fd, size)
        for at, data in pieces:
            os.pwrite(fd, data, at)


def main() -> None:
    """Run the command with a look at every call."""
    every, number, once = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == ONCE
    log = -1 if once else os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND)
    sys.argv = ["harness", *sys.argv[4:]]
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # whatever the tests' own parent ignores
        signal.signal(each, signal.SIG_DFL)
    os.register_at_fork = lambda **_: None  # type: ignore[assignment]  # a copy is to go on with its machines
    complaints = tempfile.TemporaryFile()  # noqa: SIM115 -- as long as the process lives
    calls = 0

    def look(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        if event != "call" or signal.getsignal(number) == signal.SIG_DFL:
            return
        calls += 1
        if once:
            if calls == every:
                sys.setprofile(None)
                os.kill(os.getpid(), number)
            return
        if calls % every:
            return
        complaints.truncate(0)
        kept = machine_memory()
        child = os.fork()
        if child == 0:
            sys.setprofile(None)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(complaints.fileno(), 2)
            os.kill(os.getpid(), number)
            return
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        put_back(kept)
        said = os.pread(complaints.fileno(), 1 << 16, 0).decode()
        os.lseek(complaints.fileno(), 0, os.SEEK_SET)
        place = f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_qualname}"
        os.write(log, json.dumps([place, status, said]).encode() + b"\n")

    sys.setprofile(look)
    from harness.__main__ import main as harness

    harness()


if __name__ == "__main__":
    main()
