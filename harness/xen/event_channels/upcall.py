"""Telling a vCPU of events: its upcall_pending byte, the interrupt that says so, and the end of its poll."""

from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.event_channels import shared_info
from harness.xen.interrupts import injection


def notify(vcpu: Vcpu) -> None:
    """Tell a vCPU of events, unless it was told already (``vcpu_mark_events_pending``)."""
    if not shared_info.upcall_pending(vcpu).test_and_set(0):
        injection.inject(vcpu, vcpu.domain.event_interrupt)


def wake_pollers(domain: Domain, number: int) -> None:
    """End the waits in SCHEDOP_poll for an event at a port."""
    for vcpu in domain.vcpus:
        if vcpu.state.polling and vcpu.state.polled_port in (0, number):
            domain.unblock(vcpu)


def wants_attention(vcpu: Vcpu) -> bool:
    """Whether a vCPU that is about to wait has been told of events, and has ended the interrupt that told it."""
    told = shared_info.upcall_is_pending(vcpu)
    return told and not injection.is_in_flight(vcpu, vcpu.domain.event_interrupt)
