"""console_io: bytes to and from Xen's console (``xen/drivers/char/console.c``)."""

from harness.abi.errno import Errno
from harness.abi.hypercalls.console_io import ConsoleIo
from harness.abi.words import MASK32
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest

CHUNK = 127
"""Xen copies a guest's output in pieces of so many bytes, each all or nothing."""


def console_io(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``console_io(cmd, count, buffer)``; command and count are looked at as 32 bits."""
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
        if not vcpu.domain.privileged:  # dom0's console is the serial line; others' are taken line by line
            data = data[: data.find(b"\n") + 1] or data
        call.console.write(vcpu.domain.number, data)
        buffer += len(data)
        count -= len(data)
    return 0


def _read(call: Call, vcpu: Vcpu, count: int, buffer: int) -> int:
    """Return how many bytes were read; what could not be copied stays unread."""
    if count > 0x7FFF_FFFF:
        return -Errno.E2BIG
    data = call.console.peek(count)
    if copy_to_guest(vcpu, buffer, data) is not None:
        return -Errno.EFAULT
    call.console.consume(len(data))
    return len(data)
