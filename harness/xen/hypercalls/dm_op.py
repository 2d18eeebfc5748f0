"""dm_op: device emulators. Debian builds Xen/Arm without support for them (CONFIG_IOREQ_SERVER)."""

from harness.abi.errno import Errno
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call


def dm_op(_call: Call, _vcpu: Vcpu, _x: memoryview) -> int:
    """``dm_op(domid, count, buffers)``: -ENOSYS for every caller."""
    return -Errno.ENOSYS
