/*
 * vcpu_op: commands, vCPUs and arguments.
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

        table_rule "VCP-201"
        vcpu_op "command_0_is_not_Arm", 0, 0, BUFFER
        vcpu_op "command_1_is_not_Arm", 1, 0, BUFFER
        vcpu_op "command_2_is_not_Arm", 2, 0, BUFFER
        vcpu_op "command_3_is_not_Arm", 3, 0, BUFFER
        vcpu_op "command_4_is_not_Arm", 4, 0, BUFFER
        vcpu_op "command_6_is_not_Arm", 6, 0, BUFFER
        vcpu_op "command_7_is_not_Arm", 7, 0, BUFFER
        vcpu_op "command_8_is_not_Arm", 8, 0, BUFFER
        vcpu_op "command_9_is_not_Arm", 9, 0, BUFFER
        vcpu_op "command_11_is_not_Arm", 11, 0, BUFFER
        vcpu_op "command_12_is_not_Arm", 12, 0, BUFFER
        vcpu_op "command_13_is_not_Arm", 13, 0, BUFFER
        vcpu_op "command_14_is_not_Arm", 14, 0, BUFFER
        vcpu_op "command_15_is_not_Arm", 15, 0, BUFFER
        vcpu_op "command_99_is_not_Arm", 99, 0, BUFFER
        vcpu_op "command_-1_is_not_Arm", -1, 0, BUFFER
        vcpu_op "command_5_for_no_vCPU", 5, 9, BUFFER
        vcpu_op "an_unknown_command_for_no_vCPU", 99, 9, BUFFER
        vcpu_op "the_id_is_of_32_bits", 5, -1, BUFFER
        vcpu_op "an_argument_that_cannot_be_read", 5, 0, NOWHERE
        vcpu_op "a_non-canonical_argument", 5, 0, 0x1000000000000000
        with HERE(area); vcpu_op "an_area", 5, 0, BUFFER
        with HERE(area); vcpu_op "an_area_by_bits_above_32", 0x100000005, 0x100000000, BUFFER
        with NOWHERE; vcpu_op "an_area_that_is_not_mapped", 5, 0, BUFFER
        with 0x1000000000000000; vcpu_op "a_non-canonical_area", 5, 0, BUFFER
        with HERE(area+4); vcpu_op "an_unaligned_area", 5, 0, BUFFER
        with HERE(area); vcpu_op "no_area_any_more", 5, 0, BUFFER
        with HERE(area); vcpu_op "an_area_of_another_vCPU", 5, 1, BUFFER
        table_end
#include "lib/end.S"
