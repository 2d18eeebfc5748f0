"""A vCPU that waits, for an interrupt or for an event: what may wait for it already."""

from harness.machine.exceptions import PSTATE_I
from harness.xen.domains.domain import Vcpu
from harness.xen.event_channels import upcall
from harness.xen.interrupts import injection, timers


def wait(vcpu: Vcpu, *, unless_masked: bool = False) -> None:
    """Block until an interrupt or event comes; with one that waits already, not at all (``vcpu_block``).

    A timer that was due has fired before; what it raised counts only where the guest has enabled it.
    ``unless_masked``: IRQs that PSTATE.I masks do not keep it from waiting, as in SCHEDOP_poll.
    """
    timers.expire(vcpu, vcpu.domain.now_ns())
    masked = unless_masked and bool(vcpu.cpu.pstate & PSTATE_I)
    vcpu.state.blocked = masked or not has_events(vcpu)


def has_events(vcpu: Vcpu) -> bool:
    """Whether an interrupt or event waits for it (``local_events_need_delivery_nomask``)."""
    return injection.wants_attention(vcpu) or upcall.wants_attention(vcpu)
