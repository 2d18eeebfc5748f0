"""A guest's GIC in its physical address space: loads and stores of the distributor and the redistributors.

The registers are ``harness.platform.gic_*``; this module connects them with vCPUs, memory traps and Xen's log
(``vgic-v3.c``).
"""

from dataclasses import replace
from functools import partial

from harness.abi import memory_map
from harness.abi.words import MASK64
from harness.machine.exits import Stage2Abort
from harness.platform.gic_access import AccessRefused, MmioAccess
from harness.platform.gic_distributor import Vgic
from harness.platform.gic_frame import Frame
from harness.platform.gic_rank import Rank
from harness.platform.gic_redistributor import FRAME_SIZE, frame_at
from harness.xen.domains.domain import Domain, Vcpu
from harness.xen.interrupts import injection
from harness.xen.interrupts.mmio_instruction import NotDecoded, Transfer, decode, transfer_of

DOM0_INTERRUPT_BITS, DOMU_INTERRUPT_BITS = 16, 10
_XZR = 31


class VgicFrames:
    """The GIC frames of ``domain``. All of their state is in the domain's and the vCPUs' state."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._accessor = self._owner = domain.vcpus[0]
        """The vCPU whose access is in progress, and the vCPU whose frame it is (the distributor is the accessor's)."""
        if domain.privileged:  # dom0 sees the GIC at the board's own addresses
            self.distributor, self.redistributors = memory_map.BOARD_GICD_BASE, memory_map.BOARD_GICR_BASE
            domain.state.distributor.connect(memory_map.BOARD_DEVICE_SPIS)
        else:
            self.distributor, self.redistributors = memory_map.GUEST_GICD_BASE, memory_map.GUEST_GICV3_GICR0_BASE
        self._gic = Vgic(
            state=lambda: domain.state.distributor,
            private=[partial(_private_rank, vcpu) for vcpu in domain.vcpus],
            interrupt_bits=DOM0_INTERRUPT_BITS if domain.privileged else DOMU_INTERRUPT_BITS,
            release=domain.release.interrupts.vgic,
            enable=self._enable,
            disable=lambda vcpu, number: injection.find(domain.vcpus[vcpu], number).disable(),
            inject=self._inject,
            migrate=self._migrate,
            is_in_flight=lambda vcpu, number: injection.is_in_flight(domain.vcpus[vcpu], number),
            log=self._log,
        )

    def _enable(self, vcpu: int, number: int) -> None:
        injection.enable(self._domain.vcpus[vcpu], number, self._accessor)

    def _inject(self, vcpu: int, number: int) -> None:
        target = injection.target_of(self._domain.vcpus[vcpu], number)
        interrupt = injection.find(target, number)
        if interrupt.wire is None:
            injection.raise_interrupt(target, number, self._accessor)
        else:  # ``vgic_set_irqs_pending`` makes it pending at the board's controller, from where it arrives
            self._domain.state.distributor.latch(interrupt)
            injection.fire(self._domain, self._accessor)

    def _migrate(self, number: int, old: int, new: int) -> bool:
        vcpus = self._domain.vcpus
        return injection.migrate(vcpus[old], vcpus[new], number, self._accessor)

    def emulate(self, vcpu: Vcpu, abort: Stage2Abort) -> bool:
        """Perform a load or store of the GIC. False if it must end in a data abort: it is refused or goes elsewhere."""
        # Xen decodes an instruction without a syndrome before it looks for the device, and logs that even if there
        # is none (``do_trap_stage2_abort_guest``).
        transfer = self._transfer(vcpu, abort)
        if transfer is None:
            return False
        offset = abort.ipa - self.distributor
        if 0 <= offset < FRAME_SIZE:
            found: tuple[Frame, int] | None = frame_at(self._gic, vcpu.number, None)
        else:
            offset = abort.ipa - self.redistributors
            found = frame_at(self._gic, vcpu.number, offset) if offset >= 0 else None
        if found is None:
            return False
        frame, base = found
        value = None
        if transfer.write:
            value = 0 if transfer.register == _XZR else vcpu.cpu.x[transfer.register]
        self._accessor, self._owner = vcpu, self._domain.vcpus[frame.vcpu]
        try:
            self._perform(vcpu, frame, transfer, MmioAccess(offset - base, transfer.size, transfer.register, value))
        except AccessRefused as complaint:
            if str(complaint):
                self._log(str(complaint))
            return False
        return True

    def _perform(self, vcpu: Vcpu, frame: Frame, transfer: Transfer, access: MmioAccess) -> None:
        cpu = vcpu.cpu
        if access.value is not None:
            frame.write(access)
            injection.fire(self._domain, vcpu)
            injection.fill(vcpu)
        else:
            value = frame.read(access)
            # ``handle_read`` sign-extends for LDRSB and the like; a 32-bit load zero-extends.
            if transfer.signed and value > access.extent >> 1:
                value |= ~access.extent & MASK64
            if transfer.register != _XZR:
                cpu.x[transfer.register] = value
        if transfer.base is not None:
            moved = transfer.base_value(cpu) + transfer.step & MASK64
            if transfer.base == _XZR:
                cpu.sp = moved
            else:
                cpu.x[transfer.base] = moved

    def _transfer(self, vcpu: Vcpu, abort: Stage2Abort) -> Transfer | None:
        """The transfer, by the syndrome or by Xen's own decoding of the instruction; None if neither describes it."""
        word = vcpu.cpu.fetch(vcpu.cpu.pc)
        transfer = transfer_of(abort.iss, word)
        if transfer is not None:
            return transfer
        if not self._domain.release.interrupts.decodes_post_index:
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
        """Log the vGIC's complaint about the access in progress; the line begins with the name of the frame's vCPU."""
        self._domain.host.log(f"{self._owner}{text}")


def _private_rank(vcpu: Vcpu) -> Rank:
    return vcpu.state.private_rank
