"""Hypercalls for the control domain, which refuse every other domain: the checks that they begin with.

What they do for a control domain is not implemented: a privileged domain that passes the checks gets -ENOSYS, as the
real hypercalls answer a command that they do not know.
"""

from harness.abi.errno import Errno
from harness.abi.layout import Layout
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.guest_access import copy_from_guest


def check_caller(vcpu: Vcpu, argument: int, layout: Layout, interface: int) -> int:
    """Check, in Xen's order: the structure is readable, has this interface version, and the caller is privileged."""
    data = copy_from_guest(vcpu, argument, layout.size)
    if data is None:
        return -Errno.EFAULT
    if int.from_bytes(data[4:8], "little") != interface:
        return -Errno.EACCES
    return -Errno.ENOSYS if vcpu.domain.privileged else -Errno.EPERM
