"""A vCPU's timers as the guest reads and writes them, and the interrupts that they raise."""

from harness.abi.memory_map import GUEST_TIMER_PHYS_NS_PPI, GUEST_TIMER_VIRT_PPI
from harness.machine.counter_sites import CounterAccess
from harness.platform.timer import Timer
from harness.xen.domains.domain import Vcpu
from harness.xen.interrupts.injection import inject

_VIRTUAL_TIMER = {
    "CNTVCT_EL0": "CT",
    "CNTV_CTL_EL0": "CTL",
    "CNTV_CVAL_EL0": "CVAL",
    "CNTV_TVAL_EL0": "TVAL",
}


def access_virtual(vcpu: Vcpu, access: CounterAccess) -> int:
    """Answer an access to the virtual timer or to a counter; returns the value of a read."""
    if access.name == "CNTPCT_EL0":
        return access_timer(vcpu, vcpu.state.physical_timer, "CT", access.value)
    return access_timer(vcpu, vcpu.state.timer, _VIRTUAL_TIMER[access.name], access.value)


def access_timer(vcpu: Vcpu, timer: Timer, register: str, value: int | None) -> int:
    """Read (``value`` is None) or write a register of one of a vCPU's timers, now."""
    now = vcpu.domain.now_ns()
    # A timer that became due within this slice fires first, so that the guest reads its status as of now.
    expire(vcpu, now)
    if value is None:
        return timer.read(register, now)
    before = timer.deadline_ns(running=True)
    timer.write(register, value, now)
    expire(vcpu, now)
    after = timer.deadline_ns(running=True)
    if after is not None and after != before:
        vcpu.cpu.pause()  # the timer may fire within the slice that was planned
    return 0


def expire(vcpu: Vcpu, now_ns: int) -> None:
    """Raise the interrupts of the timers that are due."""
    state, running = vcpu.state, vcpu.running
    if state.timer.expire(now_ns, running=running):
        inject(vcpu, GUEST_TIMER_VIRT_PPI)
    if state.physical_timer.expire(now_ns, running=running):
        inject(vcpu, GUEST_TIMER_PHYS_NS_PPI)
