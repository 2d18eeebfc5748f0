/*
 * Every encoding of op0 1 as an instruction: SYS with an address that may be read and written, and SYSL; at EL1, and at
 * EL0 with SCTLR_EL1 allowing EL0 what it can and, for op1 3, nothing.  IC, DC, AT and TLBI are among them.
 *
 * Not tried: CRn 11 and 15, which are implementation defined.  MMU on; interrupts masked.
 */
#include "include/conformance.h"
#include "include/sweep.S"

#define SCTLR_USER      0x04004000              /* UCI, DZE */

    .text
kernel_main:
    bl      boot_mmu
    bl      slots_init
    sweep_rule "SYS-011"
    bl      try_all
    slots_at SPSR_EL0
    sweep_rule "SYS-012"
    mrs     x20, sctlr_el1
    ldr     x21, =SCTLR_USER
    orr     x0, x20, x21
    msr     sctlr_el1, x0
    isb
    bl      try_all
    sweep_rule "SYS-013"
    bic     x0, x20, x21
    msr     sctlr_el1, x0
    isb
    mov     w19, #ENCODING(1, 3, 0, 0, 0)
1:  bl      try_one
    add     w19, w19, #NEXT_CRN
    tbz     w19, #18, 1b                        // up to op1 4
    b       power_off
    .ltorg

try_all:
    str     x30, [sp, #-16]!
    mov     w19, #ENCODING(1, 0, 0, 0, 0)
1:  bl      try_one
    add     w19, w19, #NEXT_CRN
    tbz     w19, #20, 1b
    ldr     x30, [sp], #16
    ret
try_one:
    str     x30, [sp, #-16]!
    ubfx    w0, w19, #12, #4
    cmp     w0, #11
    ccmp    w0, #15, #4, ne
    b.eq    1f
    mov     w0, w19
    ldr     x1, =SCRATCH_VA
    bl      write_all
    bl      read_all
1:  ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
