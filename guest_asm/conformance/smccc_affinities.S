/*
 * PSCI calls whose results depend on affinities, registers or the release, and the workaround calls.
 */
#include "include/table.S"

    .bss
    .balign 64
area:
    .space  64
go:
    .space  8
    .text
/* A vCPU that waits until it may go off. */
park:
    mov     x0, #0
    hypercall HYPERVISOR_sched_op
    address x1, go
    ldr     x1, [x1]
    cbz     x1, park
    psci    PSCI_CPU_OFF
    .data

        table_rule "SMC-205"
        insn "a_vCPU_that_Aff0_alone_would_name", "hvc #0", x0=0xc4000003, x1=16, x2=HERE(park)
        insn "Aff2_is_not_looked_at", "hvc #0", x0=0xc4000003, x1=0x10000, x2=HERE(park)
        insn "nor_are_the_bits_between_Aff2_and_Aff3", "hvc #0", x0=0xc4000003, x1=0x1000000, x2=HERE(park)
        insn "an_odd_address_comes_before_a_vCPU_that_is_on", "hvc #0", x0=0xc4000003, x2=HERE(park+1)
        insn "affinity_info_looks_at_Aff3", "hvc #0", x0=0xc4000004, x1=0x100000000
        insn "and_at_Aff2", "hvc #0", x0=0xc4000004, x1=0x10000
        insn "not_at_the_bits_between", "hvc #0", x0=0xc4000004, x1=0x1000000
        insn "at_level_3_at_Aff3_alone", "hvc #0", x0=0xc4000004, x1=0x100000000, x2=3
        insn "at_level_1_at_Aff1_and_above", "hvc #0", x0=0xc4000004, x1=256, x2=1
        insn "the_level_is_of_32_bits", "hvc #0", x0=0xc4000004, x2=0x100000000
        insn "PSCI_0.1_has_32_bits_of_a_vCPU_number", "hvc #0", x0=2, x1=0x100000000, x2=HERE(park)
        insn "PSCI_0.1_does_not_know_bad_addresses", "hvc #0", x0=2, x1=1, x2=HERE(park+1)
        .text
code_40:
    mov x9, #1000; msr cntv_tval_el0, x9; mov x9, #1; msr cntv_ctl_el0, x9; isb; hvc #0
    ret
    .data
        run "cpu_suspend_waits_and_goes_on_after_the_call", code_40, x0=0xc4000001, x1=0x10000, x2=HERE(park), x3=7
        insn "cpu_on", "hvc #0", x0=0xc4000003, x1=1, x2=HERE(park)
        insn "once_more_at_an_odd_address", "hvc #0", x0=0xc4000003, x1=1, x2=HERE(park+1)
        insn "once_more_by_PSCI_0.1", "hvc #0", x0=2, x1=1, x2=HERE(park)
        insn "0xc600ff01_is_unknown", "hvc #0", x0=0xc600ff01
        insn "0xff000000_is_unknown", "hvc #0", x0=0xff000000
        insn "0xfe00ff01_is_unknown", "hvc #0", x0=0xfe00ff01
        insn "0x82000000_is_unknown", "hvc #0", x0=0x82000000
        insn "0xb2000000_is_unknown", "hvc #0", x0=0xb2000000
        insn "0x8400ffff_is_unknown", "hvc #0", x0=0x8400ffff
        insn "0x1000000_is_unknown", "hvc #0", x0=0x1000000

        table_rule "SMC-206"
        insn "workaround_0x80008000", "hvc #0", x0=0x80008000, x1=7, x2=8, x3=9, x4=10
        insn "workaround_0x80007fff", "hvc #0", x0=0x80007fff, x1=7, x2=8, x3=9, x4=10
        insn "workaround_0x80003fff", "hvc #0", x0=0x80003fff, x1=7, x2=8, x3=9, x4=10
        table_end
#include "lib/end.S"
