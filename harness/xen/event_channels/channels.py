"""A domain's event channels (``xen/common/event_channel.c``); the guest chooses the ABI by which it sees events.

A port is one end of a channel to another domain, or represents a virtual interrupt or an interrupt between vCPUs. An
event is written to the shared pages and raises one private interrupt of the vCPU that the port notifies. Operations
return a port or 0, or a negative errno.
"""

from itertools import filterfalse

from harness.abi.errno import Errno
from harness.abi.hypercalls.event_channel_op import EventChannelStatus, Virq
from harness.xen.domains.domain import Domain
from harness.xen.event_channels.fifo import FifoEvents
from harness.xen.event_channels.state import BUCKET, EventState, Port
from harness.xen.event_channels.two_level import TwoLevelEvents

VIRQS = 24
LOCAL_VIRQS = frozenset((Virq.VIRQ_TIMER, Virq.VIRQ_DEBUG, Virq.VIRQ_XENOPROF, Virq.VIRQ_XENPMU))
"""Each vCPU has its own instance of these; all others belong to the domain and are first bound to vCPU 0."""


class EventChannels:
    """The event channels of ``domain``. It has no state of its own, so it may be created wherever it is needed."""

    __slots__ = ("_domain",)

    def __init__(self, domain: Domain) -> None:
        self._domain = domain

    @property
    def _state(self) -> EventState:
        return self._domain.state.events

    @property
    def _abi(self) -> TwoLevelEvents | FifoEvents:
        return TwoLevelEvents(self._domain) if self._state.fifo is None else self.fifo

    @property
    def fifo(self) -> FifoEvents:
        """The FIFO ABI, whether it is in use or not."""
        return FifoEvents(self._domain)

    def _peer(self, port: Port) -> "EventChannels":
        """The event channels of the domain at the other end of a channel."""
        return EventChannels(self._domain.all_domains[port.remote_domain])

    # -- Opening ------------------------------------------------------------------------------------------------

    def alloc_unbound(self, remote: int) -> int:
        """Open a port that domain ``remote`` may bind to."""
        return self._open(Port(EventChannelStatus.EVTCHNSTAT_unbound, remote_domain=remote))

    def bind_interdomain(self, other: Domain, remote_port: int) -> int:
        """Connect a new port with an unbound one of ``other`` that waits for this domain."""
        channels = EventChannels(other)
        # Xen looks for a free port first, so -ENOSPC hides what is wrong with the remote port.
        local = self._find_free()
        if local < 0:
            return local
        remote = channels._state.ports.get(remote_port)
        if (
            remote is None
            or remote.status is not EventChannelStatus.EVTCHNSTAT_unbound
            or remote.remote_domain != self._domain.number
        ):
            return -Errno.EINVAL
        self._state.ports[local] = Port(EventChannelStatus.EVTCHNSTAT_interdomain, 0, other.number, remote_port)
        self._abi.opened(local)
        remote.status, remote.remote_port = EventChannelStatus.EVTCHNSTAT_interdomain, local
        # What was sent to the port while it was unbound is lost, so Xen raises one event to be on the safe side.
        self.set_pending(local)
        return local

    def bind_virq(self, virq: int, vcpu: int) -> int:
        """Open a port for a virtual interrupt."""
        if virq >= VIRQS or (virq not in LOCAL_VIRQS and vcpu != 0):
            return -Errno.EINVAL
        if vcpu >= len(self._domain.vcpus):
            return -Errno.ENOENT
        if self._port_of_virq(virq, vcpu) is not None:
            return -Errno.EEXIST
        return self._open(Port(EventChannelStatus.EVTCHNSTAT_virq, vcpu, virq=virq))

    def bind_ipi(self, vcpu: int) -> int:
        """Open a port whose events go to one of the domain's own vCPUs."""
        if vcpu >= len(self._domain.vcpus):
            return -Errno.ENOENT
        return self._open(Port(EventChannelStatus.EVTCHNSTAT_ipi, vcpu))

    def _open(self, port: Port) -> int:
        number = self._find_free()
        if number >= 0:
            self._state.ports[number] = port
            self._abi.opened(number)
        return number

    def _find_free(self) -> int:
        """The lowest closed port but 0 that can be opened; -ENOSPC if there is none."""
        state, abi = self._state, self._abi
        for number in filterfalse(state.ports.__contains__, range(1, min(self._domain.last_port + 1, abi.most_ports))):
            # Xen allocates ports in buckets, as it needs them. A port beyond the last bucket is invalid, and calls
            # answer differently for an invalid port than for a closed one.
            if number >= state.valid:
                state.valid += BUCKET
                return number
            if not abi.is_busy(number):
                return number
        return -Errno.ENOSPC

    def _port_of_virq(self, virq: int, vcpu: int) -> int | None:
        """The port that a virtual interrupt was bound to, for a vCPU where each has its own."""
        for number, port in self._state.ports.items():
            if (
                port.status is EventChannelStatus.EVTCHNSTAT_virq
                and port.virq == virq
                and (virq not in LOCAL_VIRQS or port.vcpu == vcpu)
            ):
                return number
        return None

    # -- Closing ------------------------------------------------------------------------------------------------

    def close(self, number: int) -> int:
        """Close a port; the other end of a channel becomes unbound and may be bound by this domain again."""
        port = self._state.ports.pop(number, None)
        if port is None:
            return -Errno.EINVAL
        self._abi.clear_pending(number)
        if port.status is EventChannelStatus.EVTCHNSTAT_interdomain:
            other = self._peer(port)._state.ports.get(port.remote_port)
            if other is not None:
                other.status = EventChannelStatus.EVTCHNSTAT_unbound
                other.remote_domain, other.remote_port = self._domain.number, 0
        return 0

    def reset(self) -> int:
        """Close all ports, and go back to the 2-level ABI."""
        for number in sorted(self._state.ports):
            self.close(number)
        self.fifo.tear_down()
        return 0

    # -- Events -------------------------------------------------------------------------------------------------

    def send(self, number: int) -> int:
        """Send an event over a channel or to a vCPU; to an unbound port it is lost."""
        port = self._state.ports.get(number)
        if port is None:
            return -Errno.EINVAL
        if port.status is EventChannelStatus.EVTCHNSTAT_interdomain:
            self._peer(port).set_pending(port.remote_port)
        elif port.status is EventChannelStatus.EVTCHNSTAT_ipi:
            self.set_pending(number)
        elif port.status is not EventChannelStatus.EVTCHNSTAT_unbound:
            return -Errno.EINVAL
        # An unbound port has no other end yet: ``evtchn_send`` drops the event and reports success.
        return 0

    def set_pending(self, number: int) -> None:
        """An event arrived at an open port."""
        self._abi.set_pending(number, self._domain.vcpus[self._state.ports[number].vcpu])

    def unmask(self, number: int) -> int:
        """Clear an open port's mask, and deliver an event that it held back."""
        if number >= self._state.valid:
            return -Errno.EINVAL
        port = self._state.ports.get(number)
        if port is not None:  # unmasking a closed port succeeds and does nothing
            self._abi.unmask(number, self._domain.vcpus[port.vcpu])
        return 0

    def set_priority(self, number: int, priority: int) -> int:
        """Set the priority of a port's events, which only the FIFO ABI has; 0 or a negative errno."""
        if number >= self._state.valid:
            return -Errno.EINVAL
        if self._state.fifo is None:
            return -Errno.ENOSYS
        return self.fifo.set_priority(number, priority) if number in self._state.ports else -Errno.EACCES

    # -- Questions ----------------------------------------------------------------------------------------------

    def status(self, number: int) -> Port | None:
        """The port ``number``; a closed one has the status closed, None stands for one that does not exist."""
        if number >= self._state.valid:
            return None
        return self._state.ports.get(number, Port(EventChannelStatus.EVTCHNSTAT_closed))

    def bind_vcpu(self, number: int, vcpu: int) -> int:
        """Make a port notify another vCPU; only ports of channels and of domain-wide virtual interrupts can change."""
        if vcpu >= len(self._domain.vcpus):
            return -Errno.ENOENT
        port = self._state.ports.get(number)
        movable = port is not None and (
            port.status in (EventChannelStatus.EVTCHNSTAT_unbound, EventChannelStatus.EVTCHNSTAT_interdomain)
            or (port.status is EventChannelStatus.EVTCHNSTAT_virq and port.virq not in LOCAL_VIRQS)
        )
        if port is None or not movable:
            return -Errno.EINVAL
        port.vcpu = vcpu
        return 0

    def poll(self, number: int) -> int:
        """Whether a port has a pending event, for SCHEDOP_poll: 0, 1, or -EINVAL for a port that cannot be polled."""
        # Up to 4.14 ``do_poll`` accepts every valid port, open or not; later it also refuses closed ones.
        if self._domain.release.poll_checks_ports:
            if number not in self._state.ports:
                return -Errno.EINVAL
        elif number >= self._state.valid:
            return -Errno.EINVAL
        return int(number in self._state.ports and self._abi.is_pending(number))
