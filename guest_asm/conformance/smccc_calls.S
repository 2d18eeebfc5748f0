/*
 * PSCI and SMCCC: one function after another, with valid and invalid arguments.
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

        table_rule "SMC-201"
        insn "version", "hvc #0", x0=0x84000000
        insn "version_bits_above_32_set", "hvc #0", x0=0xabcd84000000
        insn "version_by_SMC_0", "smc #0", x0=0x84000000
        insn "features_of_0x84000000", "hvc #0", x0=0x8400000a, x1=0x84000000
        insn "features_of_0x84000001", "hvc #0", x0=0x8400000a, x1=0x84000001
        insn "features_of_0x84000002", "hvc #0", x0=0x8400000a, x1=0x84000002
        insn "features_of_0x84000003", "hvc #0", x0=0x8400000a, x1=0x84000003
        insn "features_of_0x84000004", "hvc #0", x0=0x8400000a, x1=0x84000004
        insn "features_of_0x84000006", "hvc #0", x0=0x8400000a, x1=0x84000006
        insn "features_of_0x84000008", "hvc #0", x0=0x8400000a, x1=0x84000008
        insn "features_of_0x84000009", "hvc #0", x0=0x8400000a, x1=0x84000009
        insn "features_of_0x8400000a", "hvc #0", x0=0x8400000a, x1=0x8400000a
        insn "features_of_0xc4000001", "hvc #0", x0=0x8400000a, x1=0xc4000001
        insn "features_of_0xc4000003", "hvc #0", x0=0x8400000a, x1=0xc4000003
        insn "features_of_0xc4000004", "hvc #0", x0=0x8400000a, x1=0xc4000004
        insn "features_of_0x80000000", "hvc #0", x0=0x8400000a, x1=0x80000000
        insn "features_of_0x84000005_none", "hvc #0", x0=0x8400000a, x1=0x84000005
        insn "features_of_0x84000007_none", "hvc #0", x0=0x8400000a, x1=0x84000007
        insn "features_of_0x8400000b_none", "hvc #0", x0=0x8400000a, x1=0x8400000b
        insn "features_of_0x8400000c_none", "hvc #0", x0=0x8400000a, x1=0x8400000c
        insn "features_of_0x8400000d_none", "hvc #0", x0=0x8400000a, x1=0x8400000d
        insn "features_of_0x8400000e_none", "hvc #0", x0=0x8400000a, x1=0x8400000e
        insn "features_of_0x8400000f_none", "hvc #0", x0=0x8400000a, x1=0x8400000f
        insn "features_of_0x84000010_none", "hvc #0", x0=0x8400000a, x1=0x84000010
        insn "features_of_0x84000011_none", "hvc #0", x0=0x8400000a, x1=0x84000011
        insn "features_of_0x84000012_none", "hvc #0", x0=0x8400000a, x1=0x84000012
        insn "features_of_0x84000013_none", "hvc #0", x0=0x8400000a, x1=0x84000013
        insn "features_of_0x84000014_none", "hvc #0", x0=0x8400000a, x1=0x84000014
        insn "features_of_0x84000015_none", "hvc #0", x0=0x8400000a, x1=0x84000015
        insn "features_of_0xc4000000_none", "hvc #0", x0=0x8400000a, x1=0xc4000000
        insn "features_of_0xc4000002_none", "hvc #0", x0=0x8400000a, x1=0xc4000002
        insn "features_of_0xc4000005_none", "hvc #0", x0=0x8400000a, x1=0xc4000005
        insn "features_of_0xc4000006_none", "hvc #0", x0=0x8400000a, x1=0xc4000006
        insn "features_of_0xc4000008_none", "hvc #0", x0=0x8400000a, x1=0xc4000008
        insn "features_of_0xc400000a_none", "hvc #0", x0=0x8400000a, x1=0xc400000a
        insn "features_of_0x80000001_none", "hvc #0", x0=0x8400000a, x1=0x80000001
        insn "features_of_0x8600ff00_none", "hvc #0", x0=0x8400000a, x1=0x8600ff00
        insn "features_of_0x0_none", "hvc #0", x0=0x8400000a
        insn "features_of_0xffffffff_none", "hvc #0", x0=0x8400000a, x1=0xffffffff

        table_rule "SMC-202"
        insn "0xc4000000_is_unknown", "hvc #0", x0=0xc4000000
        insn "0xc400000a_is_unknown", "hvc #0", x0=0xc400000a
        insn "0x84000005_is_unknown", "hvc #0", x0=0x84000005
        insn "0xc4000005_is_unknown", "hvc #0", x0=0xc4000005
        insn "0xc4000007_is_unknown", "hvc #0", x0=0xc4000007
        insn "0x84000012_is_unknown", "hvc #0", x0=0x84000012
        insn "0x8600ff00_is_unknown", "hvc #0", x0=0x8600ff00
        insn "0x8600ff01_is_unknown", "hvc #0", x0=0x8600ff01
        insn "0x8600ff03_is_unknown", "hvc #0", x0=0x8600ff03
        insn "0x0_is_unknown", "hvc #0"
        insn "0x3_is_unknown", "hvc #0", x0=3
        insn "0x4_is_unknown", "hvc #0", x0=4

        table_rule "SMC-203"
        insn "SMCCC_version", "hvc #0", x0=0x80000000
        insn "SMCCC_features_of_workaround_2", "hvc #0", x0=0x80000001, x1=0x80007fff
        insn "SMCCC_features_of_0x80000000", "hvc #0", x0=0x80000001, x1=0x80000000
        insn "SMCCC_features_of_0x80000001", "hvc #0", x0=0x80000001, x1=0x80000001
        insn "SMCCC_features_of_0x80000002", "hvc #0", x0=0x80000001, x1=0x80000002
        insn "SMCCC_features_of_0x80008000", "hvc #0", x0=0x80000001, x1=0x80008000
        insn "SMCCC_features_of_0x80003fff", "hvc #0", x0=0x80000001, x1=0x80003fff
        insn "workaround_0x80008000", "hvc #0", x0=0x80008000
        insn "workaround_0x80007fff", "hvc #0", x0=0x80007fff
        insn "workaround_0x80003fff", "hvc #0", x0=0x80003fff
        insn "how_many_standard_calls", "hvc #0", x0=0x8400ff00
        insn "the_standard_calls_id", "hvc #0", x0=0x8400ff01
        insn "the_standard_calls_revision", "hvc #0", x0=0x8400ff03
        insn "migrate_info_type", "hvc #0", x0=0x84000006

        table_rule "SMC-204"
        insn "affinity_info_of_itself", "hvc #0", x0=0xc4000004
        insn "affinity_info_with_MPIDR_bit_31", "hvc #0", x0=0xc4000004, x1=0x80000000
        insn "affinity_info_of_a_vCPU_that_is_off", "hvc #0", x0=0xc4000004, x1=1
        insn "affinity_info_of_no_vCPU", "hvc #0", x0=0xc4000004, x1=5
        insn "affinity_info_at_level_1", "hvc #0", x0=0xc4000004, x1=1, x2=1
        insn "affinity_info_at_level_2", "hvc #0", x0=0xc4000004, x1=1, x2=2
        insn "affinity_info_at_level_3", "hvc #0", x0=0xc4000004, x1=1, x2=3
        insn "affinity_info_at_level_4", "hvc #0", x0=0xc4000004, x2=4
        insn "cpu_on_of_itself", "hvc #0", x0=0xc4000003, x2=HERE(park)
        insn "cpu_on_of_itself_at_an_odd_address", "hvc #0", x0=0xc4000003, x2=1
        insn "cpu_on_of_no_vCPU", "hvc #0", x0=0xc4000003, x1=5, x2=HERE(park)
        insn "cpu_on_of_no_vCPU_in_Aff1", "hvc #0", x0=0xc4000003, x1=256, x2=HERE(park)
        insn "cpu_on_ignores_Aff3", "hvc #0", x0=0xc4000003, x1=0x100000000, x2=HERE(park)
        insn "cpu_on_at_an_odd_address", "hvc #0", x0=0xc4000003, x1=1, x2=HERE(park+1)
        insn "cpu_on_of_32_bits_at_an_odd_address", "hvc #0", x0=0x84000003, x1=1, x2=HERE(park+1)
        insn "PSCI_0.1_cpu_on_of_itself", "hvc #0", x0=2, x2=HERE(park)
        insn "PSCI_0.1_cpu_on_of_no_vCPU", "hvc #0", x0=2, x1=5, x2=HERE(park)
        insn "cpu_on", "hvc #0", x0=0xc4000003, x1=0x80000001, x2=HERE(park)
        insn "cpu_on_of_a_vCPU_that_is_on", "hvc #0", x0=0xc4000003, x1=1, x2=HERE(park)
        insn "affinity_info_of_a_vCPU_that_was_started", "hvc #0", x0=0xc4000004, x1=1
        .text
code_37:
    address x4, go; str x3, [x4]; mov x4, #0; 1: mov x0, #0; mov x1, #0; hypercall HYPERVISOR_sched_op
    mov x1, #1; psci PSCI_AFFINITY_INFO_32; cbz x0, 1b; mov x1, #0; mov x3, #0
    ret
    .data
        run "cpu_off_ends_it", code_37, x3=1
        table_end
#include "lib/end.S"
