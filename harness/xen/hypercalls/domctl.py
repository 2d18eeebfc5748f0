"""domctl: control of other domains by the control domain (``xen/common/domctl.c``)."""

from harness.abi.errno import Errno
from harness.abi.hypercalls.domctl import XEN_DOMCTL
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.hypercalls.control_domain import check_caller
from harness.xen.memory.guest_access import copy_from_guest


def domctl(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``domctl(op)``: ``do_domctl`` looks up the domain before it checks the caller's rights."""
    release = vcpu.domain.release
    result = check_caller(vcpu, x[0], XEN_DOMCTL, release.domctl_interface)
    if result in (-Errno.EFAULT, -Errno.EACCES):
        return result
    data = copy_from_guest(vcpu, x[0], XEN_DOMCTL.size)
    assert data is not None
    command, number = int.from_bytes(data[:4], "little"), int.from_bytes(data[8:10], "little")
    exists = number == 0 or number in call.xen.domains  # on a real machine there is always a dom0
    if not (exists or command in release.domctls_without_domain):
        return -Errno.ESRCH
    return -release.domctl_unknown if result == -Errno.ENOSYS else result
