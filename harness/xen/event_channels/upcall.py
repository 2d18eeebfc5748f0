"""Notifying a vCPU of events: its upcall_pending byte, the event interrupt, and the end of SCHEDOP_poll."""

from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.event_channels import shared_info
from harness.xen.interrupts import injection


def notify(vcpu: Vcpu) -> None:
    """Notify a vCPU, unless its upcall_pending byte is set already (``vcpu_mark_events_pending``)."""
    if not shared_info.upcall_pending(vcpu).test_and_set(0):
        injection.inject(vcpu, vcpu.domain.event_interrupt)


def wake_pollers(domain: Domain, number: int) -> None:
    """Wake the vCPUs that wait in SCHEDOP_poll for an event at a port (``evtchn_check_pollers``)."""
    for vcpu in domain.vcpus:
        # Xen remembers one port only. A vCPU that polls several (0) is woken by any event, and looks again itself.
        if vcpu.state.polling and vcpu.state.polled_port in (0, number):
            domain.unblock(vcpu)


def wants_attention(vcpu: Vcpu) -> bool:
    """Whether events keep a vCPU from waiting: upcall_pending is set, and the event interrupt is not in flight."""
    # While the interrupt is in flight, the guest is handling these events, so they are no reason to stay awake
    # (``local_events_need_delivery_nomask``).
    told = shared_info.upcall_is_pending(vcpu)
    return told and not injection.is_in_flight(vcpu, vcpu.domain.event_interrupt)
