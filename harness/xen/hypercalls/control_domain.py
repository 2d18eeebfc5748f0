"""Hypercalls of the control domain, which refuse everybody else: the checks that they begin with.

What they do for a control domain is not here: a privileged domain that gets past the checks is told -ENOSYS, as the
real ones tell it of a command that they do not know.
"""

from harness.abi.errno import Errno
from harness.abi.layout import Layout
from harness.xen.domains.domain import Vcpu
from harness.xen.memory.guest_access import copy_from_guest


def check_caller(vcpu: Vcpu, argument: int, layout: Layout, interface: int) -> int:
    """The checks in their order: the structure is readable, of this interface, and from the control domain."""
    data = copy_from_guest(vcpu, argument, layout.size)
    if data is None:
        return -Errno.EFAULT
    if int.from_bytes(data[4:8], "little") != interface:
        return -Errno.EACCES
    return -Errno.ENOSYS if vcpu.domain.privileged else -Errno.EPERM
