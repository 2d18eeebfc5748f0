"""hvm_op: parameters of a domain (``xen/arch/arm/hvm.c``). All 64 bits of the operation are compared."""

import struct

from harness.abi.errno import Errno
from harness.abi.hypercalls.hvm_op import (
    HVM_PARAM_CALLBACK_TYPE_PPI,
    HVM_PARAM_CALLBACK_TYPE_PPI_FLAG_LOW_LEVEL,
    XEN_HVM_PARAM,
    HvmOp,
    HvmParam,
)
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.hypercalls.call import Call
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest


def hvm_op(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``hvm_op(op, arg)``."""
    if x[0] in (HvmOp.HVMOP_set_param, HvmOp.HVMOP_get_param):
        return _param(vcpu, x[0] == HvmOp.HVMOP_set_param, x[1])
    if x[0] == HvmOp.HVMOP_guest_request_vm_event:  # no monitor is attached, so there is nothing to do
        return -Errno.EINVAL if x[1] else 0
    return -Errno.ENOSYS


def _param(vcpu: Vcpu, is_set: bool, argument: int) -> int:
    data = copy_from_guest(vcpu, argument, XEN_HVM_PARAM.size)
    if data is None:
        return -Errno.EFAULT
    number, index = struct.unpack_from("<HxxI", data)
    domain = vcpu.domain
    target = domain.by_any_id(number)
    # On a real machine there is always a dom0: a domU that names it is refused below, with -EPERM.
    if target is None and (number or domain.privileged):
        return -Errno.ESRCH
    if target is None or not (target is domain or domain.privileged):
        return -Errno.EPERM
    if index not in set(HvmParam):
        return -Errno.EINVAL
    if is_set or (index == HvmParam.HVM_PARAM_MONITOR_RING_PFN and target is domain):
        return -Errno.EPERM  # a domain must not find the ring through which it is watched
    answer = data[:8] + struct.pack("<Q", _value(target, index))
    return 0 if copy_to_guest(vcpu, argument, answer) is None else -Errno.EFAULT


def _value(domain: Domain, index: int) -> int:
    """A parameter's value. The only one that is not 0 is dom0's event channel interrupt; a domU's is a fixed number."""
    if index == HvmParam.HVM_PARAM_CALLBACK_IRQ and domain.privileged:
        flags = HVM_PARAM_CALLBACK_TYPE_PPI_FLAG_LOW_LEVEL << 8
        return HVM_PARAM_CALLBACK_TYPE_PPI << 56 | flags | domain.event_interrupt
    return 0
