"""Injection of virtual interrupts: from their source to the vCPU's IRQ line (``xen/arch/arm/vgic.c``).

The queue is ``harness.platform.gic_queue``; this module connects it with vCPUs and with the CPU's virtual IRQ line
(HCR_EL2.VI). An injected interrupt ends a vCPU's wait, whether the guest has enabled it or not.
"""

from harness.machine.exceptions import HCR_VI
from harness.platform.gic_rank import RANK_SIZE, Rank
from harness.xen.domains.domain import Vcpu


def inject(vcpu: Vcpu, interrupt: int) -> None:
    """Inject an interrupt into a vCPU, and end its wait; a vCPU that is off gets none (``vgic_inject_irq``)."""
    if vcpu.state.down:
        return
    rank = _rank(vcpu, interrupt)
    vcpu.state.interrupts.inject(interrupt, rank.priority[interrupt % RANK_SIZE])
    settle(vcpu)
    # ``vgic_inject_irq`` ends with a kick of the vCPU, whether the interrupt is enabled or not.
    vcpu.domain.unblock(vcpu)


def settle(vcpu: Vcpu) -> None:
    """Bring queue, list registers and the CPU's virtual IRQ line into agreement, as Xen does at entry and exit."""
    state = vcpu.state
    state.interrupts.settle(lambda interrupt: _is_enabled(vcpu, interrupt))
    line = state.interrupts.interface.signals()
    # Unicorn has no GIC: the IRQ line is HCR_EL2.VI. Each write is a call into the engine, so only changes are made.
    if line != state.irq_line and vcpu.has_cpu:
        state.irq_line = line
        hcr = vcpu.cpu.read_sysreg("HCR_EL2")
        vcpu.cpu.write_sysreg("HCR_EL2", hcr | HCR_VI if line else hcr & ~HCR_VI)


def wants_attention(vcpu: Vcpu) -> bool:
    """Whether a pending interrupt keeps a vCPU from waiting (``vgic_vcpu_pending_irq``)."""
    queue = vcpu.state.interrupts
    return bool(queue.in_flight) and queue.wants_attention(lambda interrupt: _is_enabled(vcpu, interrupt))


def is_in_flight(vcpu: Vcpu, interrupt: int) -> bool:
    """Whether an interrupt was injected and the guest has not ended it yet."""
    return interrupt in vcpu.state.interrupts.priority


def _rank(vcpu: Vcpu, interrupt: int) -> Rank:
    if interrupt < RANK_SIZE:
        return vcpu.state.private_rank
    return vcpu.domain.state.distributor.ranks[interrupt // RANK_SIZE - 1]


def _is_enabled(vcpu: Vcpu, interrupt: int) -> bool:
    return bool(_rank(vcpu, interrupt).enabled >> interrupt % RANK_SIZE & 1)
