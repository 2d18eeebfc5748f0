/*
 * Each bit that allows EL0 something, by itself: what EL0 can do with the counters and timers with each bit of
 * CNTKCTL_EL1, and with other registers and instructions with each bit of SCTLR_EL1 that is about EL0.
 *
 * A row's name begins with the number of the bit.  MMU on; interrupts masked.
 */
#include "include/conformance.h"
#include "include/sweep.S"

#define CNTKCTL_BITS    10
#define SCTLR_USER      0x0405c200              /* UCI, nTWE, nTWI, UCT, DZE, UMA */

    .text
kernel_main:
    bl      boot_mmu
    bl      slots_init
    slots_at SPSR_EL0
    mov     x20, #0
1:  mov     x0, #1
    lsl     x0, x0, x20
    msr     cntkctl_el1, x0
    isb
    bl      name_bit
    ldr     w0, =ENCODING(3, 3, 14, 0, 0)
    bl      try_registers
    add     x20, x20, #1
    cmp     x20, #CNTKCTL_BITS
    b.lo    1b
    mrs     x21, sctlr_el1
    ldr     x22, =SCTLR_USER
    bic     x21, x21, x22
2:  rbit    x0, x22                             // the lowest bit that is left
    clz     x20, x0
    mov     x0, #1
    lsl     x0, x0, x20
    bic     x22, x22, x0
    orr     x0, x0, x21
    msr     sctlr_el1, x0
    isb
    bl      name_bit
    ldr     w0, =ENCODING(3, 3, 0, 0, 0)
    bl      try_registers
    ldr     w0, =ENCODING(3, 3, 4, 0, 0)
    bl      try_registers
    ldr     w0, =ENCODING(0, 3, 4, 0, 0)
    mov     w1, #31
    bl      make_slots
    mov     x0, #0
    mov     x1, #SHORT_SLOT
    bl      run_slots
    ldr     w0, =ENCODING(0, 3, 4, 0, 0)
    bl      report_slots
    ldr     w0, =ENCODING(1, 3, 7, 0, 0)
    ldr     x1, =SCRATCH_VA
    bl      write_all
    cbnz    x22, 2b
    b       power_off
    .ltorg

/* The rows from now on are about bit x20. */
name_bit:
    address x0, sweep_bit
    add     x1, x20, #1
    str     x1, [x0]
    ret

/* Reads and writes all of the 128 from w0 on. */
try_registers:
    str     x30, [sp, #-16]!
    mov     w19, w0
    sweep_rule "SYS-008"
    mov     w0, w19
    bl      read_all
    sweep_rule "SYS-009"
    mov     w0, w19
    mov     x1, #-1
    bl      change_all
    ldr     x30, [sp], #16
    ret


#include "lib/end.S"
