"""vcpu_op: what a guest asks for one of its vCPUs (``xen/common/domain.c``, ``xen/arch/arm/domain.c``)."""

from typing import TYPE_CHECKING

from harness.abi.errno import Errno
from harness.abi.layouts import VCPU_REGISTER_RUNSTATE_MEMORY_AREA
from harness.xen.guest_access import copy_from_guest
from harness.xen.hypercalls.call import MASK32, Call

if TYPE_CHECKING:
    from harness.xen.vcpu import Vcpu


def vcpu_op(_call: Call, current: "Vcpu", x: memoryview) -> int:
    """``vcpu_op(cmd, vcpuid, arg)``; command and id are looked at as 32 bits. Most commands are -EINVAL on Arm."""
    command, number, argument = x[0] & MASK32, x[1] & MASK32, x[2]
    domain = current.domain
    register = domain.delivery.registration(command)
    if number >= len(domain.vcpus) and (register is not None or domain.model.release.vcpu_id_checked_first):
        return -Errno.ENOENT
    if register is None:
        return -Errno.EINVAL
    area = copy_from_guest(current, argument, VCPU_REGISTER_RUNSTATE_MEMORY_AREA.size)
    if area is None:
        return -Errno.EFAULT
    return register(domain.vcpus[number], current, int.from_bytes(area, "little"))
