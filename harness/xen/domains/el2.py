"""How Xen programs EL2 for a vCPU, and what a vCPU's own registers are when it starts."""

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

HCR_TID2 = 1 << 17
"""Trapped beyond that: cache identification, which is to be a Cortex-A53's and not the emulator's A72's."""

SMP_HCR = HCR_TPU | HCR_TTLB
"""Also trapped where a domain has several vCPUs: their emulators' TLBs and code caches are kept in step by hand."""

XEN_MDCR = 1 << 11 | 1 << 10 | 1 << 9 | 1 << 6 | 1 << 5
"""MDCR_EL2: TDRA, TDOSA, TDA, TPM, TPMCR (``init_traps``)."""

CNTHCTL_EL1PCTEN = 1 << 0
"""All that ``init_timer_interrupt`` sets (``xen/arch/arm/time.c``)."""

_CLEARED_AT_START = ("TCR_EL1", "TTBR0_EL1", "TTBR1_EL1", "ELR_EL1", "SPSR_EL1", "SP_EL0")


def program(cpu: Cpu, *, vtcr: int, vttbr: int, mpidr: int, several: bool) -> None:
    """Make a CPU what hardware and Xen make it before its guest's first instruction.

    ``vtcr`` and ``vttbr`` are its domain's stage 2, ``several`` says whether the domain has more than one vCPU.
    """
    for name, value in (
        ("HCR_EL2", XEN_HCR | HCR_TID2 | (SMP_HCR if several else 0)),
        ("VTCR_EL2", vtcr),
        ("VTTBR_EL2", vttbr),
        ("VPIDR_EL2", CORTEX_A53),
        ("VMPIDR_EL2", mpidr),
        ("MDCR_EL2", XEN_MDCR),
        ("CNTHCTL_EL2", CNTHCTL_EL1PCTEN),  # EL1 reads the physical counter; its timer traps, and is answered
        ("CPACR_EL1", 0),  # FP traps to EL1 until the guest allows it
    ):
        cpu.write_sysreg(name, value)


def start(cpu: Cpu, entry: int, context: int) -> None:
    """Have the CPU go on at IPA ``entry`` with ``context`` in x0, as PSCI CPU_ON does (``do_common_cpu_on``).

    Its other system registers, FP registers and timers stay as they are (``arch_set_info_guest``).
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
