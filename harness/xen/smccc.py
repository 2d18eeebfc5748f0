"""Calls by the SMC calling convention, on HVC #0 and SMC #0: PSCI and what surrounds it.

``xen/arch/arm/vsmc.c`` and ``vpsci.c``; function ids are the low 32 bits of x0, results 64 bits in x0. What is
here was asked of Xen 4.14, 4.17 and 4.20.
"""

from typing import TYPE_CHECKING

from harness.abi.hypercalls.sched_op import Shutdown
from harness.abi.smccc import XEN_SMCCC_UID, Psci, Psci01, PsciResult, SmcccFunction
from harness.events import SmcccCall, VcpuDown
from harness.xen.vcpu import Vcpu

if TYPE_CHECKING:
    from harness.xen.hypervisor import Hypervisor

PSCI_1_1 = 0x1_0001
TOS_NOT_PRESENT = 2
"""MIGRATE_INFO_TYPE: there is no trusted OS that would have to move."""

STANDARD_CALLS = 0xF
STANDARD_UID = (0x6F38_63F8, 0xBD4C_394B, 0x16CE_2092, 0x6F9F_E541)

XEN_CALLS = 3
REVISION = (0, 1)
"""Major and minor of either service."""

_MASK64 = (1 << 64) - 1
_NOT_SUPPORTED = int(PsciResult.PSCI_NOT_SUPPORTED)
_WORKAROUNDS: dict[int, int] = {
    SmcccFunction.SMCCC_WORKAROUND_1: 2,
    SmcccFunction.SMCCC_WORKAROUND_2: 4,
    SmcccFunction.SMCCC_WORKAROUND_3: 2,
}
"""How many registers each of the calls by which a guest asks for one leaves at zero, made by HVC."""
_HARDWARE_ID = 0xFF_00FF_FFFF
"""Aff0 to Aff3 in MPIDR_EL1."""
_FEATURES = frozenset(Psci) | {SmcccFunction.SMCCC_VERSION}


