"""vcpu_op: a guest's requests about one of its vCPUs (``xen/common/domain.c``, ``xen/arch/arm/domain.c``)."""

import struct

from harness.abi.errno import Errno
from harness.abi.hypercalls.vcpu_op import VCPU_REGISTER_RUNSTATE_MEMORY_AREA, VCPU_REGISTER_VCPU_INFO, VcpuOp
from harness.abi.shared_info import VCPU_INFO
from harness.abi.words import MASK32
from harness.events import AreaRegistered
from harness.machine.memory import PAGE_SHIFT, PAGE_SIZE
from harness.xen.domains.domain import Registration, Vcpu
from harness.xen.event_channels import shared_info
from harness.xen.host import Host
from harness.xen.hypercalls.call import Call
from harness.xen.interrupts.injection import inject
from harness.xen.memory.guest_access import copy_from_guest, would_fall_short
from harness.xen.memory.p2m import P2mType
from harness.xen.models.blame import blame, wrong_answer
from harness.xen.runstate.info import AREA_SIZE


def vcpu_op(call: Call, current: Vcpu, x: memoryview) -> int:
    """``vcpu_op(cmd, vcpuid, arg)``; command and id are truncated to 32 bits. Most commands are -EINVAL on Arm."""
    command, number, argument = x[0] & MASK32, x[1] & MASK32, x[2]
    domain = current.domain
    if command == VcpuOp.VCPUOP_register_vcpu_info:
        return _register_vcpu_info(current, number, argument)
    register = _registration(current, command)
    # 4.14's ``do_arm_vcpu_op`` refuses an unknown command before ``do_vcpu_op`` looks up the vCPU; later releases
    # look up the vCPU first.
    if number >= len(domain.vcpus) and (register is not None or domain.release.vcpu_id_checked_first):
        return -Errno.ENOENT
    if register is None:
        return -Errno.EINVAL
    # If the argument cannot be read, the former registration stays. The address in it is not checked here: what the
    # area's address must satisfy is for the model to decide, and the releases accept anything.
    area = copy_from_guest(current, argument, VCPU_REGISTER_RUNSTATE_MEMORY_AREA.size)
    if area is None:
        return -Errno.EFAULT
    address = int.from_bytes(area, "little")
    result = _register(register, domain.vcpus[number], current, address, command)
    if result == 0 and call.host.events.of(AreaRegistered):
        physical = command == VcpuOp.VCPUOP_register_runstate_phys_area
        _announce(call.host, domain.vcpus[number], current, address, physical)
    return result


def _registration(current: Vcpu, command: int) -> Registration | None:
    """The model's function that registers an area by this command; None if it has none. Raises ModelError."""
    domain = current.domain
    try:
        register = domain.delivery.registration(command)
    except (Exception, SystemExit) as error:
        blame(error, domain.model, _called(current, command))
    if register is not None and not callable(register):
        wanted = "a function, or None"
        raise wrong_answer(domain.model, "registration()", wanted, register, _called(current, command))
    return register


def _register(register: Registration, vcpu: Vcpu, current: Vcpu, address: int, command: int) -> int:
    """Call the model to register the area; 0 or a negative errno. Raises ModelError."""
    doing = _called(current, command)
    try:
        result = register(vcpu, current, address)
    except (Exception, SystemExit) as error:
        blame(error, vcpu.domain.model, doing)
    if not isinstance(result, int):
        asked = f"{getattr(register, '__name__', 'its registration')}()"
        raise wrong_answer(vcpu.domain.model, asked, "0 or a negative errno", result, doing)
    return result


def _called(current: Vcpu, command: int) -> str:
    name = next((known.name.removeprefix("VCPUOP_") for known in VcpuOp if known == command), f"{command:#x}")
    return f"{current} called vcpu_op {name}"


def _announce(host: Host, vcpu: Vcpu, current: Vcpu, address: int, physical: bool) -> None:
    """Announce that an area was registered, and whether Xen could fill it at once."""
    now = host.now_ns()
    own = vcpu.state.runstate if vcpu is current else vcpu.state.runstate.at(now)
    if physical:
        fault = "" if vcpu is current else "it is another vCPU's, and will be filled at its next switch"
    else:
        short = would_fall_short(current, address, AREA_SIZE)
        fault = "" if short is None else str(short.reason)
    host.events.emit(AreaRegistered(now, *vcpu.key, address, physical, tuple(own.time), fault))


def _register_vcpu_info(current: Vcpu, number: int, argument: int) -> int:
    """Move a vCPU's vcpu_info into a page of the guest, permanently; all events are then marked pending."""
    domain = current.domain
    if number >= len(domain.vcpus):
        return -Errno.ENOENT
    data = copy_from_guest(current, argument, VCPU_REGISTER_VCPU_INFO.size)
    if data is None:
        return -Errno.EFAULT
    gfn, offset = struct.unpack_from("<QI", data)
    vcpu = domain.vcpus[number]
    refusal = _refuse_vcpu_info(current, vcpu, gfn, offset)
    if refusal:
        return refusal
    entry = domain.p2m.lookup(gfn)
    if entry is None or entry.kind != P2mType.RAM_RW or not domain.p2m.owns(entry.mfn):
        return -Errno.EINVAL
    # Xen keeps the page mapped until the domain ends, so it holds a reference: the guest may balloon the page out.
    domain.frames.get(entry.mfn)
    shared_info.move_vcpu_info(vcpu, (entry.mfn << PAGE_SHIFT) + offset)
    # ``map_vcpu_info`` marks everything pending, and ``arch_evtchn_inject`` makes the vCPU look.
    inject(vcpu, domain.event_interrupt)
    return 0


def _refuse_vcpu_info(current: Vcpu, vcpu: Vcpu, gfn: int, offset: int) -> int:
    """The checks before the page is looked up, in each release's order; 0 if all pass, else a negative errno."""
    release = current.domain.release
    rules = release.interrupts
    misplaced = offset > PAGE_SIZE - VCPU_INFO.size or offset % 8
    again = vcpu.state.vcpu_info is not None
    if rules.vcpu_info_again_first:
        if offset >= PAGE_SIZE or gfn >> 64 - PAGE_SHIFT:
            return -Errno.EINVAL
        if again:
            return -release.vcpu_info_again
        return -rules.vcpu_info_offset if misplaced else 0
    if misplaced:
        return -rules.vcpu_info_offset
    if again:
        return -release.vcpu_info_again
    return 0 if vcpu is current or vcpu.state.down else -Errno.EINVAL
