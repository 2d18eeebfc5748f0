"""A domain's virtual interrupts: from whoever raises one to the guest's IRQ vector (``xen/arch/arm/vgic.c``).

The guest's GIC is ``harness.platform.gic_*``; here it meets vCPUs, the CPU's virtual IRQ line (HCR_EL2.VI), memory
traps and Xen's log. Injecting an interrupt ends a vCPU's wait whether the guest has enabled it or not.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from harness.abi import memory_map
from harness.machine.exits import Stage2Abort
from harness.platform.gic_distributor import FRAME_SIZE, AccessRefused, Frame, MmioAccess, Vgic, long, set_bits
from harness.platform.gic_rank import RANK_SIZE, Rank
from harness.xen.mmio_instruction import NotDecoded, Transfer, decode, transfer_of

if TYPE_CHECKING:
    from harness.xen.domain import Domain
    from harness.xen.vcpu import Vcpu

HCR_VI = 1 << 7
_MASK64 = (1 << 64) - 1

DOM0_INTERRUPT_BITS, DOMU_INTERRUPT_BITS = 16, 10
_XZR = 31

SGI_INTERRUPT_SHIFT, SGI_AFF1_SHIFT, SGI_OTHERS = 24, 16, 1 << 40
"""Fields of ICC_SGI1R_EL1 (Arm IHI 0069, 12.2.21)."""


class Interrupts:
    """The virtual GIC of ``domain``. All of its state is in the domain's and the vCPUs' state."""

    def __init__(self, domain: "Domain") -> None:
        self._domain = domain
        self._accessor: Vcpu | None = None
        if domain.privileged:  # dom0 sees the board's own addresses
            self.distributor, self.redistributors = memory_map.BOARD_GICD_BASE, memory_map.BOARD_GICR_BASE
        else:
            self.distributor, self.redistributors = memory_map.GUEST_GICD_BASE, memory_map.GUEST_GICV3_GICR0_BASE
        self._gic = Vgic(
            state=lambda: domain.state.distributor,
            private=[],
            interrupt_bits=DOM0_INTERRUPT_BITS if domain.privileged else DOMU_INTERRUPT_BITS,
            release=domain.model.release.interrupts.vgic,
            inject=self._inject_by_number,
            is_in_flight=lambda vcpu, interrupt: interrupt in domain.vcpus[vcpu].state.interrupts.priority,
            log=self._log,
        )

    def add_vcpu(self, vcpu: "Vcpu") -> None:
        """Give a vCPU its redistributor."""
        self._gic.private.append(lambda: vcpu.state.private_rank)

    # -- Interrupts ---------------------------------------------------------------------------------------------

    def inject(self, vcpu: "Vcpu", interrupt: int) -> None:
        """Make an interrupt happen at a vCPU, and end its wait; one that is off gets none (``vgic_inject_irq``)."""
        if vcpu.state.down:
            return
        rank = self._rank(vcpu, interrupt)
        vcpu.state.interrupts.inject(interrupt, rank.priority[interrupt % RANK_SIZE])
        self.settle(vcpu)
        self._domain.unblock(vcpu)

    def settle(self, vcpu: "Vcpu") -> None:
        """Bring queue, list registers and the CPU's virtual IRQ line into agreement."""
        state = vcpu.state
        state.interrupts.settle(lambda interrupt: self._is_enabled(vcpu, interrupt))
        line = state.interrupts.interface.signals()
        if line != state.irq_line and vcpu.has_cpu:
            state.irq_line = line
            hcr = vcpu.cpu.read_sysreg("HCR_EL2")
            vcpu.cpu.write_sysreg("HCR_EL2", hcr | HCR_VI if line else hcr & ~HCR_VI)

    def reset(self, vcpu: "Vcpu") -> None:
        """A vCPU begins anew: nothing is in flight; what it enabled stays enabled (``do_common_cpu_on``)."""
        vcpu.state.interrupts.clear()
        vcpu.state.irq_line = False

    def wants_attention(self, vcpu: "Vcpu") -> bool:
        """Whether a vCPU that is about to wait must not, for an interrupt is pending (``vgic_vcpu_pending_irq``)."""
        queue = vcpu.state.interrupts
        return bool(queue.in_flight) and queue.wants_attention(lambda interrupt: self._is_enabled(vcpu, interrupt))

    def is_in_flight(self, vcpu: "Vcpu", interrupt: int) -> bool:
        """Whether an interrupt was injected and the guest has not ended it."""
        return interrupt in vcpu.state.interrupts.priority

    def _rank(self, vcpu: "Vcpu", interrupt: int) -> Rank:
        if interrupt < RANK_SIZE:
            return vcpu.state.private_rank
        return self._domain.state.distributor.ranks[interrupt // RANK_SIZE - 1]

    def _is_enabled(self, vcpu: "Vcpu", interrupt: int) -> bool:
        return bool(self._rank(vcpu, interrupt).enabled >> interrupt % RANK_SIZE & 1)

    def _inject_by_number(self, vcpu: int, interrupt: int) -> None:
        if interrupt >= RANK_SIZE:
            rank = self._domain.state.distributor.ranks[interrupt // RANK_SIZE - 1]
            vcpu = rank.target[interrupt % RANK_SIZE]
        self.inject(self._domain.vcpus[vcpu], interrupt)

    # -- The CPU interface --------------------------------------------------------------------------------------

    def read_icc(self, vcpu: "Vcpu", name: str) -> int | None:
        """Answer an MRS of ICC_<name>_EL1; None where that is undefined."""
        value = vcpu.state.interrupts.interface.read(name)
        if name == "IAR1":
            self.settle(vcpu)
        return value

    def write_icc(self, vcpu: "Vcpu", name: str, value: int) -> bool:
        """Do an MSR to ICC_<name>_EL1; False where that is undefined."""
        if name == "SGI1R":
            self._send_sgi(vcpu, value)
            return True
        done = vcpu.state.interrupts.interface.write(name, value)
        self.settle(vcpu)
        return done

    def _send_sgi(self, sender: "Vcpu", value: int) -> None:
        interrupt = value >> SGI_INTERRUPT_SHIFT & 15
        vcpus = self._domain.vcpus
        if value & SGI_OTHERS:
            for vcpu in vcpus:
                if vcpu is not sender:
                    self.inject(vcpu, interrupt)
            return
        targets = value & 0xFFFF
        for bit in set_bits(targets):
            number = (value >> SGI_AFF1_SHIFT & 0xFF) * 16 + bit
            if number >= len(vcpus) or vcpus[number].state.down:
                complaint = self._domain.model.release.interrupts.sgi_complaint
                text = complaint.format(value=value, long=long(value), targets=targets, vcpu=number)
                self._domain.log_for(sender, text)
            else:
                self.inject(vcpus[number], interrupt)

    # -- The distributor and the redistributors -----------------------------------------------------------------

    def emulate(self, vcpu: "Vcpu", abort: Stage2Abort) -> bool:
        """Do a load or store of the GIC. False: it must end in a data abort, for it is refused or goes elsewhere.

        Xen decodes an instruction that has no syndrome before it looks where it goes.
        """
        transfer = self._transfer(vcpu, abort)
        if transfer is None:
            return False
        offset = abort.ipa - self.distributor
        if 0 <= offset < FRAME_SIZE:
            found: tuple[Frame, int] | None = self._gic.frame(vcpu.number, None)
        else:
            offset = abort.ipa - self.redistributors
            found = self._gic.frame(vcpu.number, offset) if offset >= 0 else None
        if found is None:
            return False
        frame, base = found
        value = None
        if transfer.write:
            value = 0 if transfer.register == _XZR else vcpu.cpu.x[transfer.register]
        self._accessor = vcpu
        try:
            self._perform(vcpu, frame, transfer, MmioAccess(offset - base, transfer.size, transfer.register, value))
        except AccessRefused as complaint:
            if str(complaint):
                self._log(str(complaint))
            return False
        return True

    def _perform(self, vcpu: "Vcpu", frame: Frame, transfer: Transfer, access: MmioAccess) -> None:
        cpu = vcpu.cpu
        if access.value is not None:
            frame.write(access)
            for other in self._domain.vcpus:
                self.settle(other)
        else:
            value = frame.read(access)
            if transfer.signed and value > access.extent >> 1:
                value |= ~access.extent & _MASK64
            if transfer.register != _XZR:
                cpu.x[transfer.register] = value
        if transfer.base is not None:
            moved = transfer.base_value(cpu) + transfer.step & _MASK64
            if transfer.base == _XZR:
                cpu.sp = moved
            else:
                cpu.x[transfer.base] = moved

    def _transfer(self, vcpu: "Vcpu", abort: Stage2Abort) -> Transfer | None:
        """What register goes where: by the syndrome, or by Xen's own decoding of the instruction."""
        word = vcpu.cpu.fetch(vcpu.cpu.pc)
        transfer = transfer_of(abort.iss, word)
        if transfer is not None:
            return transfer
        if not self._domain.model.release.interrupts.decodes_post_index:
            return None
        try:
            transfer = decode(word)
        except NotDecoded as complaint:
            for line in complaint.lines:
                self._domain.log_for(vcpu, line)
            return None
        self._domain.log_for(vcpu, transfer.description)
        return replace(transfer, write=abort.write)

    def _log(self, text: str) -> None:
        """Write what the vGIC says of the access that is being done; it begins with the vCPU's name."""
        self._domain.host.log(f"{self._accessor}{text}")
