/*
 * System registers at the first instruction.  The CPU is a Cortex-A53 of revision 4.
 */
#include "include/table.S"

        table_rule "ENT-201"
        insn "midr_el1", "mrs x0, midr_el1", x0=0x5555
        insn "revidr_el1", "mrs x0, revidr_el1", x0=0x5555
        insn "aidr_el1", "mrs x0, aidr_el1", x0=0x5555
        insn "mpidr_el1", "mrs x0, mpidr_el1", x0=0x5555
        insn "id_pfr0_el1", "mrs x0, id_pfr0_el1", x0=0x5555
        insn "id_pfr1_el1", "mrs x0, id_pfr1_el1", x0=0x5555
        insn "id_dfr0_el1", "mrs x0, id_dfr0_el1", x0=0x5555
        insn "id_mmfr0_el1", "mrs x0, id_mmfr0_el1", x0=0x5555
        insn "id_isar0_el1", "mrs x0, id_isar0_el1", x0=0x5555
        insn "mvfr0_el1", "mrs x0, mvfr0_el1", x0=0x5555
        insn "mvfr1_el1", "mrs x0, mvfr1_el1", x0=0x5555
        insn "mvfr2_el1", "mrs x0, mvfr2_el1", x0=0x5555
        insn "id_aa64mmfr0_el1", "mrs x0, id_aa64mmfr0_el1", x0=0x5555
        insn "id_aa64mmfr1_el1", "mrs x0, id_aa64mmfr1_el1", x0=0x5555
        insn "id_aa64pfr0_el1", "mrs x0, id_aa64pfr0_el1", x0=0x5555
        insn "id_aa64pfr1_el1", "mrs x0, id_aa64pfr1_el1", x0=0x5555
        insn "id_aa64isar0_el1", "mrs x0, id_aa64isar0_el1", x0=0x5555
        insn "id_aa64isar1_el1", "mrs x0, id_aa64isar1_el1", x0=0x5555
        insn "id_aa64dfr0_el1", "mrs x0, id_aa64dfr0_el1", x0=0x5555
        insn "id_aa64dfr1_el1", "mrs x0, id_aa64dfr1_el1", x0=0x5555
        insn "id_mmfr2_el1", "mrs x0, id_mmfr2_el1", x0=0x5555
        insn "id_mmfr3_el1", "mrs x0, id_mmfr3_el1", x0=0x5555
        insn "id_isar1_el1", "mrs x0, id_isar1_el1", x0=0x5555
        insn "id_isar2_el1", "mrs x0, id_isar2_el1", x0=0x5555
        insn "id_isar3_el1", "mrs x0, id_isar3_el1", x0=0x5555
        insn "id_isar4_el1", "mrs x0, id_isar4_el1", x0=0x5555
        insn "id_isar5_el1", "mrs x0, id_isar5_el1", x0=0x5555
        insn "sctlr_el1", "mrs x0, sctlr_el1", x0=0x5555
        insn "dczid_el0", "mrs x0, dczid_el0", x0=0x5555
        insn "tcr_el1", "mrs x0, tcr_el1", x0=0x5555
        insn "ttbr0_el1", "mrs x0, ttbr0_el1", x0=0x5555
        insn "ttbr1_el1", "mrs x0, ttbr1_el1", x0=0x5555
        insn "mair_el1", "mrs x0, mair_el1", x0=0x5555
        insn "amair_el1", "mrs x0, amair_el1", x0=0x5555
        insn "cpacr_el1", "mrs x0, cpacr_el1", x0=0x5555
        insn "contextidr_el1", "mrs x0, contextidr_el1", x0=0x5555
        insn "esr_el1", "mrs x0, esr_el1", x0=0x5555
        insn "afsr0_el1", "mrs x0, afsr0_el1", x0=0x5555
        insn "afsr1_el1", "mrs x0, afsr1_el1", x0=0x5555
        insn "tpidr_el0", "mrs x0, tpidr_el0", x0=0x5555
        insn "tpidrro_el0", "mrs x0, tpidrro_el0", x0=0x5555
        insn "cntkctl_el1", "mrs x0, cntkctl_el1", x0=0x5555
        insn "csselr_el1", "mrs x0, csselr_el1", x0=0x5555
        insn "isr_el1", "mrs x0, isr_el1", x0=0x5555
        insn "par_el1", "mrs x0, par_el1", x0=0x5555
        insn "id_mmfr1_el1_whose_value_could_be_taken_for_an_address", "mrs x0, id_mmfr1_el1; lsr x0, x0, #28"
        table_end
#include "lib/end.S"
