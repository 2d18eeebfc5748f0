"""Random calls of event_channel_op, and writes to event words in the pages that the guest has registered with Xen."""

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.words import MASK64
from harness.conform.random_calls.guest import TableCall, Word
from harness.conform.random_calls.words import NO_DOMAINS, RandomWords, halves, number, quarters

ASKED_COMMANDS = (
    *(0, 1, 1, 2, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 9, 9, 10, 14, 15, 99, MASK64),
    *(11, 11, 11, 12, 12, 12, 13, 13),
)
"""The commands of the FIFO ABI are frequent, so that most sequences reach it."""


class EventChannelCalls(RandomWords):
    """Makes calls for the domain with a given number."""

    def _port(self) -> int:
        if self._one_in(8):
            return self._pick(0, 1023, 1024, 4095, 4096, 131071, 131072, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF)
        return self._chance.randrange(14)

    def _event_channel_op(self) -> TableCall:
        if self._one_in(8):
            return self._event_word()
        command = self._pick(*ASKED_COMMANDS)
        vcpu = self._pick(0, 0, 0, 0, 1, 9, 0xFFFF_FFFF)
        domain, other = self._number_of_domain(), self._number_of_domain()
        junk = self._chance.getrandbits(16) if self._one_in(4) else 0
        data: tuple[Word, ...]
        match command:
            case 0:
                data = (halves(other | junk << 16, self._port()), number(self._odd()))
            case 1:
                # Without VIRQ_CON_RING (8) and VIRQ_ENOMEM (12), which are left out.
                data = (
                    halves(self._pick(*range(8), *range(9, 12), *range(13, 16), 23, 24, 99, 0xFFFF_FFFF), vcpu),
                    number(self._odd()),
                )
            case 2:
                data = (halves(self._odd(), self._odd()), number(self._odd()))
            case 5:
                data = (halves(domain | junk << 16, self._port()), number(self._odd()), number(self._odd()))
            case 6:
                data = (quarters(domain, other),)
            case 7:
                data = (halves(vcpu, self._odd()),)
            case 8:
                data = (halves(self._port(), vcpu),)
            case 11:
                offset = self._pick(0, 0, 0, 64, 64, 0xFB8, 0xFC0, 4, 0x1000, 0xFFFF_FFF8)
                data = (self._gfn(), halves(offset, vcpu), number(self._odd()))
            case 12:
                data = (self._gfn(),)
            case 13:
                data = (halves(self._port(), self._pick(0, 3, 7, 15, 16, 0xFFFF_FFFF)),)
            case 10 | 14:
                domain = domain if self._one_in(6) else self._chance.choice(NO_DOMAINS)
                data = (quarters(domain, junk),)
            case _:
                data = (halves(self._port(), self._odd()),)
        return self._maker(Hypercall.HYPERVISOR_event_channel_op, self._bits32(command), self._pointer(), data=data)

    def _event_word(self) -> TableCall:
        """Make Xen write the words of two ports, if this page is registered as one of event words."""
        words = halves(*(self._pick(*range(6), self._odd()) << 28 | self._port() & 0x1FFFF for _ in range(2)))
        return self._copy_from_buffer(self._zone(), 4 * self._chance.randrange(14), words)
