"""event_channel_op: open, close, send, query (``xen/common/event_channel.c``). Commands are truncated to 32 bits."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from harness.abi.domain_id import DomainId
from harness.abi.errno import Errno
from harness.abi.hypercalls import event_channel_op as abi
from harness.abi.hypercalls.event_channel_op import EventChannelOp, EventChannelStatus
from harness.abi.layout import Layout
from harness.abi.words import MASK32
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.event_channels.channels import EventChannels
from harness.xen.hypercalls.call import Call, target_of
from harness.xen.memory.guest_access import copy_from_guest, copy_to_guest

LEAST_PORTS = 64
"""How many ports every domain has from the start, including the dom0 that exists on a real machine but not here."""
PIRQS = 1024
"""How many physical interrupts a domain may name on Arm."""
RESET_CONTINUED = 14
"""EVTCHNOP_reset_cont: Xen's private command that continues a preempted reset. Resets are never preempted here."""


def event_channel_op(_call: Call, vcpu: Vcpu, x: memoryview) -> int:
    """``event_channel_op(cmd, arg)``."""
    operation = _OPERATIONS.get(x[0] & MASK32)
    if operation is None:
        return -Errno.ENOSYS
    data = copy_from_guest(vcpu, x[1], operation.layout.size)
    if data is None:
        return -Errno.EFAULT
    result = operation.perform(vcpu.domain, data)
    if result < 0 or not operation.answers:
        return result
    # Xen does not undo the operation if it cannot write the answer: the port stays open, and the guest gets -EFAULT.
    match operation.answers:
        case "port":
            written = data[: operation.layout.size - 4] + struct.pack("<I", result)
        case "status":
            written = _status(vcpu.domain, data)
        case _:
            written = _with_link_bits(data)
    return 0 if copy_to_guest(vcpu, x[1], written) is None else -Errno.EFAULT


@dataclass(frozen=True)
class _Operation:
    """``perform`` returns a port, 0 or a negative errno; ``answers`` names what is written back, if anything."""

    layout: Layout
    perform: Callable[[Domain, bytes], int]
    answers: str = ""


def _alloc_unbound(domain: Domain, data: bytes) -> int:
    number, remote, _ = struct.unpack("<HHI", data)
    # ``silo_evtchn_unbound`` looks up the remote domain, so it must exist; on a real machine dom0 always does.
    if remote == DomainId.DOMID_SELF:
        remote = domain.number
    elif remote != 0 and domain.by_any_id(remote) is None:
        return -Errno.ESRCH
    target = target_of(domain, number)
    if isinstance(target, int):
        return target
    return EventChannels(target).alloc_unbound(remote)


def _bind_interdomain(domain: Domain, data: bytes) -> int:
    number, port, _ = struct.unpack("<HxxII", data)
    other = domain.by_any_id(number)
    if other is None:
        # A dom0 always exists on a real machine, but has no unbound port for this domain: hence -EINVAL.
        return -Errno.EINVAL if number == 0 else -Errno.ESRCH
    return EventChannels(domain).bind_interdomain(other, port)


def _bind_virq(domain: Domain, data: bytes) -> int:
    virq, vcpu, _ = struct.unpack("<III", data)
    return EventChannels(domain).bind_virq(virq, vcpu)


def _bind_pirq(domain: Domain, data: bytes) -> int:
    """Fail: Arm has no physical interrupts to bind."""
    error = domain.release.interrupts.bind_pirq
    # Up to 4.17 the common code checks the number before ``pirq_get_info``, which Arm stubs out, "runs out of memory".
    return -Errno.EINVAL if error is Errno.ENOMEM and _port(data) >= PIRQS else -error


def _status(domain: Domain, data: bytes) -> bytes:
    """The answer of EVTCHNOP_status; bytes of the union that its status does not use are unchanged."""
    number, port = struct.unpack_from("<HxxI", data)
    target = domain.by_any_id(number)
    found = None if target is None else EventChannels(target).status(port)
    assert found is not None
    answer = bytearray(data)
    struct.pack_into("<II", answer, 8, found.status, found.vcpu)
    match found.status:
        case EventChannelStatus.EVTCHNSTAT_unbound:
            struct.pack_into("<H", answer, 16, found.remote_domain)
        case EventChannelStatus.EVTCHNSTAT_interdomain:
            struct.pack_into("<H", answer, 16, found.remote_domain)
            struct.pack_into("<I", answer, 20, found.remote_port)
        case EventChannelStatus.EVTCHNSTAT_virq:
            struct.pack_into("<I", answer, 16, found.virq)
        case _:
            pass
    return bytes(answer)


