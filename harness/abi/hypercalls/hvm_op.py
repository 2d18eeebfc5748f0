"""hvm_op: the parameters of a domain (``public/hvm/hvm_op.h``, ``params.h``)."""

from enum import IntEnum

from harness.abi.hypercalls.numbers import Hypercall
from harness.abi.hypercalls.signature import Signature
from harness.abi.layout import Layout


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
"""In the top byte of HVM_PARAM_CALLBACK_IRQ: the event interrupt is a private one, its number is in the lowest byte."""

HVM_PARAM_CALLBACK_TYPE_PPI_FLAG_LOW_LEVEL = 2
"""In its second byte: the interrupt is active low and level-sensitive."""

XEN_HVM_PARAM = Layout("xen_hvm_param", 16, {"domid": (0, 2), "index": (4, 4), "value": (8, 8)})

SIGNATURE = Signature(
    Hypercall.HYPERVISOR_hvm_op,
    ("cmd", "arg"),
    commands=HvmOp,
    structures={
        HvmOp.HVMOP_set_param: XEN_HVM_PARAM,
        HvmOp.HVMOP_get_param: XEN_HVM_PARAM,
    },
)
