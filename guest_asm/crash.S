/*
 * crash: what an exception that no handler expects looks like.
 *
 * Reads an address that is not mapped, with recognisable values in some registers.  The library's default
 * handler prints the registers, and the domain ends as crashed.
 */
#include "lib/kernel.h"

    .text
kernel_main:
    bl      boot_mmu
    ldr     x0, =WINDOW_VA
    mov     x1, #1
    mov     x19, #19
    mov     x28, #28
    ldr     x2, [x0, #0x18]
    b       power_off
    .ltorg

#include "lib/end.S"
