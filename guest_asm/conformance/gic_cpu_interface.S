/*
 * The CPU interface's system registers: their first values, the bits that they keep, and SGIs without a target.
 */
#include "include/table.S"

        table_rule "GIC-016"
        insn "read_PMR", "mrs x0, S3_0_C4_C6_0", x0=5
        insn "read_IAR0", "mrs x0, S3_0_C12_C8_0", x0=5
        insn "read_EOIR0", "mrs x0, S3_0_C12_C8_1", x0=5
        insn "read_HPPIR0", "mrs x0, S3_0_C12_C8_2", x0=5
        insn "read_BPR0", "mrs x0, S3_0_C12_C8_3", x0=5
        insn "read_AP0R0", "mrs x0, S3_0_C12_C8_4", x0=5
        insn "read_AP0R1", "mrs x0, S3_0_C12_C8_5", x0=5
        insn "read_AP1R0", "mrs x0, S3_0_C12_C9_0", x0=5
        insn "read_AP1R1", "mrs x0, S3_0_C12_C9_1", x0=5
        insn "read_DIR", "mrs x0, S3_0_C12_C11_1", x0=5
        insn "read_RPR", "mrs x0, S3_0_C12_C11_3", x0=5
        insn "read_SGI1R", "mrs x0, S3_0_C12_C11_5", x0=5
        insn "read_ASGI1R", "mrs x0, S3_0_C12_C11_6", x0=5
        insn "read_SGI0R", "mrs x0, S3_0_C12_C11_7", x0=5
        insn "read_IAR1", "mrs x0, S3_0_C12_C12_0", x0=5
        insn "read_EOIR1", "mrs x0, S3_0_C12_C12_1", x0=5
        insn "read_HPPIR1", "mrs x0, S3_0_C12_C12_2", x0=5
        insn "read_BPR1", "mrs x0, S3_0_C12_C12_3", x0=5
        insn "read_CTLR", "mrs x0, S3_0_C12_C12_4", x0=5
        insn "read_SRE", "mrs x0, S3_0_C12_C12_5", x0=5
        insn "read_IGRPEN0", "mrs x0, S3_0_C12_C12_6", x0=5
        insn "read_IGRPEN1", "mrs x0, S3_0_C12_C12_7", x0=5
        insn "read_NMIAR1", "mrs x0, S3_0_C12_C9_5", x0=5

        table_rule "GIC-017"
        insn "write_PMR_0xff", "msr S3_0_C4_C6_0, x0; isb; mrs x2, S3_0_C4_C6_0", x0=255
        insn "running_priority", "mrs x0, S3_0_C12_C11_3"
        insn "write_PMR_0x1f7", "msr S3_0_C4_C6_0, x0; isb; mrs x2, S3_0_C4_C6_0", x0=503
        insn "running_priority.2", "mrs x0, S3_0_C12_C11_3"
        insn "write_PMR_0x0", "msr S3_0_C4_C6_0, x0; isb; mrs x2, S3_0_C4_C6_0"
        insn "running_priority.3", "mrs x0, S3_0_C12_C11_3"
        insn "write_BPR0_0x0", "msr S3_0_C12_C8_3, x0; isb; mrs x2, S3_0_C12_C8_3"
        insn "running_priority.4", "mrs x0, S3_0_C12_C11_3"
        insn "write_BPR0_0x7", "msr S3_0_C12_C8_3, x0; isb; mrs x2, S3_0_C12_C8_3", x0=7
        insn "running_priority.5", "mrs x0, S3_0_C12_C11_3"
        insn "write_BPR1_0x0", "msr S3_0_C12_C12_3, x0; isb; mrs x2, S3_0_C12_C12_3"
        insn "running_priority.6", "mrs x0, S3_0_C12_C11_3"
        insn "write_BPR1_0x7", "msr S3_0_C12_C12_3, x0; isb; mrs x2, S3_0_C12_C12_3", x0=7
        insn "running_priority.7", "mrs x0, S3_0_C12_C11_3"
        insn "write_BPR1_0x4", "msr S3_0_C12_C12_3, x0; isb; mrs x2, S3_0_C12_C12_3", x0=4
        insn "running_priority.8", "mrs x0, S3_0_C12_C11_3"
        insn "write_CTLR_-0x1", "msr S3_0_C12_C12_4, x0; isb; mrs x2, S3_0_C12_C12_4", x0=-1
        insn "running_priority.9", "mrs x0, S3_0_C12_C11_3"
        insn "write_CTLR_0x0", "msr S3_0_C12_C12_4, x0; isb; mrs x2, S3_0_C12_C12_4"
        insn "running_priority.10", "mrs x0, S3_0_C12_C11_3"
        insn "write_CTLR_0x2", "msr S3_0_C12_C12_4, x0; isb; mrs x2, S3_0_C12_C12_4", x0=2
        insn "running_priority.11", "mrs x0, S3_0_C12_C11_3"
        insn "write_CTLR_0x1", "msr S3_0_C12_C12_4, x0; isb; mrs x2, S3_0_C12_C12_4", x0=1
        insn "running_priority.12", "mrs x0, S3_0_C12_C11_3"
        insn "write_BPR1_0x0.2", "msr S3_0_C12_C12_3, x0; isb; mrs x2, S3_0_C12_C12_3"
        insn "running_priority.13", "mrs x0, S3_0_C12_C11_3"
        insn "write_BPR0_0x0.2", "msr S3_0_C12_C8_3, x0; isb; mrs x2, S3_0_C12_C8_3"
        insn "running_priority.14", "mrs x0, S3_0_C12_C11_3"
        insn "write_CTLR_0x0.2", "msr S3_0_C12_C12_4, x0; isb; mrs x2, S3_0_C12_C12_4"
        insn "running_priority.15", "mrs x0, S3_0_C12_C11_3"
        insn "write_SRE_0x0", "msr S3_0_C12_C12_5, x0; isb; mrs x2, S3_0_C12_C12_5"
        insn "running_priority.16", "mrs x0, S3_0_C12_C11_3"
        insn "write_IGRPEN0_0x1", "msr S3_0_C12_C12_6, x0; isb; mrs x2, S3_0_C12_C12_6", x0=1
        insn "running_priority.17", "mrs x0, S3_0_C12_C11_3"
        insn "write_IGRPEN0_0x0", "msr S3_0_C12_C12_6, x0; isb; mrs x2, S3_0_C12_C12_6"
        insn "running_priority.18", "mrs x0, S3_0_C12_C11_3"
        insn "write_IGRPEN1_-0x1", "msr S3_0_C12_C12_7, x0; isb; mrs x2, S3_0_C12_C12_7", x0=-1
        insn "running_priority.19", "mrs x0, S3_0_C12_C11_3"
        insn "write_IGRPEN1_0x0", "msr S3_0_C12_C12_7, x0; isb; mrs x2, S3_0_C12_C12_7"
        insn "running_priority.20", "mrs x0, S3_0_C12_C11_3"
        insn "write_AP1R0_0xff", "msr S3_0_C12_C9_0, x0; isb; mrs x2, S3_0_C12_C9_0", x0=255
        insn "running_priority.21", "mrs x0, S3_0_C12_C11_3"
        insn "write_AP1R0_0x0", "msr S3_0_C12_C9_0, x0; isb; mrs x2, S3_0_C12_C9_0"
        insn "running_priority.22", "mrs x0, S3_0_C12_C11_3"
        insn "write_AP0R0_0x3", "msr S3_0_C12_C8_4, x0; isb; mrs x2, S3_0_C12_C8_4", x0=3
        insn "running_priority.23", "mrs x0, S3_0_C12_C11_3"
        insn "write_AP0R0_0x0", "msr S3_0_C12_C8_4, x0; isb; mrs x2, S3_0_C12_C8_4"
        insn "running_priority.24", "mrs x0, S3_0_C12_C11_3"

        table_rule "GIC-018"
        insn "write_EOIR1_5", "msr S3_0_C12_C12_1, x0", x0=5
        insn "write_EOIR1_1023", "msr S3_0_C12_C12_1, x0", x0=1023
        insn "write_EOIR0_5", "msr S3_0_C12_C8_1, x0", x0=5
        insn "write_EOIR0_1023", "msr S3_0_C12_C8_1, x0", x0=1023
        insn "write_DIR_5", "msr S3_0_C12_C11_1, x0", x0=5
        insn "write_DIR_1023", "msr S3_0_C12_C11_1, x0", x0=1023
        insn "write_SGI0R_5", "msr S3_0_C12_C11_7, x0", x0=5
        insn "write_SGI0R_1023", "msr S3_0_C12_C11_7, x0", x0=1023
        insn "write_ASGI1R_5", "msr S3_0_C12_C11_6, x0", x0=5
        insn "write_ASGI1R_1023", "msr S3_0_C12_C11_6, x0", x0=1023
        insn "write_RPR_5", "msr S3_0_C12_C11_3, x0", x0=5
        insn "write_RPR_1023", "msr S3_0_C12_C11_3, x0", x0=1023
        insn "write_IAR1_5", "msr S3_0_C12_C12_0, x0", x0=5
        insn "write_IAR1_1023", "msr S3_0_C12_C12_0, x0", x0=1023
        insn "write_HPPIR1_5", "msr S3_0_C12_C12_2, x0", x0=5
        insn "write_HPPIR1_1023", "msr S3_0_C12_C12_2, x0", x0=1023
        insn "write_AP1R1_5", "msr S3_0_C12_C9_1, x0", x0=5
        insn "write_AP1R1_1023", "msr S3_0_C12_C9_1, x0", x0=1023

        table_rule "GIC-019"
        insn "SGI_0x30000000000", "msr S3_0_C12_C11_5, x0", x0=0x30000000000
        insn "SGI_0x1000002", "msr S3_0_C12_C11_5, x0", x0=0x1000002
        insn "SGI_0x1000008", "msr S3_0_C12_C11_5, x0", x0=0x1000008
        insn "SGI_0x1010001", "msr S3_0_C12_C11_5, x0", x0=0x1010001
        insn "SGI_0x101000000", "msr S3_0_C12_C11_5, x0", x0=0x101000000
        insn "SGI_0x10002000000", "msr S3_0_C12_C11_5, x0", x0=0x10002000000
        insn "SGI_0x0", "msr S3_0_C12_C11_5, x0"
        insn "SGI_0x6", "msr S3_0_C12_C11_5, x0", x0=6
        insn "ISR_EL1", "mrs x0, isr_el1"
        table_end
#include "lib/end.S"
