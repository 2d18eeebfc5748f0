"""Injection of virtual interrupts: from their source to the vCPU's IRQ line (``xen/arch/arm/vgic.c``).

The queue is ``harness.platform.gic_queue``; this module connects it with vCPUs, with their traps and with the CPU's
virtual IRQ line (HCR_EL2.VI). An injected interrupt ends a vCPU's wait, whether the guest has enabled it or not.
"""

from harness.abi.runstate import Runstate
from harness.machine.exceptions import HCR_VI
from harness.machine.exits import SysregAccess, Trap, Wfx
from harness.platform.gic_cpu_interface import ICC_REGISTERS
from harness.platform.gic_interrupt import Interrupt
from harness.platform.gic_rank import RANK_SIZE, Rank
from harness.xen.domains.domain import Domain, Vcpu

_SYSTEM_INSTRUCTIONS = 1
"""op0 of cache and TLB maintenance, which is a trap here but not under Xen."""


def inject(vcpu: Vcpu, number: int) -> None:
    """Inject an interrupt into a vCPU, and end its wait; a vCPU that is off gets none (``vgic_inject_irq``)."""
    if is_running(vcpu):
        collect(vcpu)
        raise_interrupt(vcpu, number, vcpu)
        fill(vcpu)
    else:
        raise_interrupt(vcpu, number, None)


def raise_interrupt(vcpu: Vcpu, number: int, current: Vcpu | None) -> None:
    """Inject one of several interrupts in a trap of the vCPU ``current``, whose :func:`fill` has to follow."""
    if vcpu.state.down:
        return
    priority = rank_of(vcpu, number).priority[number % RANK_SIZE]
    vcpu.state.interrupts.inject(find(vcpu, number), priority, current=vcpu is current)
    # ``vgic_inject_irq`` ends with a kick of the vCPU, whether the interrupt is enabled or not.
    vcpu.domain.unblock(vcpu)
    if vcpu is not current and is_running(vcpu):  # on another physical CPU, where the kick is a trap
        collect(vcpu)
        fill(vcpu)


def fire(domain: Domain, current: Vcpu) -> None:
    """Take the interrupts of devices that the board's controller delivers now, in a trap of ``current``."""
    distributor = domain.state.distributor
    for interrupt in distributor.deliverable():
        distributor.latched.remove(interrupt)
        if interrupt.wire is not None:
            interrupt.wire.active = True
        raise_interrupt(target_of(current, interrupt.number), interrupt.number, current)


def enable(vcpu: Vcpu, number: int, current: Vcpu) -> None:
    """The vCPU ``current`` enables an interrupt, private to ``vcpu`` or shared (``vgic_enable_irqs``)."""
    target = target_of(vcpu, number)
    # Xen does not kick the target: on another physical CPU it sees the interrupt at its own next trap.
    target.state.interrupts.enable(find(target, number), current=target is current)
    target.watch_traps()


def migrate(old: Vcpu, new: Vcpu, number: int, current: Vcpu) -> bool:
    """Route a shared interrupt to another vCPU (``vgic_migrate_irq``); False if a former routing is not through yet.

    Xen moves only interrupts of devices. Another one that is in flight stays with the old vCPU until it has ended.
    """
    interrupt = find(old, number)
    if interrupt.wire is None or interrupt.flight is None:
        return True
    if interrupt.migrating:
        return False
    if interrupt.line is None:
        interrupt.migrating = True
        return True
    interrupt.queued = False
    interrupt.land()
    interrupt.leave_line()
    raise_interrupt(new, number, current)
    return True


def collect(vcpu: Vcpu) -> None:
    """Note what the guest did with its interrupts: the vCPU has trapped (``enter_hypervisor_from_guest``)."""
    if vcpu.state.interrupts.in_flight and not vcpu.in_trap:
        vcpu.state.interrupts.collect()


