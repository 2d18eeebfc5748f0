"""sched_op: yield, block, poll, shut down (``xen/common/sched/core.c``)."""

import struct

from harness.abi.errno import Errno
from harness.abi.hypercalls.sched_op import SCHED_POLL, SCHED_SHUTDOWN, SchedOp
from harness.abi.words import MASK32
from harness.machine.exceptions import PSTATE_I
from harness.xen.domains.domain import Vcpu
from harness.xen.domains.waiting import wait
from harness.xen.event_channels.channels import EventChannels
from harness.xen.hypercalls.call import Call
from harness.xen.memory.guest_access import copy_from_guest

MOST_POLLED_PORTS = 128
WATCHDOGS = 2
_SECOND_NS = 1_000_000_000


def sched_op(call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``sched_op(cmd, arg)``; the command is truncated to 32 bits."""
    command, argument = x[0] & MASK32, x[1]
    if command == SchedOp.SCHEDOP_yield:
        call.leave = True  # no state changes: if no other vCPU waits, the scheduler lets this one go on
        return 0
    if command == SchedOp.SCHEDOP_block:
        # ``vcpu_block_enable_events`` unmasks IRQs first. So a guest can check for work with IRQs masked, and then
        # block without losing an interrupt that arrives in between.
        vcpu.cpu.pstate &= ~PSTATE_I
        wait(vcpu)
        call.leave = True
        return 0
    handler = _WITH_ARGUMENT.get(command)
    return -Errno.ENOSYS if handler is None else handler(call, vcpu, argument)


def _shutdown(call: Call, vcpu: Vcpu, argument: int) -> int:
    data = copy_from_guest(vcpu, argument, SCHED_SHUTDOWN.size)
    if data is None:
        return -Errno.EFAULT
    call.xen.shut_down(vcpu.domain, data[0], vcpu)  # ``domain_shutdown`` takes the reason as a u8
    call.leave = True
    return 0


def _shutdown_code(_call: Call, vcpu: Vcpu, argument: int) -> int:
    data = copy_from_guest(vcpu, argument, SCHED_SHUTDOWN.size)
    if data is None:
        return -Errno.EFAULT
    vcpu.domain.state.shutdown_code = data[0]
    return 0


def _remote_shutdown(call: Call, vcpu: Vcpu, argument: int) -> int:
    data = copy_from_guest(vcpu, argument, 8)
    if data is None:
        return -Errno.EFAULT
    number, reason = struct.unpack("<HxxI", data)
    domain = call.xen.domains.get(number)
    if domain is None and (number or vcpu.domain.privileged):  # on a real machine there is always a dom0
        return -Errno.ESRCH
    if domain is None or not vcpu.domain.privileged:
        return -Errno.EPERM
    call.xen.shut_down(domain, reason & 0xFF)
    call.leave = domain is vcpu.domain
    return 0


def _poll(call: Call, vcpu: Vcpu, argument: int) -> int:
    data = copy_from_guest(vcpu, argument, SCHED_POLL.size)
    if data is None:
        return -Errno.EFAULT
    ports, count, timeout_ns = struct.unpack("<QI4xQ", data)
    if count > MOST_POLLED_PORTS:
        return -Errno.EINVAL
    # Like ``do_poll``, block first and look at the ports then: an event that arrives in between ends the wait.
    wait(vcpu, unless_masked=True)
    if not vcpu.state.blocked:
        return 0
    port = 0
    for index in range(count):
        data = copy_from_guest(vcpu, ports + 4 * index, 4)
        port = int.from_bytes(data or b"", "little")
        pending = -Errno.EFAULT if data is None else EventChannels(vcpu.domain).poll(port)
        if pending:  # 1: an event is pending, so there is nothing to wait for; negative: an error
            vcpu.wake()
            return min(pending, 0)
    call.leave = True
    if 0 < timeout_ns <= call.host.now_ns():
        vcpu.wake()  # the timer fires before the scheduler runs, so no switch happens and no area is published
    else:
        vcpu.poll(port if count == 1 else 0, timeout_ns or None)
    return 0


def _watchdog(call: Call, vcpu: Vcpu, argument: int) -> int:
    data = copy_from_guest(vcpu, argument, 8)
    if data is None:
        return -Errno.EFAULT
    number, seconds = struct.unpack("<II", data)
    watchdogs = vcpu.domain.state.watchdogs_ns
    deadline = call.host.now_ns() + seconds * _SECOND_NS
    vcpu.cpu.pause()  # the watchdog may fire within the slice that was planned
    if number == 0:
        for index in range(WATCHDOGS):
            if watchdogs[index] is None:
                watchdogs[index] = deadline
                return index + 1
        return -Errno.ENOSPC & MASK32  # ``domain_watchdog`` returns it through a uint32_t, so it is zero-extended
    if number > WATCHDOGS or watchdogs[number - 1] is None:
        return -Errno.EINVAL
    watchdogs[number - 1] = deadline if seconds else None
    return 0


def _pin_override(call: Call, vcpu: Vcpu, argument: int) -> int:
    """Pin the vCPU to a pCPU; a negative number ends the pinning (``vcpu_temporary_affinity``)."""
    if not vcpu.domain.privileged:
        return -Errno.EPERM
    data = copy_from_guest(vcpu, argument, 4)
    if data is None:
        return -Errno.EFAULT
    pcpu, pinned = int.from_bytes(data, "little", signed=True), vcpu.state.pinned
    if pcpu >= len(call.xen.scheduler.state.pcpus) or (pcpu < 0 and not pinned):
        return -Errno.EINVAL
    if pcpu >= 0 and pinned:
        return -Errno.EBUSY
    vcpu.state.pinned = pcpu >= 0
    return 0


_WITH_ARGUMENT = {
    int(SchedOp.SCHEDOP_shutdown): _shutdown,
    int(SchedOp.SCHEDOP_poll): _poll,
    int(SchedOp.SCHEDOP_remote_shutdown): _remote_shutdown,
    int(SchedOp.SCHEDOP_shutdown_code): _shutdown_code,
    int(SchedOp.SCHEDOP_watchdog): _watchdog,
    int(SchedOp.SCHEDOP_pin_override): _pin_override,
}
