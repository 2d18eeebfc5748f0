"""Every exit status of every command, and what it means: the table in the README is held to this one.

A guest's own end has its statuses in ``harness.xen.exit_status``, for tests in ``.S`` files name them, too.
"""

from collections.abc import Mapping
from types import MappingProxyType

NO = 1
USAGE = 2
BAD_INPUT = 3
GIVEN_UP = 5
SUITE_ERROR = 8
BUG = 70
OUTPUT_LOST = 74
HANGUP = 129
INTERRUPTED = 130
PIPE_CLOSED = 141
TERMINATED = 143

MEANINGS: Mapping[int, str] = MappingProxyType(
    {
        0: "the guest powered off; a command that judges: yes",
        NO: "a command that judges (`claims`, `conform`, `diff`, `oracle agree`, `oracle random`): no",
        USAGE: "wrong usage",
        BAD_INPUT: "bad input: a file, a model, a size, or a host that grants too little; one line says what",
        4: "the guest crashed: registers, code around PC and both stages' walk of the address are on standard error",
        GIVEN_UP: "`--timeout` or `--max-insns` is spent",
        6: "deadlock: every vCPU waits, and nothing will ever happen",
        7: "reboot or another shutdown",
        SUITE_ERROR: "`conform`, `diff`, `oracle agree`: the answer is yes, but an error of the suite's own left gaps",
        BUG: "a bug in the harness; please report what it printed (`oracle run`: Xen itself panicked)",
        OUTPUT_LOST: "standard output cannot be written: it is full, or closed",
        HANGUP: "ended by SIGHUP, the terminal's end",
        INTERRUPTED: "ended by SIGINT, Ctrl-C",
        PIPE_CLOSED: "whoever read standard output has gone; nothing is said",
        TERMINATED: "ended by SIGTERM",
    }
)


ALWAYS = (USAGE, BAD_INPUT, BUG, OUTPUT_LOST, HANGUP, INTERRUPTED, PIPE_CLOSED, TERMINATED)
"""Those of every command."""


def lines(**words: str) -> str:
    """The statuses for the end of a command's help: those named (``s4``), and those of every command.

    A word says what a status means there; an empty one leaves what it means everywhere.
    """
    special = {int(name.removeprefix("s")): said for name, said in words.items()}
    every = sorted({*special, *ALWAYS})
    said = [f"{number:>4}  {special.get(number) or MEANINGS[number].replace('`', '')}" for number in every]
    return "\n".join(["\b", "Exit status:", *said])


def of_exit(code: object) -> int:
    """The status that ``SystemExit(code)`` asks for."""
    return code if isinstance(code, int) else int(code is not None)
