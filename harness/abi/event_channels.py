"""Event channels, virtual interrupts and HVM parameters (``public/event_channel.h``, ``xen.h``, ``hvm/*.h``)."""

from enum import IntEnum

from harness.abi.layouts import Layout


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
    """What EVTCHNOP_status says that a port is (``public/event_channel.h``)."""

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
    """Bits of a port's word in the FIFO ABI; the lowest are the next port (``public/event_channel.h``)."""

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


class HvmOp(IntEnum):
    """Commands of hvm_op that Xen/Arm answers (``public/hvm/hvm_op.h``)."""

    HVMOP_set_param = 0
    HVMOP_get_param = 1
    HVMOP_guest_request_vm_event = 24


class HvmParam(IntEnum):
    """Parameters of a domain that Xen/Arm knows (``public/hvm/params.h``)."""

    HVM_PARAM_CALLBACK_IRQ = 0
    HVM_PARAM_STORE_PFN = 1
    HVM_PARAM_STORE_EVTCHN = 2
    HVM_PARAM_CONSOLE_PFN = 17
    HVM_PARAM_CONSOLE_EVTCHN = 18
    HVM_PARAM_MONITOR_RING_PFN = 28


HVM_PARAM_CALLBACK_TYPE_PPI = 2
"""In the top byte of HVM_PARAM_CALLBACK_IRQ: the event interrupt is a private one, numbered in the lowest byte."""
HVM_PARAM_CALLBACK_TYPE_PPI_FLAG_LOW_LEVEL = 2
"""In its second byte: active low, level-sensitive."""

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
XEN_HVM_PARAM = Layout("xen_hvm_param", 16, {"domid": (0, 2), "index": (4, 4), "value": (8, 8)})

ENUMS: tuple[type[IntEnum], ...] = (
    EventChannelOp,
    EventChannelStatus,
    Virq,
    FifoWord,
    FifoPriority,
    HvmOp,
    HvmParam,
)
LAYOUTS = (
    EVTCHN_ALLOC_UNBOUND,
    EVTCHN_BIND_INTERDOMAIN,
    EVTCHN_BIND_VIRQ,
    EVTCHN_BIND_PIRQ,
    EVTCHN_BIND_IPI,
    EVTCHN_CLOSE,
    EVTCHN_SEND,
    EVTCHN_STATUS,
    EVTCHN_BIND_VCPU,
    EVTCHN_UNMASK,
    EVTCHN_RESET,
    EVTCHN_INIT_CONTROL,
    EVTCHN_EXPAND_ARRAY,
    EVTCHN_SET_PRIORITY,
    EVTCHN_FIFO_CONTROL_BLOCK,
    XEN_HVM_PARAM,
)
