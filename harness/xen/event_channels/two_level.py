"""The 2-level ABI of events (``xen/common/event_2l.c``): a bit of shared_info for each port, a word of them a selector.

Every domain begins with it. Callers hand it open ports alone.
"""

from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.event_channels import shared_info, upcall
from harness.xen.event_channels.shared_info import PORTS_PER_WORD

MOST_PORTS = 4096
"""How many ports the 2-level ABI has room for on arm64."""


class TwoLevelEvents:
    """The events of ``domain``. It keeps nothing itself: it may be made wherever it is needed."""

    __slots__ = ("_domain",)
    most_ports = MOST_PORTS

    def __init__(self, domain: Domain) -> None:
        self._domain = domain

    def opened(self, number: int) -> None:
        """Nothing is kept of a port beside its bits."""

    def set_pending(self, number: int, vcpu: Vcpu) -> None:
        """An event arrived at a port that notifies ``vcpu``."""
        domain = self._domain
        if shared_info.pending(domain).test_and_set(number):
            return
        if not shared_info.mask(domain).test(number):
            self._select(number, vcpu)
        upcall.wake_pollers(domain, number)

    def clear_pending(self, number: int) -> None:
        """Forget the event of a port that is being closed."""
        shared_info.pending(self._domain).test_and_clear(number)

    def unmask(self, number: int, vcpu: Vcpu) -> None:
        """Clear a port's mask, and deliver what it held back."""
        if shared_info.mask(self._domain).test_and_clear(number) and shared_info.pending(self._domain).test(number):
            self._select(number, vcpu)

    def is_pending(self, number: int) -> bool:
        """Whether a port has an event."""
        return shared_info.pending(self._domain).test(number)

    def is_busy(self, number: int) -> bool:
        """A closed port can be opened again at once."""
        return False

    def _select(self, number: int, vcpu: Vcpu) -> None:
        if not shared_info.selector(vcpu).test_and_set(number // PORTS_PER_WORD):
            upcall.notify(vcpu)
