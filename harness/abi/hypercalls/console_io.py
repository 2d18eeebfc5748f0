"""console_io: Xen's console (``public/xen.h``)."""

from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature


class ConsoleIo(IntEnum):
    """Commands of console_io (``public/xen.h``)."""

    CONSOLEIO_write = 0
    CONSOLEIO_read = 1


SIGNATURE = Signature(
    Hypercall.HYPERVISOR_console_io,
    ("cmd", "count", "buffer"),
    commands=ConsoleIo,
)
