/*
 * The virtual timer and SGIs through the interrupt controller: pending, active, masked, by priority, preempting.
 */
#include "include/table.S"

.macro see                              // the highest pending interrupt, whether one is signalled, running priority
    mrs     x0, S3_0_C12_C12_2
    mrs     x2, isr_el1
    mrs     x3, S3_0_C12_C11_3
.endm

        table_rule "GIC-020"
        .text
code_1:
    msr cntv_cval_el0, xzr; mov x2, #1; msr cntv_ctl_el0, x2; isb; see; mrs x3, cntv_ctl_el0
    ret
    .data
        run "timer_nothing_enabled", code_1
        insn "timer_off", "msr cntv_ctl_el0, xzr"
        .text
code_2:
    msr S3_0_C4_C6_0, x4; mov x2, #1; msr S3_0_C12_C12_7, x2; ldr w0, [x1]; orr w0, w0, #1 << 27; str w0, [x1]
    isb; see
    ret
    .data
        run "enable_what_fired_before", code_2, x1=GICR(0x10100), x4=240
        insn "acknowledge", "mrs x0, S3_0_C12_C12_0; mrs x2, isr_el1; mrs x3, S3_0_C12_C11_3"
        .text
code_3:
    msr cntv_cval_el0, xzr; mov x2, #1; msr cntv_ctl_el0, x2; isb; see; mrs x3, cntv_ctl_el0
    ret
    .data
        run "timer_while_active", code_3
        insn "timer_off.2", "msr cntv_ctl_el0, xzr"
        insn "end", "mov x2, #27; msr S3_0_C12_C12_1, x2; isb; see"
        insn "acknowledge_and_end", "mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; isb; mrs x2, isr_el1"
        .text
code_4:
    mov x2, #1000; msr cntv_tval_el0, x2; mov x2, #1; msr cntv_ctl_el0, x2; isb; wfi; see; mrs x3, cntv_ctl_el0
    ret
    .data
        run "WFI_until_the_timer", code_4
        insn "WFI_with_it_pending", "wfi; see"
        insn "acknowledge_and_end.2", "mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; isb; mrs x2, isr_el1"

        table_rule "GIC-021"
        insn "priorities", "ldr w2, [x1]; str w0, [x1]; ldr w3, [x1]", x1=GICR(0x10400), x0=0xc0a08040
        insn "enable_SGIs", "str w0, [x1]; ldr w2, [x1]", x1=GICR(0x10100), x0=0xffff
        insn "SGI_2", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=2
        insn "SGI_3", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=3
        insn "SGI_1", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=1
        insn "acknowledge", "mrs x0, S3_0_C12_C12_0; mrs x4, S3_0_C12_C12_2; mrs x2, isr_el1; mrs x3, S3_0_C12_C11_3"
        insn "SGI_0_preempts", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see"
        insn "acknowledge.2", "mrs x0, S3_0_C12_C12_0; mrs x2, isr_el1; mrs x3, S3_0_C12_C11_3"
        insn "acknowledge_nothing", "mrs x0, S3_0_C12_C12_0; mrs x2, S3_0_C12_C12_2; mrs x3, S3_0_C12_C9_0"
        insn "end_the_wrong_one", "mov x2, #1; msr S3_0_C12_C12_1, x2; isb; see; mrs x4, S3_0_C12_C9_0"
        insn "end_the_other", "mov x2, #0; msr S3_0_C12_C12_1, x2; isb; see; mrs x4, S3_0_C12_C9_0"
        insn "end_it_again", "mov x2, #1; msr S3_0_C12_C12_1, x2; isb; see; mrs x4, S3_0_C12_C9_0"

        table_rule "GIC-022"
        insn "EOImode_1", "mov x2, #2; msr S3_0_C12_C12_4, x2; isb; mrs x0, S3_0_C12_C12_0; mrs x2, S3_0_C12_C11_3"
        insn "drop", "msr S3_0_C12_C12_1, x2; isb; see", x2=2
        insn "deactivate", "msr S3_0_C12_C11_1, x2; isb; see", x2=2
        insn "mask_by_PMR", "mov x2, #0x80; msr S3_0_C4_C6_0, x2; isb; see"
        insn "acknowledge_nothing", "mrs x0, S3_0_C12_C12_0; mrs x2, isr_el1"
        insn "unmask", "mov x2, #0xF0; msr S3_0_C4_C6_0, x2; isb; see"
        insn "disable_what_is_in_a_list_register", "str w0, [x1]; see", x1=GICR(0x10180), x0=0xffff
        insn "acknowledge", "mrs x0, S3_0_C12_C12_0; mrs x2, isr_el1; mrs x3, S3_0_C12_C11_3"
        insn "enable_again", "str w0, [x1]; see", x1=GICR(0x10100), x0=0xffff
        insn "group_1_off", "msr S3_0_C12_C12_7, xzr; isb; see"
        insn "group_1_on", "mov x2, #1; msr S3_0_C12_C12_7, x2; isb; see"

        table_rule "GIC-023"
        insn "SGI_0_of_many", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see"
        insn "SGI_1_of_many", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=1
        insn "SGI_2_of_many", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=2
        insn "SGI_3_of_many", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=3
        insn "SGI_4_of_many", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=4
        insn "SGI_5_of_many", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=5
        insn "SGI_6_of_many", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=6
        insn "SGI_7_of_many", "lsl x2, x2, #24; orr x2, x2, #1; msr S3_0_C12_C11_5, x2; isb; see", x2=7
        .text
code_5:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate", code_5
        .text
code_6:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate.2", code_6
        .text
code_7:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate.3", code_7
        .text
code_8:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate.4", code_8
        .text
code_9:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate.5", code_9
        .text
code_10:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate.6", code_10
        .text
code_11:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate.7", code_11
        .text
code_12:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate.8", code_12
        .text
code_13:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate.9", code_13
        .text
code_14:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x3, S3_0_C12_C9_0
    ret
    .data
        run "acknowledge_drop_deactivate.10", code_14

        table_rule "GIC-024"
        insn "set_pending", "str w0, [x1]; isb; see", x1=GICR(0x10200), x0=32
        insn "its_pending_state", "ldr w0, [x1]", x1=GICR(0x10200)
        insn "clear_pending", "str w0, [x1]; isb; see", x1=GICR(0x10280), x0=32
        .text
code_15:
    mrs x0, S3_0_C12_C12_0; msr S3_0_C12_C12_1, x0; msr S3_0_C12_C11_1, x0; isb; mrs x2, isr_el1
    ret
    .data
        run "acknowledge_and_end", code_15
        table_end
#include "lib/end.S"