def _check_status(domain: Domain, data: bytes) -> int:
    number, port = struct.unpack_from("<HxxI", data)
    owner = domain.by_any_id(number)
    # Xen finds an invalid port before it checks the caller's rights. A dom0 that is not simulated has few ports.
    if EventChannels(owner).status(port) is None if owner is not None else number == 0 and port >= LEAST_PORTS:
        return -Errno.EINVAL
    target = target_of(domain, number)
    return target if isinstance(target, int) else 0


def _bind_vcpu(domain: Domain, data: bytes) -> int:
    port, vcpu = struct.unpack("<II", data)
    return EventChannels(domain).bind_vcpu(port, vcpu)


def _reset(domain: Domain, data: bytes) -> int:
    target = target_of(domain, *struct.unpack("<H", data))
    if isinstance(target, int):
        return target
    # Another domain must be paused by a domctl first, which nobody can do here.
    return EventChannels(target).reset() if target is domain else -Errno.EINVAL


def _continue_reset(domain: Domain, data: bytes) -> int:
    target = target_of(domain, *struct.unpack("<H", data))
    if isinstance(target, int):
        return target
    return -Errno.EBUSY if target is domain else -Errno.EINVAL


def _init_control(domain: Domain, data: bytes) -> int:
    gfn, offset, vcpu = struct.unpack_from("<QII", data)
    if vcpu >= len(domain.vcpus):
        return -Errno.ENOENT
    return EventChannels(domain).fifo.init_control(domain.vcpus[vcpu], gfn, offset)


def _with_link_bits(data: bytes) -> bytes:
    """The answer of EVTCHNOP_init_control: how many bits of a port's word name the next port."""
    answer = bytearray(data)
    answer[abi.EVTCHN_INIT_CONTROL.offset("link_bits")] = abi.FifoWord.EVTCHN_FIFO_LINK_BITS
    return bytes(answer)


def _expand_array(domain: Domain, data: bytes) -> int:
    return EventChannels(domain).fifo.expand_array(*struct.unpack("<Q", data))


def _set_priority(domain: Domain, data: bytes) -> int:
    return EventChannels(domain).set_priority(*struct.unpack("<II", data))


def _port(data: bytes) -> int:
    return int.from_bytes(data[:4], "little")


_OPERATIONS = {
    int(EventChannelOp.EVTCHNOP_bind_interdomain): _Operation(abi.EVTCHN_BIND_INTERDOMAIN, _bind_interdomain, "port"),
    int(EventChannelOp.EVTCHNOP_bind_virq): _Operation(abi.EVTCHN_BIND_VIRQ, _bind_virq, "port"),
    int(EventChannelOp.EVTCHNOP_bind_pirq): _Operation(abi.EVTCHN_BIND_PIRQ, _bind_pirq),
    int(EventChannelOp.EVTCHNOP_close): _Operation(
        abi.EVTCHN_CLOSE, lambda domain, data: EventChannels(domain).close(_port(data))
    ),
    int(EventChannelOp.EVTCHNOP_send): _Operation(
        abi.EVTCHN_SEND, lambda domain, data: EventChannels(domain).send(_port(data))
    ),
    int(EventChannelOp.EVTCHNOP_status): _Operation(abi.EVTCHN_STATUS, _check_status, "status"),
    int(EventChannelOp.EVTCHNOP_alloc_unbound): _Operation(abi.EVTCHN_ALLOC_UNBOUND, _alloc_unbound, "port"),
    int(EventChannelOp.EVTCHNOP_bind_ipi): _Operation(
        abi.EVTCHN_BIND_IPI, lambda domain, data: EventChannels(domain).bind_ipi(_port(data)), "port"
    ),
    int(EventChannelOp.EVTCHNOP_bind_vcpu): _Operation(abi.EVTCHN_BIND_VCPU, _bind_vcpu),
    int(EventChannelOp.EVTCHNOP_unmask): _Operation(
        abi.EVTCHN_UNMASK, lambda domain, data: EventChannels(domain).unmask(_port(data))
    ),
    int(EventChannelOp.EVTCHNOP_reset): _Operation(abi.EVTCHN_RESET, _reset),
    RESET_CONTINUED: _Operation(abi.EVTCHN_RESET, _continue_reset),
    int(EventChannelOp.EVTCHNOP_init_control): _Operation(abi.EVTCHN_INIT_CONTROL, _init_control, "link_bits"),
    int(EventChannelOp.EVTCHNOP_expand_array): _Operation(abi.EVTCHN_EXPAND_ARRAY, _expand_array),
    int(EventChannelOp.EVTCHNOP_set_priority): _Operation(abi.EVTCHN_SET_PRIORITY, _set_priority),
}
