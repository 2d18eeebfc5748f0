/*
 * Which interrupts keep a vCPU from waiting: an SGI of several priorities, enabled or not, under several masks and
 * active priorities.  Group 1 is off meanwhile, so that the CPU interface signals nothing and each WFI is a trap.
 */
#include "include/gic_sweep.S"

#define SGI             5
#define SGI_BIT         (1 << SGI)
#define TICKS           0x800           /* until the timer ends the wait */

    .text
kernel_main:
    bl      sweep_init
    add     x26, x26, #GICR_PRIVATE
    sweep_rule "GIC-054"
    address x24, masks
1:  ldr     w22, [x24], #4              // x22: the mask
    tbnz    w22, #31, sweep_end
    sweep_word "PMR_0x", x22
    address x23, actives
2:  ldr     w21, [x23], #4              // x21: active priorities
    tbnz    w21, #31, 1b
    mov     x19, #1                     // x19: the answers, a bit for each behind this one
    address x20, priorities
3:  ldr     w14, [x20], #4              // x14: the SGI's priority
    tbnz    w14, #31, 5f
    mov     w15, #SGI_BIT               // x15: what is enabled
4:  bl      wait_with_sgi
    orr     x19, x0, x19, lsl #1
    cbz     w15, 3b
    mov     w15, #0
    b       4b
5:  sweep_say x19
    b       2b

/* x0 = 1 if the timer ended the wait, 0 if it was not one. */
wait_with_sgi:
    strb    w14, [x26, #(IPRIORITYR + SGI)]
    mov     w0, #SGI_BIT
    str     w0, [x26, #ICENABLER]
    str     w15, [x26, #ISENABLER]
    str     w0, [x26, #ISPENDR]
    msr     ICC_IGRPEN1_EL1, xzr
    msr     ICC_PMR_EL1, x22
    msr     ICC_AP1R0_EL1, x21
    mov     x0, #TICKS
    msr     cntv_tval_el0, x0
    mov     x0, #1
    msr     cntv_ctl_el0, x0
    isb
    wfi
    mrs     x10, cntv_ctl_el0
    msr     cntv_ctl_el0, xzr
    msr     ICC_AP1R0_EL1, xzr
    mov     x0, #0xff
    msr     ICC_PMR_EL1, x0
    mov     x0, #1
    msr     ICC_IGRPEN1_EL1, x0
    mov     w0, #SGI_BIT
    str     w0, [x26, #ISENABLER]       // now it comes through
    isb
    mrs     x0, ICC_IAR1_EL1
    msr     ICC_EOIR1_EL1, x0
    isb
    ubfx    x0, x10, #2, #1             // CNTV_CTL_EL0.ISTATUS
    ret
    .ltorg

    .section .rodata
    .balign 4
masks:
    .word   0, 0x08, 0x10, 0x18, 0x20, 0x80, 0xf8, -1
actives:
    .word   0, 1 << 2, 1 << 16, 0x7fffffff & ~3, -1
priorities:
    .word   0, 0x08, 0x10, 0x18, 0x20, 0x78, 0x80, 0x88, 0xf0, -1
    .text
#include "lib/end.S"
