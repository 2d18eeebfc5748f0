"""System register accesses that Xen traps and answers (``xen/arch/arm/arm64/vsysreg.c``).

The identification registers are those of a Cortex-A53 with a GICv3, the CPU that QEMU gives the real Xen, as Xen
shows them to a guest.
"""

from harness.machine.sysregs import SYSREGS, Encoding
from harness.platform.gic_cpu_interface import ICC_REGISTERS
from harness.xen.domains.domain import Vcpu
from harness.xen.host import Host
from harness.xen.interrupts import cpu_interface, timers

_CACHE_AND_TLB = 1  # op0 of SYS instructions
_CRN_TLBI = 8
_CRN_CACHE = 7
_CRM_SET_WAY = (6, 10, 14)
"""Of DC ISW, CSW and CISW: the only maintenance that Xen traps, too (HCR_EL2.TSW)."""

IDENTIFICATION: dict[tuple[int, int], int] = {
    (1, 0): 0x0000_0131,  # ID_PFR0_EL1
    (1, 1): 0x1001_1001,  # ID_PFR1_EL1
    (1, 2): 0x0301_0006,  # ID_DFR0_EL1
    (1, 4): 0x1010_1105,  # ID_MMFR0_EL1
    (1, 5): 0x4000_0000,  # ID_MMFR1_EL1
    (1, 6): 0x0126_0000,  # ID_MMFR2_EL1
    (1, 7): 0x0210_2211,  # ID_MMFR3_EL1
    (2, 0): 0x0210_1110,  # ID_ISAR0_EL1
    (2, 1): 0x1311_2111,  # ID_ISAR1_EL1
    (2, 2): 0x2123_2042,  # ID_ISAR2_EL1
    (2, 3): 0x0111_2131,  # ID_ISAR3_EL1
    (2, 4): 0x0001_1142,  # ID_ISAR4_EL1
    (2, 5): 0x0001_1121,  # ID_ISAR5_EL1
    (3, 0): 0x1011_0222,  # MVFR0_EL1
    (3, 1): 0x1211_1111,  # MVFR1_EL1
    (3, 2): 0x0000_0043,  # MVFR2_EL1
    (4, 0): 0x0100_0222,  # ID_AA64PFR0_EL1
    (5, 0): 0x1030_5106,  # ID_AA64DFR0_EL1
    (6, 0): 0x0001_1120,  # ID_AA64ISAR0_EL1
    (7, 0): 0x0000_1122,  # ID_AA64MMFR0_EL1
}
"""(CRm, op2) of op0 = 3, op1 = 0, CRn = 0; the others of that space read as zero."""

_PHYSICAL_TIMER = {
    SYSREGS["CNTPCT_EL0"]: "CT",
    SYSREGS["CNTP_CTL_EL0"]: "CTL",
    SYSREGS["CNTP_CVAL_EL0"]: "CVAL",
    SYSREGS["CNTP_TVAL_EL0"]: "TVAL",
}

_OSLSR_EL1 = Encoding(2, 0, 1, 1, 4)
_OS_LOCK_IMPLEMENTED = 1 << 3
_DBGAUTHSTATUS_EL1 = Encoding(2, 0, 7, 14, 6)


class SystemRegisters:
    """Answers MRS and MSR. If a read returns None or a write False, the access is undefined to the guest."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def read(self, vcpu: Vcpu, encoding: Encoding) -> int | None:
        """Answer an MRS."""
        timer = _PHYSICAL_TIMER.get(encoding)
        if timer is not None:
            return timers.access_timer(vcpu, vcpu.state.physical_timer, timer, None)
        icc = ICC_REGISTERS.get(encoding)
        if icc is not None:
            return cpu_interface.read(vcpu, icc)
        # HCR_EL2.TID3 traps the whole identification space; Xen answers its reserved encodings with zero.
        if encoding[:3] == (3, 0, 0):
            vcpu.cpu.unnoticed = not vcpu.domain.release.traps_identification
            return IDENTIFICATION.get((encoding.crm, encoding.op2), 0)
        if encoding == _OSLSR_EL1:
            return _OS_LOCK_IMPLEMENTED  # the lock is there and open: Xen ignores writes to OSLAR_EL1
        if self._reads_as_zero(encoding):
            return 0
        self._unhandled(vcpu, encoding, "mrs")
        return None

    def write(self, vcpu: Vcpu, encoding: Encoding, value: int) -> bool:
        """Answer an MSR or a SYS instruction."""
        timer = _PHYSICAL_TIMER.get(encoding)
        if timer is not None:
            timers.access_timer(vcpu, vcpu.state.physical_timer, timer, value)
            return True
        icc = ICC_REGISTERS.get(encoding)
        if icc is not None:
            return cpu_interface.write(vcpu, icc, value)
        # Xen does not trap TLB and code-cache maintenance. It is trapped here because each vCPU has its own emulator,
        # and even the broadcast ("inner shareable") forms reach only the emulator that executes them.
        if encoding.op0 == _CACHE_AND_TLB:
            self._maintain(vcpu, encoding, value)
            vcpu.cpu.unnoticed = encoding.crn == _CRN_TLBI or encoding.crm not in _CRM_SET_WAY
            return True
        if self._reads_as_zero(encoding):
            return True
        self._unhandled(vcpu, encoding, "msr")
        return False

    @staticmethod
    def _reads_as_zero(encoding: Encoding) -> bool:
        """ACTLR_EL1, the debug registers and the performance monitors: read as zero, writes ignored."""
        if encoding == SYSREGS["ACTLR_EL1"]:
            return True
        if encoding.op0 == 2:
            # ``do_sysreg`` has no case for DBGAUTHSTATUS_EL1, so a guest's access to it is undefined.
            return encoding != _DBGAUTHSTATUS_EL1
        return encoding.op0 == 3 and (
            (encoding.crn == 9 and encoding.crm in (12, 13, 14))  # PMCR_EL0 and its like
            or (encoding.crn == 14 and encoding.crm >= 8)  # PMEVCNTR<n>_EL0, PMEVTYPER<n>_EL0
        )

    def _unhandled(self, vcpu: Vcpu, encoding: Encoding, instruction: str) -> None:
        op0, op1, crn, crm, op2 = encoding
        vcpu.domain.log_for(
            vcpu, f"{instruction} {op0}, {op1}, c{crn}, c{crm}, {op2} @ 0x{vcpu.cpu.pc:016x} is not handled"
        )

    @staticmethod
    def _maintain(vcpu: Vcpu, encoding: Encoding, value: int) -> None:
        """Do TLB and code-cache maintenance on every CPU of the domain; emulated data caches need none."""
        _, op1, crn, crm, op2 = encoding
        for other in vcpu.domain.vcpus:
            if not other.has_cpu:
                continue
            if crn == _CRN_TLBI:
                other.cpu.maintain(op1, crn, crm, op2, value)
            elif crn == _CRN_CACHE and crm in (1, 5):  # IC IALLUIS, IALLU, IVAU
                other.cpu.invalidate_code(by_itself=other is vcpu)
