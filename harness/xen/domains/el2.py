"""How Xen programs EL2 for a vCPU, and the register values with which a vCPU starts."""

from harness.machine.cpu import Cpu

ENTRY_PSTATE = 0x1C5
"""EL1h; asynchronous aborts, IRQ and FIQ masked, debug exceptions not: as seen on 4.14, 4.17 and 4.20."""
ENTRY_SCTLR = 0x00C5_0078
CORTEX_A53 = 0x410F_D034
"""MIDR_EL1 of the CPU that QEMU gives the real Xen."""

HCR_VM, HCR_SWIO, HCR_PTW, HCR_FMO, HCR_IMO, HCR_AMO = (1 << bit for bit in range(6))
HCR_FB, HCR_BSU_INNER, HCR_TWI, HCR_TWE = 1 << 9, 1 << 10, 1 << 13, 1 << 14
HCR_TID3, HCR_TSC, HCR_TIDCP, HCR_TAC, HCR_TSW = (1 << bit for bit in range(18, 23))
HCR_TPU, HCR_TTLB, HCR_RW = 1 << 24, 1 << 25, 1 << 31

XEN_HCR = (
    (HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_FB | HCR_BSU_INNER)
    | (HCR_TWI | HCR_TWE | HCR_TID3 | HCR_TSC | HCR_TIDCP | HCR_TAC | HCR_TSW | HCR_RW)
)  # fmt: skip
"""HCR_EL2 as ``get_default_hcr_flags`` has it for a 64-bit guest (``xen/arch/arm/traps.c``)."""

SMP_HCR = HCR_TPU | HCR_TTLB
"""Also trapped if a domain has several vCPUs: each has its own emulator, so TLB and code-cache maintenance must be
repeated on the others."""

XEN_MDCR = 1 << 11 | 1 << 10 | 1 << 9 | 1 << 6 | 1 << 5
"""MDCR_EL2: TDRA, TDOSA, TDA, TPM, TPMCR (``init_traps``)."""

CNTHCTL_EL1PCTEN = 1 << 0
"""The only bit that ``init_timer_interrupt`` sets (``xen/arch/arm/time.c``)."""

_CLEARED_AT_START = ("TCR_EL1", "TTBR0_EL1", "TTBR1_EL1", "ELR_EL1", "SPSR_EL1", "SP_EL0")


def program(cpu: Cpu, *, vtcr: int, vttbr: int, mpidr: int, several: bool) -> None:
    """Program a CPU as hardware and Xen do before its guest's first instruction.

    ``vtcr`` and ``vttbr`` describe its domain's stage 2; ``several``: the domain has more than one vCPU.
    """
    for name, value in (
        ("HCR_EL2", XEN_HCR | (SMP_HCR if several else 0)),
        ("VTCR_EL2", vtcr),
        ("VTTBR_EL2", vttbr),
        ("VPIDR_EL2", CORTEX_A53),
        ("VMPIDR_EL2", mpidr),
        ("MDCR_EL2", XEN_MDCR),
        ("CNTHCTL_EL2", CNTHCTL_EL1PCTEN),  # EL1 may read the physical counter; the physical timer traps
        ("CPACR_EL1", 0),  # FP traps to EL1 until the guest enables it
    ):
        cpu.write_sysreg(name, value)


def start(cpu: Cpu, entry: int, context: int) -> None:
    """Set the CPU up to continue at IPA ``entry`` with ``context`` in x0, as PSCI CPU_ON does (``do_common_cpu_on``).

    Its other system registers, FP registers and timers keep their values (``arch_set_info_guest``).
    """
    for name in _CLEARED_AT_START:
        cpu.write_sysreg(name, 0)
    cpu.write_sysreg("SCTLR_EL1", ENTRY_SCTLR)
    cpu.pstate = ENTRY_PSTATE
    cpu.sp = 0
    cpu.pc = entry
    for number in range(31):
        cpu.x[number] = 0
    cpu.x[0] = context
    cpu.flush_tlb()
