"""sysctl: control of the whole system by the control domain (``xen/common/sysctl.c``)."""

from harness.abi.hypercalls.sysctl import XEN_SYSCTL
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.hypercalls.control_domain import check_caller


def sysctl(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``sysctl(op)``."""
    return check_caller(vcpu, x[0], XEN_SYSCTL, vcpu.domain.release.sysctl_interface)