def fill(vcpu: Vcpu) -> None:
    """Show waiting interrupts to the guest: the vCPU goes on (``leave_hypervisor_to_guest``)."""
    # Once for each trap: what was evicted is not what a second time would choose.
    if vcpu.in_trap:
        return
    vcpu.state.interrupts.fill()
    vcpu.watch_traps()
    update_line(vcpu)


def update_line(vcpu: Vcpu) -> None:
    """Bring the CPU's virtual IRQ line into agreement with its CPU interface."""
    state = vcpu.state
    line = state.interrupts.interface.signals()
    # Unicorn has no GIC: the IRQ line is HCR_EL2.VI. Each write is a call into the engine, so only changes are made.
    if line != state.irq_line and vcpu.has_cpu:
        state.irq_line = line
        hcr = vcpu.cpu.read_sysreg("HCR_EL2")
        vcpu.cpu.write_sysreg("HCR_EL2", hcr | HCR_VI if line else hcr & ~HCR_VI)


def answer_with_interrupts(vcpu: Vcpu, trap: Trap) -> bool:
    """Answer a trap of a vCPU with interrupts in flight: Xen looks at its list registers before and after."""
    if not _traps_under_xen(vcpu, trap):
        return vcpu.domain.on_trap(vcpu, trap)
    collect(vcpu)
    vcpu.in_trap = True
    try:
        goes_on = vcpu.domain.on_trap(vcpu, trap)
    finally:
        vcpu.in_trap = False
    # A vCPU whose slice is over gets its registers filled when it runs again.
    if goes_on:
        fill(vcpu)
    return goes_on


def waits_for_nothing(vcpu: Vcpu) -> bool:
    """Whether a WFI would end at once, so that it does not trap: a virtual interrupt is pending, masked or not.

    Arm DDI 0487, HCR_EL2.TWI: only a WFI that would enter a low-power state is trapped.
    """
    return vcpu.state.irq_line


def _traps_under_xen(vcpu: Vcpu, trap: Trap) -> bool:
    match trap:
        case Wfx(event):
            return event or not waits_for_nothing(vcpu)
        case SysregAccess(encoding):
            if encoding.op0 == _SYSTEM_INSTRUCTIONS:
                return False
            return ICC_REGISTERS.get(encoding, "SGI1R") == "SGI1R"
        case _:
            return True


def is_running(vcpu: Vcpu) -> bool:
    """Whether it is on a physical CPU: its list registers are those of that CPU."""
    return vcpu.state.runstate.state == Runstate.RUNSTATE_running


def wants_attention(vcpu: Vcpu) -> bool:
    """Whether a pending interrupt keeps a vCPU from waiting (``vgic_vcpu_pending_irq``)."""
    queue = vcpu.state.interrupts
    return bool(queue.in_flight) and queue.wants_attention()


def is_in_flight(vcpu: Vcpu, number: int) -> bool:
    """Whether an interrupt was injected, and Xen has not seen yet that the guest ended it."""
    return find(vcpu, number).flight is not None


def target_of(vcpu: Vcpu, number: int) -> Vcpu:
    """The vCPU to which an interrupt goes: a shared one to that which GICD_IROUTER names, else ``vcpu``."""
    if number < RANK_SIZE:
        return vcpu
    return vcpu.domain.vcpus[rank_of(vcpu, number).target[number % RANK_SIZE]]


def find(vcpu: Vcpu, number: int) -> Interrupt:
    """An interrupt's state: private to ``vcpu``, or shared."""
    if number < RANK_SIZE:
        return vcpu.state.interrupts.private[number]
    return vcpu.domain.state.distributor.interrupt(number)


def rank_of(vcpu: Vcpu, number: int) -> Rank:
    """The rank that an interrupt belongs to."""
    if number < RANK_SIZE:
        return vcpu.state.private_rank
    return vcpu.domain.state.distributor.ranks[number // RANK_SIZE - 1]
