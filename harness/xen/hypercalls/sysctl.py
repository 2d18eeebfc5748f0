"""sysctl: the whole system, for the control domain (``xen/common/sysctl.c``)."""

from typing import TYPE_CHECKING

from harness.abi.hypercalls.sysctl import XEN_SYSCTL
from harness.xen.hypercalls.call import Call
from harness.xen.hypercalls.control_domain import check_caller

if TYPE_CHECKING:
    from harness.xen.vcpu import Vcpu


def sysctl(_call: Call, vcpu: "Vcpu", x: memoryview) -> int:
    """``sysctl(op)``."""
    return check_caller(vcpu, x[0], XEN_SYSCTL, vcpu.domain.model.release.sysctl_interface)
