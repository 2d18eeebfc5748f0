"""Hypercalls with hostile arguments; the same seed always makes the same call.

Only the calls listed in :mod:`left_out <harness.conform.random_calls.left_out>` are left out, because a model and the
real Xen cannot be compared by them.
"""

from collections.abc import Callable, Sequence

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.platform_op import XENPF_INTERFACE_VERSION
from harness.abi.hypercalls.table import SIGNATURES
from harness.abi.words import MASK64
from harness.conform.random_calls.event_calls import EventChannelCalls
from harness.conform.random_calls.guest import PAGE, Base, TableCall, Word
from harness.conform.random_calls.left_out import DOMCTLS_NOT_ASKED
from harness.conform.random_calls.words import (
    AREA,
    ARRAY,
    ZONE,
    buffer,
    gfn,
    halves,
    number,
    page,
    quarters,
)


def calls_of(seeds: Sequence[int], domain: int) -> list[TableCall]:
    """The calls of a sequence of seeds, after the calls that all of them need."""
    maker = CallMaker(domain)
    return [*maker.start(), *(maker.call(seed) for seed in seeds)]


class CallMaker(EventChannelCalls):
    """Makes calls for the domain with a given number."""

    def __init__(self, domain: int) -> None:
        super().__init__(domain)
        self._makers: tuple[Callable[[], TableCall], ...] = (
            self._unknown,
            self._xen_version,
            self._console_io,
            self._vm_assist,
            self._vcpu_op,
            self._sched_op,
            self._event_channel_op,
            self._event_channel_op,
            self._event_channel_op,
            self._hvm_op,
            self._memory_op,
            self._memory_op,
            self._memory_op,
            self._grant_table_op,
            self._grant_table_op,
            self._grant_table_op,
            self._privileged,
            self._simple,
            self._look,
        )

    def start(self) -> list[TableCall]:
        """The calls that map the grant table and the shared info where all other calls expect them.

        A domU's grant table gets all its frames at the start: later, Xen would use pages for it that calls gave back.
        """
        self._chance.seed(0)
        grow = self._maker(
            Hypercall.HYPERVISOR_grant_table_op,
            number(2),
            buffer(),
            number(1),
            data=(halves(0x7FF0, 64), number(0), buffer(64)),
        )
        return [*((grow,) if self._domain else ()), self._map(1, 0, ZONE), self._map(0, 0, ZONE + 1)]

    def call(self, seed: int) -> TableCall:
        """The call that a seed makes."""
        self._chance.seed(seed)
        return self._multicall() if self._one_in(20) else self._chance.choice(self._makers)()

    # -- Calls --------------------------------------------------------------------------------------------------

    def _look(self) -> TableCall:
        return TableCall(None, page=page(self._zone()))

    def _unknown(self) -> TableCall:
        call = self._pick(self._chance.randrange(60), 64, MASK64, 1 << 32 | 17, 1 << 31, self._chance.getrandbits(64))
        # A known number would be a call with arbitrary arguments; 6 is one that Xen/Arm does not have.
        return self._maker(6 if call in SIGNATURES else call)

    def _simple(self) -> TableCall:
        """Calls whose answer does not depend on their arguments (physdev_op and dm_op), and hypfs_op with a path."""
        call = self._pick(
            Hypercall.HYPERVISOR_physdev_op,
            Hypercall.HYPERVISOR_dm_op,
            Hypercall.HYPERVISOR_hypfs_op,
            Hypercall.HYPERVISOR_hypfs_op,
        )
        path = number(int.from_bytes(self._chance.choice((b"/", b"/params", b"", b"params", b"/a\0b")), "little"))
        length = number(self._pick(0, 1, 2, 3, 8, 9, 1024, 1025, MASK64))
        return self._maker(call, self._bits32(self._pick(0, 3, 4, 99)), self._pointer(), length, data=(path,))

    def _xen_version(self) -> TableCall:
        command = self._pick(0, 1, 2, 3, 4, 5, 6, 6, 7, 8, 10, 10, 10, 11, 12, 13, 15, 16, MASK64, 1 << 31)
        data = (number(self._pick(0, 1, 2, 4, 6, 19, 20, 64, 0x8000_0000, MASK64, self._odd())),)
        place = self._chance.choice((self._pointer(), buffer(), page(AREA - 1, PAGE - 9)))
        return self._maker(Hypercall.HYPERVISOR_xen_version, self._bits32(command), place, data=data)

    def _console_io(self) -> TableCall:
        command = self._pick(0, 0, 1, 2, 3, MASK64)
        if command == 0:
            size = self._pick(0, 1, 8, 127, 128, 1 << 31, 0xFFFF_FFFF)
            return self._maker(Hypercall.HYPERVISOR_console_io, self._bits32(0), self._bits32(size), self._bad())
        size = self._pick(0, 1, 8, 4096, 0x7FFF_FFFF, 1 << 31, 0xFFFF_FFFF)
        return self._maker(Hypercall.HYPERVISOR_console_io, self._bits32(command), self._bits32(size), self._pointer())

    def _vm_assist(self) -> TableCall:
        kind = self._pick(5, 5, 5, 0, 4, 6, 31, 32, 63, 64, 0xFFFF_FFFF)
        return self._maker(
            Hypercall.HYPERVISOR_vm_assist, self._bits32(self._pick(0, 1, 0, 1, 2, 3, 0xFFFF_FFFF)), self._bits32(kind)
        )

    def _vcpu_op(self) -> TableCall:
        command = self._pick(5, 5, 5, 10, 10, *range(17), MASK64)
        vcpu = self._bits32(self._pick(0, 0, 0, 1, 2, 9, 127, 128, 0xFFFF_FFFF))
        pointer = self._chance.choice((buffer(), buffer(), buffer(), self._bad()))
        if command == 10:
            where = (self._gfn(), halves(self._pick(0, 0, 8, 64, 4, 0xFD0, 0xFD8, 0x1000, 0xFFFF_FFF8), self._odd()))
            return self._maker(Hypercall.HYPERVISOR_vcpu_op, self._bits32(command), vcpu, pointer, data=where)
        area = self._chance.choice((page(AREA), page(AREA, 3), page(AREA, PAGE - 20), self._bad(), number(0)))
        if command not in (5, 10):  # an area by guest-physical address
            area = self._chance.choice((page(AREA), page(AREA, 3), self._bad()))
        return self._maker(Hypercall.HYPERVISOR_vcpu_op, self._bits32(command), vcpu, pointer, data=(area,))

    def _sched_op(self) -> TableCall:
        command = self._pick(0, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9, 99, MASK64)
        pointer: Word = buffer()
        data: tuple[Word, ...] = ()
        array: tuple[Word, ...] = tuple(halves(self._port(), self._port()) for _ in range(2))
        if command in (2, 5):
            pointer = self._bad()
        elif command == 3:
            ports = self._chance.choice((ARRAY, ARRAY, self._bad()))
            data = (ports, halves(self._pick(0, 1, 1, 2, 3, 4, 129, 0xFFFF_FFFF), self._odd()), number(1))
        elif command == 4:
            domain = self._pick(7, 99, 0x7FF0, 0x7FF1, 0xFFFF) if self._domain == 0 else self._pick(0, 7, 0x7FF0)
            data = (halves(domain, self._odd()),)
        elif command == 6:
            data = (halves(self._pick(1, 2, 3, 77, 0xFFFF_FFFF), self._pick(0, 1, 100)),)
        elif command == 7:
            data = (halves(self._pick(0, 0xFFFF_FFFF, 0xFFFF_FFF0), 0),)
        pointer = self._bad() if self._one_in(8) else pointer
        return self._maker(Hypercall.HYPERVISOR_sched_op, self._bits32(command), pointer, data=data, array=array)

    def _hvm_op(self) -> TableCall:
        command = self._pick(0, 1, 1, 2, 3, 14, 15, 24, 25, 99, 1 << 32, 1 << 32 | 1, MASK64)
        junk = self._chance.getrandbits(16) if self._one_in(4) else 0
        index = self._pick(*range(40), 99, 0xFFFF_FFFF)
        data = (halves(self._number_of_domain() | junk << 16, index), number(self._odd()))
        return self._maker(Hypercall.HYPERVISOR_hvm_op, number(command), self._pointer(), data=data)

    def _privileged(self) -> TableCall:
        rights: dict[int, tuple[int, ...]] = {
            Hypercall.HYPERVISOR_platform_op: (XENPF_INTERFACE_VERSION,),
            Hypercall.HYPERVISOR_sysctl: (0x13, 0x15),
            Hypercall.HYPERVISOR_domctl: (0x12, 0x15, 0x17),
        }
        call = self._pick(*rights)
        right = rights[call] if self._domain else ()
        command = self._chance.randrange(90)
        if call == Hypercall.HYPERVISOR_domctl and command in DOMCTLS_NOT_ASKED:
            command = 0
        # For dom0, `right` is empty: with the right version its call would be carried out, and these are not modelled.
        version = self._pick(0, 1, 0x14, 0x16, 0x18, 0x0300_0000, 0xFFFF_FFFF, *right, *right)
        return self._maker(
            call,
            self._pointer(),
            data=(halves(command, version), number(self._number_of_domain())),
        )

    # -- Memory -------------------------------------------------------------------------------------------------

    def _map(self, space: int, index: int, where: int) -> TableCall:
        return self._maker(
            Hypercall.HYPERVISOR_memory_op,
            number(7),
            buffer(),
            data=(quarters(0x7FF0, 0, space), number(index), gfn(where)),
        )

    def _memory_op(self) -> TableCall:
        command = self._pick(0, 1, 1, 3, 4, 6, 6, 6, 7, 7, 7, 7, 11, 14, 15, 15, 18, 19, 23, 24, 26, 27, 28, 5, 8, 63)
        # maximum_gpfn of dom0 depends on the board's devices (left_out).
        if command == 14 and self._domain == 0:
            command = 5
        data, array = self._memory_data(command)
        started = self._pick(1, 2, 0x7FFF, 0x10000, 0x3FF_FFFF) << 6 if self._one_in(5) else 0
        return self._maker(
            Hypercall.HYPERVISOR_memory_op, self._bits32(command | started), self._pointer(), data=data, array=array
        )

    def _memory_data(self, command: int) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
        array: tuple[Word, ...] = tuple(self._gfn() for _ in range(4))
        domain = self._number_of_domain()
        match command:
            case 0 | 1 | 6 | 24:
                return self._reservation(command), array
            case 7:
                space = self._pick(0, 1, 1, 2, 3, 4, 5, 6, 0xFFFF_FFFF)
                index = self._gfn() if space == 2 else number(self._pick(0, 0, 1, 2, 31, 63, 64, 1 << 31, MASK64))
                index = number(1 << 31) if space == 5 else index
                size = self._pick(0, 0, 0, 1, 3)
                where = number(MASK64 - 1) if space == 3 and size else self._gfn()  # a range that wraps
                return (quarters(domain, size, space, space >> 16), index, where), array
            case 11:
                return (*self._reservation(command), *self._reservation(command), number(self._pick(0, 0, 1))), array
            case 15:
                return (quarters(domain), self._gfn()), array
            case 23:
                size = self._pick(0, 1, 2, 2, 3)
                head = quarters(domain, self._pick(0, 1, 2, 3, 4, 5, 9), size, self._pick(0, 0, 0x7FF0, 7, 0, 1))
                lists = (buffer(PAGE + 8), ARRAY, self._chance.choice((buffer(64), self._bad())))
                return (head, *lists), array
            case 28:
                owner = self._number_of_domain() or self._domain
                head = quarters(owner, self._pick(0, 1, 1, 2, 9), self._pick(0, 0, 0, 1))
                count = halves(self._pick(0, 1, 2, 32, 33, 0xFFFF_FFFF), self._pick(0, 0, 0, 1))
                frames = self._chance.choice((ARRAY, ARRAY, number(0), self._bad()))
                return (head, count, number(self._pick(0, 0, 1, 63, MASK64)), frames), array
            case 27:
                return (halves(self._pick(0, 1, 2, 99), self._odd()), number(self._odd()), number(self._odd())), array
            case _:
                return (quarters(domain), *(number(self._odd()) for _ in range(4))), array

    def _reservation(self, command: int) -> tuple[Word, ...]:
        count = self._pick(0, 1, 1, 1, 2, 3)
        order = self._pick(0, 0, 0, 0, 1, 2, 11, 19, 64, 0xFFFF_FFFF)
        extents = self._chance.choice((ARRAY, ARRAY, ARRAY, self._bad()))
        if command in (0, 6) and order in range(1, 19):
            order = 0 if command == 0 else min(order, 2)
        flags = self._pick(0, 0, 0, 0, 32, 64, 1 << 16, 1 << 17, 1 << 18)
        if command == 1 and self._one_in(6):
            count = self._pick(1 << 53, 1 << 63, MASK64)
        return extents, number(count), halves(order, flags), number(self._number_of_domain())

    # -- Grants -------------------------------------------------------------------------------------------------

    def _grant_table_op(self) -> TableCall:
        command = self._pick(0, 0, 0, 1, 1, 2, 4, 5, 5, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99, 4095, 4096, 1 << 31)
        count = self._pick(1, 1, 1, 1, 1, 1, 0, 2, 1 << 31, 0xFFFF_FFFF)
        if self._one_in(4):
            return self._entry()
        pointer = self._pointer()
        if command == 5:  # at another offset, the words would name another domain: dom0
            pointer = self._chance.choice((buffer(), buffer(), buffer(), self._bad()))
        hidden = 0
        if command == 0:  # a successful map returns a machine address in the fourth word: do not compare it
            pointer, count, hidden = self._chance.choice((buffer(), buffer(), self._bad())), min(count, 1), 1 << 3
        return self._maker(
            Hypercall.HYPERVISOR_grant_table_op,
            self._bits32(command),
            pointer,
            self._bits32(count),
            data=self._grant_data(command),
            array=tuple(self._gfn() for _ in range(2)),
            hidden=hidden,
        )

    def _entry(self) -> TableCall:
        """Make Xen write a grant entry, by a copy from the buffer into the page where the table is mapped."""
        reference = self._chance.randrange(8)
        flags = self._pick(0, 1, 1, 1, 5, 5, 0x101, 2, 3, 0x19)
        entry = Word(Base.FRAME_IN_UPPER_HALF, self._zone() << 32 | self._pick(self._domain, 0, 7) << 16 | flags)
        return self._copy_from_buffer(ZONE, 8 * reference, entry)

    def _grant_data(self, command: int) -> tuple[Word, ...]:
        reference = self._pick(*range(8), *range(8), 511, 512, 1 << 31, 0xFFFF_FFFF)
        handle = self._pick(*range(6), 99, 0xFFFF_FFFF)
        domain = self._number_of_domain() or self._domain
        place = page(self._zone(), self._pick(0, 0, 0, 8, 0xFFF)) if not self._one_in(8) else self._bad()
        match command:
            case 0:
                flags = self._pick(2, 2, 6, 0, 1, 3, 8, 18, 0xFFFF)
                return place, halves(flags, reference), quarters(domain), number(0)
            case 1 | 7:
                return place, number(self._pick(0, 0, 1, 1 << 12)), halves(handle, 0)
            case 2:
                head = halves(domain, self._pick(0, 1, 1, 2, 64, 65, 0xFFFF_FFFF))
                return head, number(self._odd()), self._chance.choice((buffer(64), self._bad()))
            case 4:
                return self._gfn(), halves(domain, reference), number(self._odd())
            case 5:
                flags = self._pick(0, 0, 1, 2, 3, 4, 0xFFFF)
                source = number(reference) if flags & 1 else self._gfn()
                dest = number(reference) if flags & 2 else self._gfn()
                offsets = (self._pick(0, 8, 0xFF8, 0xFFF, 0x1000), self._pick(0, 8, 0xFF8, 0xFFF, 0x1000))
                size = quarters(self._pick(0, 1, 8, 9, 4096, 4097), flags, self._odd(), self._odd())
                ours = (domain, self._number_of_domain() or self._domain)
                return source, quarters(ours[0], offsets[0]), dest, quarters(ours[1], offsets[1]), size
            case 8:
                return (halves(self._pick(0, 1, 2, 3, 0xFFFF_FFFF), self._odd()),)
            case 9:
                return halves(self._pick(0, 0, 1, 65), domain), buffer(64)
            case 11:
                return halves(reference, self._pick(*range(8), 512)), number(self._odd())
            case 12:
                offset, length = self._pick(0, 1, 4095, 4096), self._pick(0, 1, 64, 4096, 4097)
                return self._bad(), halves(offset | length << 16, self._pick(0, 1, 2, 3, 4))
            case _:
                return quarters(domain, self._odd()), number(self._odd()), number(self._odd())

    # -- Lists --------------------------------------------------------------------------------------------------

    def _multicall(self) -> TableCall:
        """A list of up to three calls, which share the last one's array."""
        data: tuple[Word, ...] = ()
        array: tuple[Word, ...] = ()
        for _ in range(self._chance.randrange(4)):
            inner = self._chance.choice((self._unknown, self._vm_assist, self._console_io, self._version_in_list))()
            assert inner.number is not None
            data += (inner.number, number(self._odd()), *inner.arguments, number(self._odd()))
            array = inner.array or array
        count = len(data) // 8 if not self._one_in(5) else self._pick(0, 1, 4, 5)
        return self._maker(Hypercall.HYPERVISOR_multicall, self._pointer(), number(count), data=data, array=array)

    def _version_in_list(self) -> TableCall:
        command = self._bits32(self._pick(0, 1, 4, 5, 7, 8))
        return self._maker(Hypercall.HYPERVISOR_xen_version, command, self._chance.choice((ARRAY, self._bad())))
