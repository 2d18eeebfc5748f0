/*
 * Every encoding of op0 0, with Rt 31: MSR of an immediate to a field of PSTATE, all 128 hints, barriers.  At EL1, with
 * DAIF and SPSel behind each; and at EL0, with SCTLR_EL1 allowing EL0 what it can, and nothing.
 *
 * An interrupt is pending all the time, so that no WFI waits; where an instruction unmasks it, the handler masks it.
 * MMU on.
 */
#include "include/conformance.h"
#include "include/sweep.S"
#include "include/interrupts.S"

#define SCTLR_USER      0x00050200              /* nTWE, nTWI, UMA */
#define PSTATE_I        0x80

    .text
kernel_main:
    bl      turn_on_interrupts
    bl      boot_mmu
    bl      slots_init
    set_handler VECTOR_EL1_IRQ, leave_masked
    set_handler VECTOR_EL0_IRQ, leave_masked
    msr     cntv_cval_el0, xzr
    mov     x0, #TIMER_ENABLE
    msr     cntv_ctl_el0, x0
    isb
    sweep_rule "SYS-021"
    mov     w19, #0
1:  mov     w0, w19
    bl      make_states
    mov     x0, #0
    mov     x1, #LONG_SLOT
    bl      run_slots
    mov     w0, w19
    bl      report_slots
    add     w19, w19, #NEXT_CRN
    tbz     w19, #19, 1b
    slots_at SPSR_EL0
    mrs     x20, sctlr_el1
    ldr     x21, =SCTLR_USER
    orr     x0, x20, x21
    msr     sctlr_el1, x0
    isb
    sweep_rule "SYS-022"
    bl      try_all
    bic     x0, x20, x21
    msr     sctlr_el1, x0
    isb
    sweep_rule "SYS-023"
    bl      try_all
    b       power_off

try_all:
    str     x30, [sp, #-16]!
    mov     w19, #0
1:  mov     w0, w19
    mov     w1, #31
    bl      make_slots
    mov     x0, #0
    mov     x1, #SHORT_SLOT
    bl      run_slots
    mov     w0, w19
    bl      report_slots
    add     w19, w19, #NEXT_CRN
    tbz     w19, #19, 1b
    ldr     x30, [sp], #16
    ret
    .ltorg

/* The handler of interrupts: x0 = the frame.  None is acknowledged, so one stays pending; it is masked from now on. */
leave_masked:
    ldr     x1, [x0, #FRAME_SPSR]
    orr     x1, x1, #PSTATE_I
    str     x1, [x0, #FRAME_SPSR]
    ret

#include "lib/end.S"
