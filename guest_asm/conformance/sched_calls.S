/*
 * sched_op: commands and arguments, and waiting for the timer.
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

        table_rule "SCH-201"
        sched_op "yield_and_nobody_else_is_there"
        sched_op "the_command_is_of_32_bits", 0x100000000, NOWHERE
        sched_op "command_2_with_an_argument_that_cannot_be_read", 2, NOWHERE
        sched_op "command_3_with_an_argument_that_cannot_be_read", 3, NOWHERE
        sched_op "command_4_with_an_argument_that_cannot_be_read", 4, NOWHERE
        sched_op "command_5_with_an_argument_that_cannot_be_read", 5, NOWHERE
        sched_op "command_6_with_an_argument_that_cannot_be_read", 6, NOWHERE
        sched_op "pin_override_that_cannot_be_read", 7, NOWHERE
        with 0; sched_op "pin_override", 7, BUFFER
        sched_op "command_8_is_unknown", 8
        sched_op "command_9_is_unknown", 9
        sched_op "command_999_is_unknown", 999
        sched_op "command_-1_is_unknown", -1
        with 77; sched_op "remote_shutdown_of_nobody", 4, BUFFER
        with 1; sched_op "remote_shutdown_of_d1_which_a_domU_is_itself", 4, BUFFER
        with DOMID_SELF; sched_op "remote_shutdown_of_DOMID_SELF", 4, BUFFER
        with 0; sched_op "shutdown_code", 5, BUFFER
        with 0x6400000000; sched_op "watchdog_a_new_one", 6, BUFFER
        with 1; sched_op "watchdog_off", 6, BUFFER
        with 0x50000004d; sched_op "watchdog_of_an_unknown_id", 6, BUFFER
        with 0, 0, 1; sched_op "poll_of_nothing_until_a_time_in_the_past", 3, BUFFER
        with HERE(area), 129, 1; sched_op "poll_of_129_ports", 3, BUFFER
        with NOWHERE, 1, 1; sched_op "poll_of_ports_that_cannot_be_read", 3, BUFFER
        with HERE(area), 1, 1; sched_op "poll_of_an_unbound_port", 3, BUFFER

        table_rule "SCH-202"
        .text
code_34:
    msr cntv_tval_el0, x3; mov x3, #1; msr cntv_ctl_el0, x3; isb; hvc #0xEA1; mrs x3, cntv_ctl_el0
    ret
    .data
        run "block_until_the_timer_fires_unmasks_interrupts", code_34, x16=29, x0=1, x3=1000
        .text
code_35:
    msr cntv_tval_el0, x3; mov x3, #1; msr cntv_ctl_el0, x3; isb; wfi; mrs x3, cntv_ctl_el0
    ret
    .data
        run "WFI_until_the_timer_fires_leaves_it_masked", code_35, x3=1000
        .text
code_36:
    msr cntv_cval_el0, x2; mov x3, #3; msr cntv_ctl_el0, x3; isb; mrs x3, cntv_ctl_el0
    ret
    .data
        run "a_masked_timer_that_has_expired_stays_as_it_is", code_36, x2=1
        insn "a_timer_that_is_off_has_no_status", "msr cntv_ctl_el0, xzr; isb; mrs x3, cntv_ctl_el0"
        table_end
#include "lib/end.S"
