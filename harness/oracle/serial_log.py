"""Separates the guest's console and Xen's own log, which share one serial line.

Xen's serial driver puts a CR before every LF. A dom0's bytes are sent as they come, so a line of Xen's log may appear
in the middle of an unfinished line of the guest. A domU's output comes as whole lines, each with a prefix, so the two
never mix. Observed on 4.14, 4.17 and 4.20.
"""

import re
from enum import Enum

XEN_LINE = re.compile(rb"(\(XEN\) [^\r\n]*)(?:\r\n|\r?\Z)")
XEN_IS_UP = re.compile(rb"\(XEN\) Freed \d+kB init memory\.\r\n")
"""The last line that Xen prints before a domain runs."""

DOMU_PREFIX = b"(d1) "


class RealEnd(Enum):
    """How a run on the real Xen ended."""

    POWEROFF = "poweroff"
    REBOOT = "reboot"
    SHUTDOWN = "shutdown for another reason"
    CRASH = "crash"
    DEADLOCK = "deadlock: nothing runs, and no timer is set"
    TIMEOUT = "timeout"
    PANIC = "Xen itself panicked"


ENDINGS = (
    (re.compile(rb"\(XEN\) Panic on CPU \d+:"), RealEnd.PANIC),
    (re.compile(rb"\(XEN\) Hardware Dom0 halted: halting machine"), RealEnd.POWEROFF),
    (re.compile(rb"\(XEN\) Hardware Dom0 shutdown: rebooting machine"), RealEnd.REBOOT),
    (re.compile(rb"\(XEN\) Hardware Dom0 crashed"), RealEnd.CRASH),
    (re.compile(rb"\(XEN\) Hardware Dom0 shutdown"), RealEnd.SHUTDOWN),
    (re.compile(rb"\(XEN\) Hardware domain 0 did unsupported soft reset"), RealEnd.SHUTDOWN),
)
"""What Xen logs when its hardware domain ends (``hwdom_shutdown``), or when it panics, most severe first."""

XEN_LINGERS = re.compile(rb"\(XEN\) (?:Hardware Dom0 [^\r\n]* in 5 seconds\.|Reboot in five seconds\.\.\.)\r?\n")
"""After such a line, Xen only waits for five seconds."""


def end_of(serial: bytes) -> RealEnd | None:
    """Return how the run ended according to Xen's log; None if Xen did not end it."""
    for pattern, ending in ENDINGS:
        if pattern.search(serial):
            return ending
    return None


def separate(serial: bytes, *, domu: bool) -> tuple[bytes, tuple[str, ...]]:
    """Return the guest's console bytes, and Xen's lines with their prefix.

    A line that dom0 itself prints with ``(XEN) `` counts as Xen's. A domU's console has passed through Xen's line
    buffer, which drops control characters, splits lines at 254 bytes, and loses an unfinished last line.
    """
    return _domu(serial) if domu else _dom0(serial)


def _dom0(serial: bytes) -> tuple[bytes, tuple[str, ...]]:
    # Before Xen is up, no domain can write to the line: everything there is Xen's.
    up = XEN_IS_UP.search(serial)
    start = up.end() if up else len(serial)
    boot = serial[:start].splitlines()
    console = XEN_LINE.sub(b"", serial[start:]).replace(b"\r\n", b"\n")
    return console, tuple(map(_text, [*boot, *XEN_LINE.findall(serial, start)]))


def _domu(serial: bytes) -> tuple[bytes, tuple[str, ...]]:
    lines = serial.split(b"\r\n")
    console = b"".join(line.removeprefix(DOMU_PREFIX) + b"\n" for line in lines if line.startswith(DOMU_PREFIX))
    return console, tuple(_text(line) for line in lines if line and not line.startswith(DOMU_PREFIX))


def _text(line: bytes) -> str:
    return line.decode("ascii", "backslashreplace")
