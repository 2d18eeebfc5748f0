/*
 * crash: what an exception without a handler looks like.
 *
 * Every register gets its own number, then the guest jumps to an address that is not mapped.  (It does so by
 * returning from an exception that never happened: a frame holds the value of each register.)  The library's
 * default handler prints the registers, and the domain ends as crashed.
 */
#include "lib/kernel.h"

#define SPSR_EL1_MASKED 0x3c5           /* EL1 on SP_EL1, with D, A, I and F masked */

    .text
kernel_main:
    bl      boot_mmu
    sub     sp, sp, #FRAME_SIZE
    mov     x0, #0
1:  str     x0, [sp, x0, lsl #3]        // x0 to x30
    add     x0, x0, #1
    cmp     x0, #31
    b.lo    1b
    str     xzr, [sp, #FRAME_SP_EL0]
    ldr     x0, =WINDOW_VA
    mov     x1, #SPSR_EL1_MASKED
    stp     x0, x1, [sp, #FRAME_ELR]    // ELR and SPSR
    b       return_from_exception
    .ltorg

#include "lib/end.S"
