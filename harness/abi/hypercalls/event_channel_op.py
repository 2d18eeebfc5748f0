"""event_channel_op: event channels, and the words of their FIFO ABI (``public/event_channel.h``, ``xen.h``)."""

from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout


class EventChannelOp(IntEnum):
    """Commands of event_channel_op (``public/event_channel.h``)."""

    EVTCHNOP_bind_interdomain = 0
    EVTCHNOP_bind_virq = 1
    EVTCHNOP_bind_pirq = 2
    EVTCHNOP_close = 3
    EVTCHNOP_send = 4
    EVTCHNOP_status = 5
    EVTCHNOP_alloc_unbound = 6
    EVTCHNOP_bind_ipi = 7
    EVTCHNOP_bind_vcpu = 8
    EVTCHNOP_unmask = 9
    EVTCHNOP_reset = 10
    EVTCHNOP_init_control = 11
    EVTCHNOP_expand_array = 12
    EVTCHNOP_set_priority = 13


class EventChannelStatus(IntEnum):
    """States of a port that EVTCHNOP_status returns (``public/event_channel.h``)."""

    EVTCHNSTAT_closed = 0
    EVTCHNSTAT_unbound = 1
    EVTCHNSTAT_interdomain = 2
    EVTCHNSTAT_pirq = 3
    EVTCHNSTAT_virq = 4
    EVTCHNSTAT_ipi = 5


class Virq(IntEnum):
    """Virtual interrupts (``public/xen.h``)."""

    VIRQ_TIMER = 0
    VIRQ_DEBUG = 1
    VIRQ_CONSOLE = 2
    VIRQ_DOM_EXC = 3
    VIRQ_XENOPROF = 7
    VIRQ_XENPMU = 13


class FifoWord(IntEnum):
    """Bits of a port's word in the FIFO ABI; the low bits are the next port (``public/event_channel.h``)."""

    EVTCHN_FIFO_LINK_BITS = 17
    EVTCHN_FIFO_BUSY = 28
    EVTCHN_FIFO_LINKED = 29
    EVTCHN_FIFO_MASKED = 30
    EVTCHN_FIFO_PENDING = 31


class FifoPriority(IntEnum):
    """Priorities of ports in the FIFO ABI; the smaller number comes first (``public/event_channel.h``)."""

    EVTCHN_FIFO_PRIORITY_MAX = 0
    EVTCHN_FIFO_PRIORITY_DEFAULT = 7
    EVTCHN_FIFO_PRIORITY_MIN = 15


EVTCHN_ALLOC_UNBOUND = Layout("evtchn_alloc_unbound", 8, {"dom": (0, 2), "remote_dom": (2, 2), "port": (4, 4)})

EVTCHN_BIND_INTERDOMAIN = Layout(
    "evtchn_bind_interdomain", 12, {"remote_dom": (0, 2), "remote_port": (4, 4), "local_port": (8, 4)}
)

EVTCHN_BIND_VIRQ = Layout("evtchn_bind_virq", 12, {"virq": (0, 4), "vcpu": (4, 4), "port": (8, 4)})

EVTCHN_BIND_PIRQ = Layout("evtchn_bind_pirq", 12, {"pirq": (0, 4), "flags": (4, 4), "port": (8, 4)})

EVTCHN_BIND_IPI = Layout("evtchn_bind_ipi", 8, {"vcpu": (0, 4), "port": (4, 4)})

EVTCHN_CLOSE = Layout("evtchn_close", 4, {"port": (0, 4)})

EVTCHN_SEND = Layout("evtchn_send", 4, {"port": (0, 4)})

EVTCHN_STATUS = Layout(
    "evtchn_status", 24, {"dom": (0, 2), "port": (4, 4), "status": (8, 4), "vcpu": (12, 4), "u": (16, 8)}
)

EVTCHN_BIND_VCPU = Layout("evtchn_bind_vcpu", 8, {"port": (0, 4), "vcpu": (4, 4)})

EVTCHN_UNMASK = Layout("evtchn_unmask", 4, {"port": (0, 4)})

EVTCHN_RESET = Layout("evtchn_reset", 2, {"dom": (0, 2)})

EVTCHN_INIT_CONTROL = Layout(
    "evtchn_init_control", 24, {"control_gfn": (0, 8), "offset": (8, 4), "vcpu": (12, 4), "link_bits": (16, 1)}
)

EVTCHN_EXPAND_ARRAY = Layout("evtchn_expand_array", 8, {"array_gfn": (0, 8)})

EVTCHN_SET_PRIORITY = Layout("evtchn_set_priority", 8, {"port": (0, 4), "priority": (4, 4)})

EVTCHN_FIFO_CONTROL_BLOCK = Layout("evtchn_fifo_control_block", 72, {"ready": (0, 4), "head": (8, 64)})

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_event_channel_op,
    ("cmd", "arg"),
    commands=EventChannelOp,
    structures={
        EventChannelOp.EVTCHNOP_bind_interdomain: EVTCHN_BIND_INTERDOMAIN,
        EventChannelOp.EVTCHNOP_bind_virq: EVTCHN_BIND_VIRQ,
        EventChannelOp.EVTCHNOP_bind_pirq: EVTCHN_BIND_PIRQ,
        EventChannelOp.EVTCHNOP_close: EVTCHN_CLOSE,
        EventChannelOp.EVTCHNOP_send: EVTCHN_SEND,
        EventChannelOp.EVTCHNOP_status: EVTCHN_STATUS,
        EventChannelOp.EVTCHNOP_alloc_unbound: EVTCHN_ALLOC_UNBOUND,
        EventChannelOp.EVTCHNOP_bind_ipi: EVTCHN_BIND_IPI,
        EventChannelOp.EVTCHNOP_bind_vcpu: EVTCHN_BIND_VCPU,
        EventChannelOp.EVTCHNOP_unmask: EVTCHN_UNMASK,
        EventChannelOp.EVTCHNOP_reset: EVTCHN_RESET,
        EventChannelOp.EVTCHNOP_init_control: EVTCHN_INIT_CONTROL,
        EventChannelOp.EVTCHNOP_expand_array: EVTCHN_EXPAND_ARRAY,
        EventChannelOp.EVTCHNOP_set_priority: EVTCHN_SET_PRIORITY,
    },
)
