"""console_io: bytes to and from Xen's console (``xen/drivers/char/console.c``)."""

from harness.abi.errno import Errno
from harness.abi.hypercalls.console_io import ConsoleIo
from harness.abi.words import MASK32
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest

CHUNK = 127
"""Xen copies a guest's output in pieces of this many bytes: its buffer has 128, one of them for a NUL.

Each piece is written completely or not at all."""


def console_io(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``console_io(cmd, count, buffer)``; command and count are truncated to 32 bits."""
    command, count, buffer = x[0] & MASK32, x[1] & MASK32, x[2]
    if command == ConsoleIo.CONSOLEIO_write:
        return _write(call, vcpu, x, count, buffer)
    if command == ConsoleIo.CONSOLEIO_read:
        return _read(call, vcpu, count, buffer)
    return -Errno.ENOSYS


def _write(call: Call, vcpu: Vcpu, x: memoryview, count: int, buffer: int) -> int:
    first = True
    while count:
        if not first and call.preempted():
            return call.go_on_later(x, ConsoleIo.CONSOLEIO_write, count, buffer)
        first = False
        data = copy_from_guest(vcpu, buffer, min(count, CHUNK))
        if data is None:
            return -Errno.EFAULT
        # ``guest_console_write``: dom0's output goes to the serial line as it comes. Other domains' output is buffered
        # up to a newline, because Xen puts a prefix before each line; so the copy ends at the first newline.
        if not vcpu.domain.privileged:
            data = data[: data.find(b"\n") + 1] or data
        call.console.write(vcpu.domain.number, data)
        buffer += len(data)
        count -= len(data)
    return 0


def _read(call: Call, vcpu: Vcpu, count: int, buffer: int) -> int:
    """Return how many bytes were read; bytes that could not be copied stay unread."""
    if count > 0x7FFF_FFFF:  # the result is an int, which could not hold such a count
        return -Errno.E2BIG
    data = call.console.peek(count)
    if copy_to_guest(vcpu, buffer, data) is not None:
        return -Errno.EFAULT
    call.console.consume(len(data))
    return len(data)
