/*
 * Instructions that trap, and what the guest sees of the trap.
 */
#include "include/table.S"

        table_rule "CAL-201"
        insn "HVC_0x1", "hvc #0x1"
        insn "HVC_0xea0", "hvc #0xea0"
        insn "HVC_0xea2", "hvc #0xea2"
        insn "HVC_0x4a48", "hvc #0x4a48"
        insn "HVC_0xffff", "hvc #0xffff"
        insn "SMC_1", "smc #1", x0=0x84000000
        insn "UDF", ".word 0"
        insn "BRK_5", "brk #5"
        insn "SVC_7", "svc #7"

        table_rule "CAL-202"
        insn "a_load_from_0x2000000000", "ldr x0, [x1]", x1=NOWHERE
        insn "a_load_from_0x2001234568", "ldr x0, [x1]", x1=0x2001234568
        insn "a_load_from_0x10000000000", "ldr x0, [x1]", x1=0x10000000000
        insn "a_load_from_0x10000000000000", "ldr x0, [x1]", x1=0x10000000000000
        insn "a_load_from_0x1000000000000000", "ldr x0, [x1]", x1=0x1000000000000000
        insn "a_store_to_nothing", "str x0, [x1]", x1=NOWHERE
        insn "a_store_to_0x10000000000_beyond_what_a_CPU_has", "str x0, [x1]", x1=0x10000000000
        insn "a_store_to_0x10000000000000_beyond_what_a_CPU_has", "str x0, [x1]", x1=0x10000000000000
        insn "ldr_x0_x1_8_of_nothing", "ldr x0, [x1], #8", x1=NOWHERE
        insn "ldp_x0_x2_x1_of_nothing", "ldp x0, x2, [x1]", x1=NOWHERE
        insn "ldxr_x0_x1_of_nothing", "ldxr x0, [x1]", x1=NOWHERE
        insn "dc_zva_x1_of_nothing", "dc zva, x1", x1=NOWHERE
        insn "a_byte_load_from_nothing", "ldrb w0, [x1]", x1=0x2000000003
        insn "a_fetch_from_0x2000000000", "br x1", x1=NOWHERE
        insn "a_fetch_from_0x10000000000", "br x1", x1=0x10000000000
        insn "a_fetch_from_0x10000000000000", "br x1", x1=0x10000000000000
        insn "a_fetch_from_0x2000000002", "br x1", x1=0x2000000002
        insn "cache_cleaning_of_nothing", "dc cvac, x1", x1=NOWHERE

        table_rule "CAL-203"
        insn "MRS_of_an_EL2_register", "mrs x0, hcr_el2"
        insn "MRS_of_an_EL3_register", "mrs x0, scr_el3"
        insn "an_implementation-defined_register", "mrs x0, S3_0_C15_C0_0"
        insn "LSE_on_a_CPU_without_it", ".word 0xb8210000"
        insn "TLBI_ALLE1", "tlbi alle1"
        insn "TLBI_VMALLE1IS", "tlbi vmalle1is"
        insn "DC_CISW", "dc cisw, x1"
        insn "ACTLR_EL1_can_be_written", "msr actlr_el1, x1"
        insn "MDSCR_EL1_reads_zero", "mrs x0, mdscr_el1", x0=5
        insn "PMUSERENR_EL0_can_be_written", "msr pmuserenr_el0, x1"
        insn "DBGBVR0_EL1_can_be_read", "mrs x0, S2_0_C0_C0_4", x0=5
        insn "OSLSR_EL1", "mrs x0, oslsr_el1"
        insn "an_unallocated_identification_register", "mrs x0, S3_0_C0_C7_7", x0=5
        insn "AT_S1E1R_with_the_MMU_off", "mov x1, #0x40000000; at s1e1r, x1; isb; mov x1, #0"
        table_end
#include "lib/end.S"