class Smccc:
    """Answers SMCCC calls; :meth:`call` says whether the vCPU's slice goes on."""

    def __init__(self, xen: "Hypervisor") -> None:
        self._xen = xen
        self._on_call = xen.events.of(SmcccCall)
        self._on_down = xen.events.of(VcpuDown)

    def call(self, vcpu: Vcpu, *, smc: bool = False) -> bool:
        """Answer the call in the vCPU's registers, made by HVC #0, or by SMC #0."""
        x = vcpu.cpu.x
        if not self._on_call:
            return self._call(vcpu, x, smc)
        function, arguments = x[0] & 0xFFFF_FFFF, tuple(x[1:4])
        goes_on = self._call(vcpu, x, smc)
        result = None if vcpu.domain.state.shutdown is not None or vcpu.state.down else x[0]
        now = self._xen.host.now_ns()
        self._xen.events.emit(SmcccCall(now, *vcpu.key, function, arguments, result, smc))
        return goes_on

    def _call(self, vcpu: Vcpu, x: memoryview, smc: bool) -> bool:
        function = x[0] & 0xFFFF_FFFF
        if function in _WORKAROUNDS:
            # An HVC never gets beyond the vector, which zeroes what it used (arm64/entry.S); an SMC changes nothing.
            for index in range(0 if smc else _WORKAROUNDS[function]):
                x[index] = 0
            return True
        if function == SmcccFunction.STANDARD_CALL_UID:
            x[0], x[1], x[2], x[3] = STANDARD_UID
            return True
        if function == SmcccFunction.XEN_CALL_UID:
            x[0], x[1], x[2], x[3] = XEN_SMCCC_UID
            return True
        if function in (SmcccFunction.STANDARD_CALL_REVISION, SmcccFunction.XEN_CALL_REVISION):
            x[0], x[1] = REVISION
            return True
        result = self._answer(vcpu, function, x)
        if result is not None:
            x[0] = result & _MASK64
        return vcpu.runnable

    def _answer(self, vcpu: Vcpu, function: int, x: memoryview) -> int | None:
        match function:
            case Psci.PSCI_VERSION:
                return PSCI_1_1
            case Psci.PSCI_FEATURES:
                return 0 if x[1] & 0xFFFF_FFFF in _FEATURES else _NOT_SUPPORTED
            case Psci.PSCI_CPU_ON_32 | Psci.PSCI_CPU_ON_64:
                return self._cpu_on(vcpu, x[1], x[2], x[3])
            case _ if function == Psci01.PSCI_0_1_CPU_ON:
                return self._cpu_on_0_1(vcpu, x[1], x[2])
            case _ if function in (Psci.PSCI_CPU_OFF, Psci01.PSCI_0_1_CPU_OFF):
                self._go_down(vcpu)
                return int(PsciResult.PSCI_SUCCESS)
            case Psci.PSCI_CPU_SUSPEND_32 | Psci.PSCI_CPU_SUSPEND_64:
                vcpu.wait()
                return int(PsciResult.PSCI_SUCCESS)
            case Psci.PSCI_AFFINITY_INFO_32 | Psci.PSCI_AFFINITY_INFO_64:
                return self._affinity_info(vcpu, x[1], x[2] & 0xFFFF_FFFF)
            case Psci.PSCI_MIGRATE_INFO_TYPE:
                return TOS_NOT_PRESENT
            case Psci.PSCI_SYSTEM_OFF:
                self._xen.shut_down(vcpu.domain, Shutdown.SHUTDOWN_poweroff, vcpu)
                return None
            case Psci.PSCI_SYSTEM_RESET:
                self._xen.shut_down(vcpu.domain, Shutdown.SHUTDOWN_reboot, vcpu)
                return None
            case _:
                return self._other(vcpu, function, x)

    def _other(self, vcpu: Vcpu, function: int, x: memoryview) -> int:
        if function == SmcccFunction.SMCCC_VERSION:
            return vcpu.domain.model.release.smccc_version
        if function == SmcccFunction.SMCCC_ARCH_FEATURES:
            return 0 if x[1] & 0xFFFF_FFFF == SmcccFunction.SMCCC_WORKAROUND_2 else _NOT_SUPPORTED
        if function == SmcccFunction.STANDARD_CALL_COUNT:
            return STANDARD_CALLS
        if function == SmcccFunction.XEN_CALL_COUNT:
            return XEN_CALLS
        vcpu.domain.log_for(vcpu, f"Unhandled SMC/HVC: {f'{function:#x}' if function else '0'}")
        return _NOT_SUPPORTED

    def _go_down(self, vcpu: Vcpu) -> None:
        vcpu.state.down = True
        if self._on_down:
            self._xen.events.emit(VcpuDown(self._xen.host.now_ns(), *vcpu.key))

    def _cpu_on(self, vcpu: Vcpu, mpidr: int, entry: int, context: int) -> int:
        number = mpidr & 0xFF | (mpidr >> 8 & 0xFF) << 4  # Aff2 and Aff3 are not looked at (``vaffinity_to_vcpuid``)
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
        """PSCI 0.1 knows fewer errors."""
        result = self._cpu_on(vcpu, mpidr, entry, 0)
        return int(PsciResult.PSCI_INVALID_PARAMETERS) if result else 0

    def _affinity_info(self, vcpu: Vcpu, target: int, level: int) -> int:
        """0 if any vCPU that agrees in the affinity fields from ``level`` on is on, else 1."""
        if level > 3:
            return int(PsciResult.PSCI_INVALID_PARAMETERS)
        mask = _HARDWARE_ID & ~((1 << (32 if level == 3 else 8 * level)) - 1)
        matching = [other for other in vcpu.domain.vcpus if (other.mpidr ^ target) & mask == 0]
        return 0 if any(not other.state.down for other in matching) else 1
