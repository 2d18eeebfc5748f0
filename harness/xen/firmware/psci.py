"""PSCI: turning vCPUs on and off, and ending the domain (``xen/arch/arm/vpsci.c``; Arm DEN 0022)."""

from harness.abi.hypercalls.sched_op import Shutdown
from harness.abi.smccc import Psci, Psci01, PsciResult, SmcccFunction
from harness.abi.words import MASK32
from harness.events import VcpuDown
from harness.xen.domains.control import DomainControl
from harness.xen.domains.domain import Vcpu
from harness.xen.domains.waiting import wait

PSCI_1_1 = 0x1_0001
TOS_NOT_PRESENT = 2
"""MIGRATE_INFO_TYPE: there is no trusted OS, so none has to be migrated before a CPU is turned off."""

PSCI_CALLS = frozenset(Psci) | frozenset(Psci01)
_FEATURES = frozenset(Psci) | {SmcccFunction.SMCCC_VERSION}
_HARDWARE_ID = 0xFF_00FF_FFFF
"""Aff0 to Aff3 in MPIDR_EL1."""


class PsciCalls:
    """Answers the calls in PSCI_CALLS."""

    def __init__(self, xen: DomainControl) -> None:
        self._xen = xen
        self._on_down = xen.events.of(VcpuDown)

    def answer(self, vcpu: Vcpu, function: int, x: memoryview) -> int | None:
        """Perform one call; return its result, None if the call does not return to the guest."""
        match function:
            case Psci.PSCI_VERSION:
                return PSCI_1_1
            case Psci.PSCI_FEATURES:
                # The PSCI 0.1 ids are answered but not announced: 0.1 has no PSCI_FEATURES.
                return 0 if x[1] & MASK32 in _FEATURES else int(PsciResult.PSCI_NOT_SUPPORTED)
            case Psci.PSCI_CPU_ON_32 | Psci.PSCI_CPU_ON_64:
                return self._cpu_on(vcpu, x[1], x[2], x[3])
            case _ if function == Psci01.PSCI_0_1_CPU_ON:
                return self._cpu_on_0_1(vcpu, x[1], x[2])
            case _ if function in (Psci.PSCI_CPU_OFF, Psci01.PSCI_0_1_CPU_OFF):
                self._go_down(vcpu)
                return int(PsciResult.PSCI_SUCCESS)
            case Psci.PSCI_CPU_SUSPEND_32 | Psci.PSCI_CPU_SUSPEND_64:
                # ``do_psci_0_2_cpu_suspend`` treats every power state as standby, which is like WFI.
                wait(vcpu)
                return int(PsciResult.PSCI_SUCCESS)
            case Psci.PSCI_AFFINITY_INFO_32 | Psci.PSCI_AFFINITY_INFO_64:
                return self._affinity_info(vcpu, x[1], x[2] & MASK32)
            case Psci.PSCI_MIGRATE_INFO_TYPE:
                return TOS_NOT_PRESENT
            case Psci.PSCI_SYSTEM_OFF:
                self._xen.shut_down(vcpu.domain, Shutdown.SHUTDOWN_poweroff, vcpu)
                return None
            case Psci.PSCI_SYSTEM_RESET:
                self._xen.shut_down(vcpu.domain, Shutdown.SHUTDOWN_reboot, vcpu)
                return None
            case _:
                raise AssertionError(f"{function:#x} is not a PSCI call")

    def _go_down(self, vcpu: Vcpu) -> None:
        vcpu.state.down = True
        if self._on_down:
            self._xen.events.emit(VcpuDown(self._xen.host.now_ns(), *vcpu.key))

    def _cpu_on(self, vcpu: Vcpu, mpidr: int, entry: int, context: int) -> int:
        number = mpidr & 0xFF | (mpidr >> 8 & 0xFF) << 4  # ``vaffinity_to_vcpuid`` ignores Aff2 and Aff3
        if number >= len(vcpu.domain.vcpus):
            return int(PsciResult.PSCI_INVALID_PARAMETERS)
        target = vcpu.domain.vcpus[number]
        if entry & 1:  # Thumb: a 64-bit guest cannot mean it
            return int(PsciResult.PSCI_INVALID_ADDRESS)
        if not target.state.down:
            return int(PsciResult.PSCI_ALREADY_ON)
        self._xen.start(target, entry, context)
        return int(PsciResult.PSCI_SUCCESS)

    def _cpu_on_0_1(self, vcpu: Vcpu, mpidr: int, entry: int) -> int:
        """CPU_ON of PSCI 0.1, which reports every failure as INVALID_PARAMETERS."""
        result = self._cpu_on(vcpu, mpidr, entry, 0)
        return int(PsciResult.PSCI_INVALID_PARAMETERS) if result else 0

    def _affinity_info(self, vcpu: Vcpu, target: int, level: int) -> int:
        """0 (ON) if any vCPU with the same affinity fields from ``level`` upwards is on, else 1 (OFF)."""
        if level > 3:
            return int(PsciResult.PSCI_INVALID_PARAMETERS)
        # Aff3 is in bits 32 to 39, not beside Aff2: bits 24 to 31 of MPIDR_EL1 are flags.
        mask = _HARDWARE_ID & ~((1 << (32 if level == 3 else 8 * level)) - 1)
        matching = [other for other in vcpu.domain.vcpus if (other.mpidr ^ target) & mask == 0]
        return 0 if any(not other.state.down for other in matching) else 1
