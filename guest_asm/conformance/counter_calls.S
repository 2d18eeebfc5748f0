/*
 * Counters and timers as system registers.
 */
#include "include/table.S"

        table_rule "TIM-201"
        insn "CNTFRQ_EL0", "mrs x0, cntfrq_el0"
        insn "CNTV_CTL_EL0_at_first", "mrs x0, cntv_ctl_el0"
        insn "CNTV_CVAL_EL0_at_first", "mrs x0, cntv_cval_el0"
        .text
code_38:
    mrs x0, cntvct_el0; mrs x1, cntpct_el0; mrs x2, cntvct_el0; cmp x1, x0; cset x0, hs; cmp x1, #0
    cset x1, ne; mov x2, #0
    ret
    .data
        run "CNTPCT_EL0_is_CNTVCT_EL0_and_a_constant", code_38
        .text
code_39:
    mrs x0, cntvct_el0; isb; mrs x1, cntvct_el0; cmp x1, x0; cset x0, hs; mov x1, #0
    ret
    .data
        run "CNTVCT_EL0_does_not_go_back", code_39
        insn "CNTP_CTL_EL0", "mov x1, #2; msr cntp_ctl_el0, x1; mrs x0, cntp_ctl_el0"
        insn "CNTP_CVAL_EL0", "msr cntp_cval_el0, x1; mrs x0, cntp_cval_el0", x1=0x123456789abc
        insn "CNTP_TVAL_EL0_reads_as_32_bits", "msr cntp_tval_el0, x1; mrs x0, cntp_tval_el0; lsr x0, x0, #32", x1=100
        table_end
#include "lib/end.S"
