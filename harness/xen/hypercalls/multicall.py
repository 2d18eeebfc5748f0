"""multicall: a list of hypercalls in one (``xen/common/multicall.c``, ``xen/arch/arm/traps.c``)."""

from array import array
from collections.abc import Mapping

from harness.abi.errno import Errno
from harness.abi.hypercalls.multicall import MULTICALL_ENTRY
from harness.abi.words import MASK64
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call, Handler
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest

_RESULT = MULTICALL_ENTRY.offset("result")
_CORRUPT = bytes([0xAA]) * MULTICALL_ENTRY.size
"""What a debug build overwrites an entry with, so that no guest relies on anything but the result."""


class Multicall:
    """The handler of multicall. It is given the table of all handlers, which contains the multicall itself."""

    def __init__(self, table: Mapping[int, Handler]) -> None:
        self._table = table

    def __call__(self, call: Call, vcpu: Vcpu, x: memoryview) -> int:
        """``multicall(list, count)``: 0, or -EFAULT at an entry that cannot be read or written."""
        if call.in_multicall:  # ``do_multicall`` refuses a multicall within a multicall
            return -Errno.EINVAL
        call.in_multicall = True
        try:
            return self._make_all(call, vcpu, x)
        finally:
            call.in_multicall = False

    def _make_all(self, call: Call, vcpu: Vcpu, x: memoryview) -> int:
        entry = x[0]
        # The type of nr_calls grew from 32 to 64 bits between releases.
        left = x[1] & (1 << vcpu.domain.release.multicall_count_bits) - 1
        first = True
        while left:
            if not first and call.preempted():
                return call.go_on_later(x, entry, left)
            first = False
            data = copy_from_guest(vcpu, entry, MULTICALL_ENTRY.size)
            if data is None or not self._make(call, vcpu, entry, data):
                return -Errno.EFAULT
            # A call of the list was preempted. Its entry holds its continuation now, so the whole multicall is
            # continued from this entry on, not from the next one.
            if call.continued:
                return call.go_on_later(x, entry, left)
            entry = entry + MULTICALL_ENTRY.size & MASK64
            left -= 1
        return 0

    def _make(self, call: Call, vcpu: Vcpu, entry: int, data: bytes) -> bool:
        """Make the call of one entry, and write its result or its continuation; False if that cannot be written."""
        # Handlers take registers, so an entry becomes a register file of its own: arguments from x0, the number in x16.
        number, result, *arguments = array("Q", data)
        registers = array("Q", (*arguments, *[0] * (16 - len(arguments)), number))
        handler = self._table.get(number)
        with memoryview(registers) as x:
            answer = -Errno.ENOSYS if handler is None else handler(call, vcpu, x)
        if call.continued:
            answer = result
        # Debug builds write the pattern over the whole entry, and then the result or the continuation into it.
        if vcpu.domain.debug_build:
            copy_to_guest(vcpu, entry, _CORRUPT)
        if call.continued:
            whole = array("Q", (number, result, *registers[: len(arguments)])).tobytes()
            if copy_to_guest(vcpu, entry, whole) is None:
                return True
            call.continued = False
            return False
        return copy_to_guest(vcpu, entry + _RESULT, (answer & MASK64).to_bytes(8, "little")) is None
