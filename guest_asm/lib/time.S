/*
 * The virtual counter and timer (Arm ARM, "The Generic Timer in AArch64 state").
 */
#ifndef GUEST_TIME_S
#define GUEST_TIME_S

/* CNTV_CTL_EL0 */
#define TIMER_ENABLE    1
#define TIMER_IMASK     2               /* no interrupt; Xen sets it when it has delivered one */
#define TIMER_ISTATUS   4               /* the time has come */

#define CNTKCTL_EL0VCTEN 2              /* CNTKCTL_EL1: EL0 may read CNTVCT_EL0 */

/* xd = the counter, not read ahead of the instructions before this macro. */
.macro read_counter xd:req
    isb
    mrs     \xd, cntvct_el0
.endm

    .text
/* x0 = that many milliseconds in counter ticks.  Spoils x1 and x2. */
ms_to_ticks:
    mrs     x1, cntfrq_el0
    mul     x0, x0, x1
    mov     x2, #1000
    udiv    x0, x0, x2
    ret

/* x0 = that many counter ticks in ns; up to 18 s of a 1 GHz counter fit.  Spoils x1 and x2. */
ticks_to_ns:
    ldr     x1, =1000000000
    mul     x0, x0, x1
    mrs     x2, cntfrq_el0
    udiv    x0, x0, x2
    ret
    .ltorg

/* Arms the virtual timer to fire in x0 milliseconds.  x0 = the counter value of that time. */
arm_timer:
    mov     x3, x30
    bl      ms_to_ticks
    mov     x30, x3
    read_counter x1
    add     x0, x0, x1
    msr     cntv_cval_el0, x0
    mov     x1, #TIMER_ENABLE
    msr     cntv_ctl_el0, x1
    isb
    ret

#endif
