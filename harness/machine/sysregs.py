"""AArch64 system registers by name: the encodings of Arm DDI 0487, section D19 (op0, op1, CRn, CRm, op2)."""

from typing import NamedTuple


class Encoding(NamedTuple):
    """How MRS and MSR encode a system register; a trap's syndrome has the same fields (ISS of EC 0x18)."""

    op0: int
    op1: int
    crn: int
    crm: int
    op2: int

    def __str__(self) -> str:
        return f"S{self.op0}_{self.op1}_C{self.crn}_C{self.crm}_{self.op2}"


SYSREGS: dict[str, Encoding] = {
    name: Encoding(*numbers)
    for name, numbers in {
        # Identification
        "MIDR_EL1": (3, 0, 0, 0, 0),
        "MPIDR_EL1": (3, 0, 0, 0, 5),
        "REVIDR_EL1": (3, 0, 0, 0, 6),
        "ID_AA64PFR0_EL1": (3, 0, 0, 4, 0),
        "ID_AA64PFR1_EL1": (3, 0, 0, 4, 1),
        "ID_AA64DFR0_EL1": (3, 0, 0, 5, 0),
        "ID_AA64DFR1_EL1": (3, 0, 0, 5, 1),
        "ID_AA64ISAR0_EL1": (3, 0, 0, 6, 0),
        "ID_AA64ISAR1_EL1": (3, 0, 0, 6, 1),
        "ID_AA64MMFR0_EL1": (3, 0, 0, 7, 0),
        "ID_AA64MMFR1_EL1": (3, 0, 0, 7, 1),
        "ID_AA64MMFR2_EL1": (3, 0, 0, 7, 2),
        "CCSIDR_EL1": (3, 1, 0, 0, 0),
        "CLIDR_EL1": (3, 1, 0, 0, 1),
        "CSSELR_EL1": (3, 2, 0, 0, 0),
        "CTR_EL0": (3, 3, 0, 0, 1),
        "DCZID_EL0": (3, 3, 0, 0, 7),
        # Control and translation
        "SCTLR_EL1": (3, 0, 1, 0, 0),
        "ACTLR_EL1": (3, 0, 1, 0, 1),
        "CPACR_EL1": (3, 0, 1, 0, 2),
        "TTBR0_EL1": (3, 0, 2, 0, 0),
        "TTBR1_EL1": (3, 0, 2, 0, 1),
        "TCR_EL1": (3, 0, 2, 0, 2),
        "MAIR_EL1": (3, 0, 10, 2, 0),
        "AMAIR_EL1": (3, 0, 10, 3, 0),
        "CONTEXTIDR_EL1": (3, 0, 13, 0, 1),
        "PAR_EL1": (3, 0, 7, 4, 0),
        # Exceptions
        "SPSR_EL1": (3, 0, 4, 0, 0),
        "ELR_EL1": (3, 0, 4, 0, 1),
        "SP_EL0": (3, 0, 4, 1, 0),
        "AFSR0_EL1": (3, 0, 5, 1, 0),
        "AFSR1_EL1": (3, 0, 5, 1, 1),
        "ESR_EL1": (3, 0, 5, 2, 0),
        "FAR_EL1": (3, 0, 6, 0, 0),
        "VBAR_EL1": (3, 0, 12, 0, 0),
        "SP_EL1": (3, 4, 4, 1, 0),
        # Thread and software registers
        "TPIDR_EL1": (3, 0, 13, 0, 4),
        "TPIDR_EL0": (3, 3, 13, 0, 2),
        "TPIDRRO_EL0": (3, 3, 13, 0, 3),
        "FPCR": (3, 3, 4, 4, 0),
        "FPSR": (3, 3, 4, 4, 1),
        # The generic timer
        "CNTKCTL_EL1": (3, 0, 14, 1, 0),
        "CNTFRQ_EL0": (3, 3, 14, 0, 0),
        "CNTPCT_EL0": (3, 3, 14, 0, 1),
        "CNTVCT_EL0": (3, 3, 14, 0, 2),
        "CNTP_TVAL_EL0": (3, 3, 14, 2, 0),
        "CNTP_CTL_EL0": (3, 3, 14, 2, 1),
        "CNTP_CVAL_EL0": (3, 3, 14, 2, 2),
        "CNTV_TVAL_EL0": (3, 3, 14, 3, 0),
        "CNTV_CTL_EL0": (3, 3, 14, 3, 1),
        "CNTV_CVAL_EL0": (3, 3, 14, 3, 2),
        # EL2: what a hypervisor programs
        "VPIDR_EL2": (3, 4, 0, 0, 0),
        "VMPIDR_EL2": (3, 4, 0, 0, 5),
        "HCR_EL2": (3, 4, 1, 1, 0),
        "MDCR_EL2": (3, 4, 1, 1, 1),
        "CPTR_EL2": (3, 4, 1, 1, 2),
        "VTTBR_EL2": (3, 4, 2, 1, 0),
        "VTCR_EL2": (3, 4, 2, 1, 2),
        "ESR_EL2": (3, 4, 5, 2, 0),
        "FAR_EL2": (3, 4, 6, 0, 0),
        "HPFAR_EL2": (3, 4, 6, 0, 4),
        "CNTVOFF_EL2": (3, 4, 14, 0, 3),
        "CNTHCTL_EL2": (3, 4, 14, 1, 0),
        # EL3: SCR_EL3 makes EL2 and EL1 non-secure AArch64; no guest sees TPIDR_EL3
        "SCR_EL3": (3, 6, 1, 1, 0),
        "TPIDR_EL3": (3, 6, 13, 0, 2),
    }.items()
}
"""Every system register that the harness names."""

NAMES: dict[Encoding, str] = {encoding: name for name, encoding in SYSREGS.items()}

GUEST_STATE = (
    "SCTLR_EL1",
    "CPACR_EL1",
    "TTBR0_EL1",
    "TTBR1_EL1",
    "TCR_EL1",
    "MAIR_EL1",
    "AMAIR_EL1",
    "CONTEXTIDR_EL1",
    "PAR_EL1",
    "SPSR_EL1",
    "ELR_EL1",
    "ESR_EL1",
    "FAR_EL1",
    "AFSR0_EL1",
    "AFSR1_EL1",
    "VBAR_EL1",
    "TPIDR_EL1",
    "TPIDR_EL0",
    "TPIDRRO_EL0",
    "CNTKCTL_EL1",
)
"""The EL1 and EL0 registers of a vCPU that are shown to a person, in this order."""
