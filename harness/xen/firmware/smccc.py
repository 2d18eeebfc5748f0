"""Calls by the SMC calling convention, on HVC #0 and SMC #0 (``xen/arch/arm/vsmc.c``).

PSCI is in :mod:`harness.xen.firmware.psci`; function ids are the low 32 bits of x0, results 64 bits in x0. The answers
are those of the real Xen 4.14, 4.17 and 4.20.
"""

from harness.abi.smccc import XEN_SMCCC_UID, PsciResult, SmcccFunction
from harness.abi.words import MASK32, MASK64
from harness.events import SmcccCall
from harness.xen.domains.control import DomainControl
from harness.xen.domains.domain import Vcpu
from harness.xen.firmware.psci import PSCI_CALLS, PsciCalls

STANDARD_CALLS = 0xF
STANDARD_UID = (0x6F38_63F8, 0xBD4C_394B, 0x16CE_2092, 0x6F9F_E541)
XEN_CALLS = 3
REVISION = (0, 1)
"""Major and minor revision of both services."""

_NOT_SUPPORTED = int(PsciResult.PSCI_NOT_SUPPORTED)
_WORKAROUNDS: dict[int, int] = {
    SmcccFunction.SMCCC_WORKAROUND_1: 2,
    SmcccFunction.SMCCC_WORKAROUND_2: 4,
    SmcccFunction.SMCCC_WORKAROUND_3: 2,
}
"""By the call that invokes a workaround: how many registers from x0 on are zero after it, if it is made by HVC."""


class Smccc:
    """Answers SMCCC calls; :meth:`call` returns whether the vCPU's slice goes on."""

    def __init__(self, xen: DomainControl) -> None:
        self._xen = xen
        self._psci = PsciCalls(xen)
        self._on_call = xen.events.of(SmcccCall)

    def call(self, vcpu: Vcpu, *, smc: bool = False) -> bool:
        """Answer the call in the vCPU's registers, made by HVC #0, or by SMC #0."""
        x = vcpu.cpu.x
        if not self._on_call:
            return self._call(vcpu, x, smc)
        function, arguments = x[0] & MASK32, tuple(x[1:4])
        goes_on = self._call(vcpu, x, smc)
        # A call that ended the domain or turned its own vCPU off has no result that the guest could see.
        result = None if vcpu.domain.state.shutdown is not None or vcpu.state.down else x[0]
        now = self._xen.host.now_ns()
        self._xen.events.emit(SmcccCall(now, *vcpu.key, function, arguments, result, smc))
        return goes_on

    def _call(self, vcpu: Vcpu, x: memoryview, smc: bool) -> bool:
        function = x[0] & MASK32
        if function in _WORKAROUNDS:
            # Xen answers these HVCs in the exception vector itself, which then zeroes the registers that it used
            # (arm64/entry.S). An SMC takes the ordinary path, and changes no register.
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
            x[0] = result & MASK64
        return vcpu.runnable

    def _answer(self, vcpu: Vcpu, function: int, x: memoryview) -> int | None:
        return self._psci.answer(vcpu, function, x) if function in PSCI_CALLS else self._other(vcpu, function, x)

    def _other(self, vcpu: Vcpu, function: int, x: memoryview) -> int:
        if function == SmcccFunction.SMCCC_VERSION:
            return vcpu.domain.release.smccc_version
        if function == SmcccFunction.SMCCC_ARCH_FEATURES:
            return 0 if x[1] & MASK32 == SmcccFunction.SMCCC_WORKAROUND_2 else _NOT_SUPPORTED
        if function == SmcccFunction.STANDARD_CALL_COUNT:
            return STANDARD_CALLS
        if function == SmcccFunction.XEN_CALL_COUNT:
            return XEN_CALLS
        vcpu.domain.log_for(vcpu, f"Unhandled SMC/HVC: {f'{function:#x}' if function else '0'}")
        return _NOT_SUPPORTED
