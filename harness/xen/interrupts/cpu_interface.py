"""A vCPU's GIC CPU interface: MRS and MSR of the ICC registers, including interrupts between vCPUs (SGIs)."""

from harness.platform.gic_access import long, set_bits
from harness.xen.domains.domain import Vcpu
from harness.xen.interrupts.injection import collect, fill, fire, raise_interrupt, update_line

SGI_INTERRUPT_SHIFT, SGI_AFF1_SHIFT, SGI_OTHERS = 24, 16, 1 << 40
"""Fields of ICC_SGI1R_EL1 (Arm IHI 0069, 12.2.21)."""


def read(vcpu: Vcpu, name: str) -> int | None:
    """Answer an MRS of ICC_<name>_EL1; None if the access is undefined."""
    value = vcpu.state.interrupts.interface.read(name)
    if name == "IAR1":  # the one read with a side effect: it acknowledges the interrupt, which may lower the IRQ line
        update_line(vcpu)
    return value


def write(vcpu: Vcpu, name: str, value: int) -> bool:
    """Perform an MSR to ICC_<name>_EL1; False if the access is undefined."""
    if name == "SGI1R":
        vcpu.cpu.clear_exclusive_monitor()  # of all ICC registers, only those of SGIs trap to Xen (HCR_EL2.IMO and FMO)
        _send_sgi(vcpu, value)
        fill(vcpu)
        return True
    queue = vcpu.state.interrupts
    done = queue.interface.write(name, value)
    # Xen sees what the guest does to its registers only at a trap. The maintenance interrupt is one, and so is the
    # interrupt of a device that was held back because the guest had not deactivated it.
    if queue.underflows() or vcpu.domain.state.distributor.deliverable():
        collect(vcpu)
        fire(vcpu.domain, vcpu)
        fill(vcpu)
    update_line(vcpu)
    return done


def _send_sgi(sender: Vcpu, value: int) -> None:
    interrupt = value >> SGI_INTERRUPT_SHIFT & 15
    domain = sender.domain
    if value & SGI_OTHERS:
        for vcpu in domain.vcpus:
            if vcpu is not sender:
                raise_interrupt(vcpu, interrupt, sender)
        return
    targets = value & 0xFFFF
    for bit in set_bits(targets):
        # Each affinity 1 value has 16 vCPUs, because the target list has 16 bits (``vaffinity_to_vcpuid``).
        number = (value >> SGI_AFF1_SHIFT & 0xFF) * 16 + bit
        if number >= len(domain.vcpus) or domain.vcpus[number].state.down:
            complaint = domain.release.interrupts.sgi_complaint
            text = complaint.format(value=value, long=long(value), targets=targets, vcpu=number)
            domain.log_for(sender, text)
        else:
            raise_interrupt(domain.vcpus[number], interrupt, sender)
