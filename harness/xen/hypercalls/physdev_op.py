"""physdev_op: PCI and its interrupts. Xen/Arm is built without support for them (``xen/arch/arm/physdev.c``)."""

from harness.abi.errno import Errno
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call


def physdev_op(_call: Call, vcpu: Vcpu, _x: memoryview) -> int:
    """``physdev_op(cmd, arg)``: -ENOSYS, in as many bits as the release's handler returns."""
    # 4.14's handler returns an int, which reaches the 64-bit x0 zero-extended: a guest sees a large positive number.
    bits = vcpu.domain.release.physdev_result_bits
    return -Errno.ENOSYS & (1 << bits) - 1
