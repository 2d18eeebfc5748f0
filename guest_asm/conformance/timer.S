/*
 * The virtual timer as Xen presents it, and the physical one that Xen emulates: what their registers say, what
 * happens when they expire, and when.  MMU on; IRQs are masked except where a comment says otherwise.
 */
#include "include/conformance.h"
#include "include/structure.S"
#include "include/stopwatch.S"
#include "include/interrupts.S"

#define SOON            1024            /* ticks */
#define BURST           1000            /* loops of two instructions between two looks at the counter */

.macro report_control id:req
    isb
    mrs     x0, cntv_ctl_el0
    report_hex "\id", "control", x0
.endm
/* Says how many interrupts were taken, and the last one's number. */
.macro report_taken id:req
    interrupts_taken x0, x1
    rule    "\id"
    say     "taken", x0
    say     "interrupt", x1
    end_rule
.endm
/* Enables the timer with \control when its time has already come. */
.macro expired control:req
    read_counter x0
    msr     cntv_cval_el0, x0
    mov     x0, #\control
    msr     cntv_ctl_el0, x0
    bl      let_time_pass
.endm

    .text
/* Waits twice SOON, and seldom reads the clock.  Spoils x0 to x2. */
let_time_pass:
    read_counter x1
1:  mov     x2, #BURST
2:  subs    x2, x2, #1
    b.ne    2b
    read_counter x0
    sub     x0, x0, x1
    cmp     x0, #(2 * SOON)
    b.lo    1b
    ret

kernel_main:
    bl      turn_on_interrupts
    bl      boot_mmu
    bl      take_interrupts
    mov     x0, #WAIT_MS
    bl      arm_timer
    report_control "TMR-001"
    start_watch
    wfi
    waited  x1
    mrs     x0, cntv_ctl_el0
    report_yes_no "TMR-002", "waited", x1
    report_hex "TMR-003", "control", x0
    let_interrupts_in
    report_taken "TMR-004"
    report_control "TMR-005"
    mov     x0, #TIMER_ENABLE           // its time has passed, and it is not masked
    msr     cntv_ctl_el0, x0
    isb
    bl      let_time_pass
    let_interrupts_in
    report_taken "TMR-006"
    expired (TIMER_ENABLE + TIMER_IMASK)
    report_control "TMR-007"
    let_interrupts_in
    report_taken "TMR-008"
    expired 0
    report_control "TMR-009"
    bl      values
    bl      physical_timer
    b       power_off
    .ltorg

values:
    str     x30, [sp, #-16]!
    msr     cntv_ctl_el0, xzr
    mov     x0, #-1
    msr     cntv_tval_el0, x0           // one tick ago
    isb
    mrs     x1, cntv_cval_el0
    read_counter x2
    cmp     x1, x2
    cset    x0, lo
    report_yes_no "TMR-010", "in_the_past", x0
    expired TIMER_ENABLE
    mov     x0, #WAIT_MS                // its interrupt is still pending: the timer is armed again
    bl      arm_timer
    report_control "TMR-011"
    msr     cntv_ctl_el0, xzr
    let_interrupts_in
    interrupts_taken x0, x1
    ldr     x30, [sp], #16
    ret
    .ltorg

physical_timer:
    str     x30, [sp, #-16]!
    mov     x0, #(TIMER_IMASK + 0x70)
    msr     cntp_ctl_el0, x0
    mrs     x0, cntp_ctl_el0
    report_hex "TMR-012", "control", x0
    mov     x0, #SOON
    msr     cntp_tval_el0, x0
    mov     x0, #TIMER_ENABLE
    msr     cntp_ctl_el0, x0
    wfi                                 // Xen's own timer, which emulates it, may fire a little late
    mrs     x0, cntp_ctl_el0
    report_hex "TMR-013", "control", x0
    let_interrupts_in
    report_taken "TMR-014"
    msr     cntp_ctl_el0, xzr
    isb
    mrs     x0, cntpct_el0
    mrs     x1, cntvct_el0
    cmp     x0, x1                      // the virtual counter is behind: it started with the domain
    cset    x0, hs
    report_yes_no "TMR-015", "ahead", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
