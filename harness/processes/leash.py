"""Makes a process end with the process that started it: the first program that every such process runs.

``python -S leash.py KIND PARENT LEASH WORD...``, where PARENT is the starter's process ID and LEASH the reading end of
a pipe, or -1. Nobody ever writes into the pipe, and it closes when the starter ends. The KINDs:

``exec``    becomes the program WORD...; on Linux only, where the parent-death signal setting survives an exec.
``script``  runs the Python file WORD... in this process.
``group``   runs the program WORD... as a child, in a process group of its own, and ends all of the group.

Linux sends its signal when the *thread* that started the process ends, so that thread must wait for the process.
"""

import os
import sys

PR_SET_PDEATHSIG = 1
SIGKILL = 9  # importing the signal module would take as long as the rest of this file


def die_with(parent: int) -> None:
    """Have Linux kill this process when its parent ends, or end now if the parent was faster."""
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:  # it ended before the call: no signal will come
        os._exit(1)


def die_at_end_of(leash: int) -> None:
    """Kill this process when the pipe closes, whatever it is doing, even in native code."""
    import threading

    def wait() -> None:
        os.read(leash, 1)
        os.kill(os.getpid(), SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def guard(leash: int, words: list[str]) -> int:
    """Run a program in a group of its own until it ends or the pipe closes, then end every process of the group."""
    import contextlib
    import select
    import signal

    # SIGCHLD writes a byte into this pipe, so that one select waits for both: the child's end and the leash's.
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the starter answers these, and then the pipe closes
        signal.signal(number, signal.SIG_IGN)
    child = os.fork()
    if child == 0:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.setpgid(0, 0)
        _become(words)
    # Parent and child both do this, so that the group exists whichever runs first.
    with contextlib.suppress(OSError):  # fails if the child has already executed its program
        os.setpgid(child, child)
    ended = 0
    while not ended:
        if leash in select.select([leash, woken], [], [])[0]:
            break
        os.read(woken, 1)
        ended, status = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(OSError):  # the group may be empty already
        os.killpg(child, SIGKILL)
    if not ended:
        _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _become(words: list[str]) -> None:
    try:
        os.execvp(words[0], words)
    except OSError as error:
        sys.stderr.write(f"{words[0]}: {error.strerror}\n")
        os._exit(127)


def main() -> None:
    """Do as the command line says."""
    kind, parent, leash, *words = sys.argv[1:]
    if kind == "group":
        os._exit(guard(int(leash), words))
    if int(leash) >= 0:
        die_at_end_of(int(leash))
    else:
        die_with(int(parent))
    if kind == "exec":
        _become(words)
    sys.argv = words
    with open(words[0], "rb") as file:  # noqa: PTH123 -- pathlib takes 5 ms to load
        text = file.read()
    exec(compile(text, words[0], "exec"), {"__name__": "__main__", "__file__": words[0]})


if __name__ == "__main__":
    main()
