"""Waiting of a vCPU for an interrupt or an event, and what keeps it from waiting."""

from harness.machine.exceptions import PSTATE_I
from harness.xen.domains.domain import Vcpu
from harness.xen.event_channels import upcall
from harness.xen.interrupts import injection, timers


def wait(vcpu: Vcpu, *, unless_masked: bool = False) -> None:
    """Block until an interrupt or event arrives; do not block if one is pending already (``vcpu_block``).

    With ``unless_masked``, interrupts that PSTATE.I masks do not keep it from blocking, as in SCHEDOP_poll.
    """
    # A timer that became due within this slice has not been seen yet. Its interrupt counts if the guest enabled it.
    timers.expire(vcpu, vcpu.domain.now_ns())
    # WFI and SCHEDOP_block return for a masked interrupt, too (the architecture wants that of WFI); ``do_poll`` asks
    # ``local_events_need_delivery``, which does not count masked ones.
    masked = unless_masked and bool(vcpu.cpu.pstate & PSTATE_I)
    vcpu.state.blocked = masked or not has_events(vcpu)


def has_events(vcpu: Vcpu) -> bool:
    """Whether an interrupt or event is pending for it (``local_events_need_delivery_nomask``)."""
    return injection.wants_attention(vcpu) or upcall.wants_attention(vcpu)
