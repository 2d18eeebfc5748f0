"""Starts programs and copies of this process that end with it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from harness.processes import leash

LEASH = str(Path(__file__).with_name("leash.py"))
LINUX = sys.platform == "linux"


class ChildKind(Enum):
    """What is started: a program, a Python file, or a program that starts others."""

    PROGRAM = "exec"
    SCRIPT = "script"
    TREE = "group"


class Leashed(subprocess.Popen[bytes]):
    """A process that ends with this one. ``options`` are those of Popen.

    A ``watched`` process watches a pipe, which is necessary on hosts without a parent-death signal. ``isolated`` makes
    a script ignore Python's environment variables.
    """

    def __init__(
        self,
        command: Sequence[str],
        kind: ChildKind = ChildKind.PROGRAM,
        *,
        watched: bool = not LINUX,
        isolated: bool = True,
        pass_fds: Sequence[int] = (),
        **options: Any,
    ) -> None:
        if kind is ChildKind.PROGRAM and watched:
            kind = ChildKind.TREE
        self._leash = -1
        given = -1
        if watched or kind is ChildKind.TREE:
            given, self._leash = os.pipe()
        flags = ["-I", "-S"] if isolated else ["-S", "-P"]
        words = [sys.executable, *flags, LEASH, kind.value, str(os.getpid()), str(given), *command]
        fds = (*pass_fds, given) if given >= 0 else pass_fds
        try:
            super().__init__(words, pass_fds=fds, **options)
        except BaseException:
            self._let_go()
            raise
        finally:
            if given >= 0:  # only the child keeps the reading end
                os.close(given)

    def kill(self) -> None:
        """End it now, and everything that it has started if it is a tree."""
        if self._leash >= 0:  # closing the pipe makes leash.py end the group, which a signal to it would leave behind
            self._let_go()
        else:
            super().kill()

    def __exit__(self, *details: Any) -> None:
        super().__exit__(*details)
        self._let_go()

    def _let_go(self) -> None:
        if self._leash >= 0:
            os.close(self._leash)
            self._leash = -1


def start(command: Sequence[str], **options: Any) -> Leashed:
    """Start a program that is one process: it ends with this thread, so the thread must wait for it."""
    return Leashed(command, **options)


def run(command: Sequence[str], *, tree: bool = False, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return its output; with ``tree``, the processes that it starts end with it.

    Standard input is empty; standard output and error are kept unless ``options`` say otherwise.
    """
    pipe = subprocess.PIPE
    streams = {"stdin": subprocess.DEVNULL, "stdout": pipe, "stderr": pipe, **options}
    with Leashed(command, ChildKind.TREE if tree else ChildKind.PROGRAM, **streams) as process:
        try:
            out, err = process.communicate()
        except BaseException:
            process.kill()
            raise
    words = [(each or b"").decode(errors="replace") for each in (out, err)]
    return subprocess.CompletedProcess(list(command), process.returncode, *words)


def fork() -> int:
    """Fork like ``os.fork``; the child ends with this process. Only for a process without threads."""
    parent = os.getpid()
    read, write = (-1, -1) if LINUX else os.pipe()
    child = os.fork()
    if child:
        if read >= 0:
            os.close(read)  # the writing end stays open as long as this process lives
        return child
    if read < 0:
        leash.die_with(parent)
    else:
        os.close(write)
        leash.die_at_end_of(read)
    return 0
