"""vm_assist: options of a whole domain; Arm has one, the runstate update flag (``xen/common/domain.c``)."""

from harness.abi.errno import Errno
from harness.abi.hypercalls.vm_assist import VmAssist, VmAssistCommand
from harness.abi.words import MASK32
from harness.xen.domains.domain import Vcpu
from harness.xen.hypercalls.call import Call


def vm_assist(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``vm_assist(cmd, type)``: the type is checked before the command; both are truncated to 32 bits."""
    command, kind = x[0] & MASK32, x[1] & MASK32
    if kind != VmAssist.VMASST_TYPE_runstate_update_flag:
        return -Errno.EINVAL
    if command == VmAssistCommand.VMASST_CMD_enable:
        vcpu.domain.state.assists |= 1 << kind
        return 0
    if command == VmAssistCommand.VMASST_CMD_disable:
        vcpu.domain.state.assists &= ~(1 << kind)
        return 0
    return -Errno.ENOSYS
