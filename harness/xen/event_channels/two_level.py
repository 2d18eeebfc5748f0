"""The 2-level ABI (``xen/common/event_2l.c``): a bit in shared_info for each port, a selector bit for each word.

Every domain starts with it. Callers pass only open ports.
"""

from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.event_channels import shared_info, upcall
from harness.xen.event_channels.shared_info import PORTS_PER_WORD

MOST_PORTS = 4096
"""The number of ports of the 2-level ABI on arm64: 64 words of 64 bits."""


class TwoLevelEvents:
    """The events of ``domain``. It has no state of its own, so it may be created wherever it is needed."""

    __slots__ = ("_domain",)
    most_ports = MOST_PORTS

    def __init__(self, domain: Domain) -> None:
        self._domain = domain

    def opened(self, number: int) -> None:
        """Do nothing: a port has no state beside its bits."""

    def set_pending(self, number: int, vcpu: Vcpu) -> None:
        """An event arrived at a port that notifies ``vcpu`` (``evtchn_2l_set_pending``)."""
        domain = self._domain
        if shared_info.pending(domain).test_and_set(number):
            return
        if not shared_info.mask(domain).test(number):
            self._select(number, vcpu)
        # SCHEDOP_poll ends for a masked port, too: a guest polls a port because it has masked it.
        upcall.wake_pollers(domain, number)

    def clear_pending(self, number: int) -> None:
        """Clear the event of a port that is being closed."""
        shared_info.pending(self._domain).test_and_clear(number)

    def unmask(self, number: int, vcpu: Vcpu) -> None:
        """Clear a port's mask, and deliver an event that it held back."""
        if shared_info.mask(self._domain).test_and_clear(number) and shared_info.pending(self._domain).test(number):
            self._select(number, vcpu)

    def is_pending(self, number: int) -> bool:
        """Whether a port has an event."""
        return shared_info.pending(self._domain).test(number)

    def is_busy(self, number: int) -> bool:
        """False: a closed port can be opened again at once."""
        return False

    def _select(self, number: int, vcpu: Vcpu) -> None:
        # A selector bit that was set already means that the vCPU has been told and has not looked yet.
        if not shared_info.selector(vcpu).test_and_set(number // PORTS_PER_WORD):
            upcall.notify(vcpu)
