"""platform_op: control of the physical machine by the control domain (``xen/arch/arm/platform_hypercall.c``)."""

from harness.abi.hypercalls.platform_op import XEN_PLATFORM_OP, XENPF_INTERFACE_VERSION
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.hypercalls.control_domain import check_caller


def platform_op(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``platform_op(op)``."""
    return check_caller(vcpu, x[0], XEN_PLATFORM_OP, XENPF_INTERFACE_VERSION)
