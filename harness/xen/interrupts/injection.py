"""Virtual interrupts on their way to a vCPU: from whoever raises one to its IRQ line (``xen/arch/arm/vgic.c``).

The queue is ``harness.platform.gic_queue``; here it meets vCPUs and the CPU's virtual IRQ line (HCR_EL2.VI).
Injecting an interrupt ends a vCPU's wait whether the guest has enabled it or not.
"""

from harness.machine.exceptions import HCR_VI
from harness.platform.gic_rank import RANK_SIZE, Rank
from harness.xen.domains.domain import Vcpu


def inject(vcpu: Vcpu, interrupt: int) -> None:
    """Make an interrupt happen at a vCPU, and end its wait; one that is off gets none (``vgic_inject_irq``)."""
    if vcpu.state.down:
        return
    rank = _rank(vcpu, interrupt)
    vcpu.state.interrupts.inject(interrupt, rank.priority[interrupt % RANK_SIZE])
    settle(vcpu)
    vcpu.domain.unblock(vcpu)


def settle(vcpu: Vcpu) -> None:
    """Bring queue, list registers and the CPU's virtual IRQ line into agreement."""
    state = vcpu.state
    state.interrupts.settle(lambda interrupt: _is_enabled(vcpu, interrupt))
    line = state.interrupts.interface.signals()
    if line != state.irq_line and vcpu.has_cpu:
        state.irq_line = line
        hcr = vcpu.cpu.read_sysreg("HCR_EL2")
        vcpu.cpu.write_sysreg("HCR_EL2", hcr | HCR_VI if line else hcr & ~HCR_VI)


def wants_attention(vcpu: Vcpu) -> bool:
    """Whether a vCPU that is about to wait must not, for an interrupt is pending (``vgic_vcpu_pending_irq``)."""
    queue = vcpu.state.interrupts
    return bool(queue.in_flight) and queue.wants_attention(lambda interrupt: _is_enabled(vcpu, interrupt))


def is_in_flight(vcpu: Vcpu, interrupt: int) -> bool:
    """Whether an interrupt was injected and the guest has not ended it."""
    return interrupt in vcpu.state.interrupts.priority


def _rank(vcpu: Vcpu, interrupt: int) -> Rank:
    if interrupt < RANK_SIZE:
        return vcpu.state.private_rank
    return vcpu.domain.state.distributor.ranks[interrupt // RANK_SIZE - 1]


def _is_enabled(vcpu: Vcpu, interrupt: int) -> bool:
    return bool(_rank(vcpu, interrupt).enabled >> interrupt % RANK_SIZE & 1)
