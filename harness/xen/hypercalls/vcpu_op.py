"""vcpu_op: what a guest asks for one of its vCPUs (``xen/common/domain.c``, ``xen/arch/arm/domain.c``)."""

from typing import TYPE_CHECKING

from harness.abi.errno import Errno
from harness.abi.layouts import VCPU_REGISTER_RUNSTATE_MEMORY_AREA
from harness.abi.numbers import VcpuOp
from harness.xen.guest_access import copy_from_guest
from harness.xen.hypercalls.call import MASK32, Call

if TYPE_CHECKING:
    from harness.xen.vcpu import Vcpu


def vcpu_op(_call: Call, current: "Vcpu", x: memoryview) -> int:
    """``vcpu_op(cmd, vcpuid, arg)``; command and id are looked at as 32 bits. Most commands are -EINVAL on Arm."""
    command, number, argument = x[0] & MASK32, x[1] & MASK32, x[2]
    vcpus = current.domain.vcpus
    known = command == VcpuOp.VCPUOP_register_runstate_memory_area
    if number >= len(vcpus) and (known or current.domain.model.release.vcpu_id_checked_first):
        return -Errno.ENOENT
    if not known:
        return -Errno.EINVAL
    area = copy_from_guest(current, argument, VCPU_REGISTER_RUNSTATE_MEMORY_AREA.size)
    if area is None:
        return -Errno.EFAULT
    return current.domain.delivery.register(vcpus[number], current, int.from_bytes(area, "little"))
