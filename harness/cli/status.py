"""Every exit status of every command, and what it means. A test checks that the README has the same table.

The statuses for a guest's own end are in ``harness.xen.exit_status``, because tests in ``.S`` files name them, too.
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
        0: "the guest powered off; from a command that judges: yes",
        NO: "a command that judges (`claims`, `conform`, `diff`, `oracle agree`, `oracle random`): no",
        USAGE: "wrong usage: an unknown command or option, or a value that is not a number, size or time",
        BAD_INPUT: "bad input (a file, model, size or output), or a host that grants too little; the message says what",
        4: "the guest crashed: standard error has the first fault in words, registers, code and both stages' walk",
        GIVEN_UP: "the limit of `--timeout` or `--max-insns` was reached",
        6: "deadlock: every vCPU waits, and nothing will ever wake one",
        7: "reboot or another shutdown",
        SUITE_ERROR: "`conform`, `diff`, `oracle agree`: yes, except that errors of the suite left rules undecided",
        BUG: "a bug in the harness; please report what it printed (`oracle run`: Xen itself panicked)",
        OUTPUT_LOST: "standard output cannot be written: it is full or closed",
        HANGUP: "ended by SIGHUP, because the terminal was closed",
        INTERRUPTED: "ended by SIGINT (Ctrl-C)",
        PIPE_CLOSED: "the reader of standard output has gone; no message is printed",
        TERMINATED: "ended by SIGTERM",
    }
)


ALWAYS = (USAGE, BAD_INPUT, BUG, OUTPUT_LOST, HANGUP, INTERRUPTED, PIPE_CLOSED, TERMINATED)
"""The statuses with which every command can end."""


def lines(**words: str) -> str:
    """The statuses for the end of a command's help: those named (``s4``), and :data:`ALWAYS`.

    The text of each argument says what the status means for this command; an empty text stands for :data:`MEANINGS`.
    """
    special = {int(name.removeprefix("s")): said for name, said in words.items()}
    every = sorted({*special, *ALWAYS})
    said = [f"{number:>4}  {special.get(number) or MEANINGS[number].replace('`', '')}" for number in every]
    return "\n".join(["\b", "Exit status:", *said])


def of_exit(code: object) -> int:
    """The status that ``SystemExit(code)`` asks for."""
    return code if isinstance(code, int) else int(code is not None)
