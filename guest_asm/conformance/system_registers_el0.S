/*
 * Every encoding of op0 2 and 3 at EL0, read and written: with everything that EL1 can allow, in SCTLR_EL1, CNTKCTL_EL1
 * and PMUSERENR_EL0; and those of op1 3, the only ones that depend on it, with nothing of it.
 *
 * CRn 11 and 15 are tried, too: EL0 has none of them.  MMU on; interrupts masked.
 */
#include "include/conformance.h"
#include "include/sweep.S"

#define SCTLR_USER      0x0405c200              /* UCI, nTWE, nTWI, UCT, DZE, UMA */

    .text
kernel_main:
    bl      boot_mmu
    bl      slots_init
    slots_at SPSR_EL0
    mrs     x20, sctlr_el1
    ldr     x21, =SCTLR_USER
    orr     x0, x20, x21
    mov     x1, #-1
    bl      allow
    mov     w19, #ENCODING(2, 0, 0, 0, 0)
1:  sweep_rule "SYS-004"
    mov     w0, w19
    bl      read_all
    sweep_rule "SYS-005"
    mov     w0, w19
    mov     x1, #-1
    bl      change_all
    add     w19, w19, #NEXT_CRN
    tbz     w19, #21, 1b
    bic     x0, x20, x21
    mov     x1, #0
    bl      allow
    mov     w19, #ENCODING(3, 3, 0, 0, 0)
2:  sweep_rule "SYS-006"
    mov     w0, w19
    bl      read_all
    sweep_rule "SYS-007"
    mov     w0, w19
    mov     x1, #-1
    bl      change_all
    add     w19, w19, #NEXT_CRN
    tbz     w19, #18, 2b                        // up to op1 4
    b       power_off
    .ltorg

/* x0 = SCTLR_EL1, x1 = CNTKCTL_EL1 and PMUSERENR_EL0. */
allow:
    msr     sctlr_el1, x0
    msr     cntkctl_el1, x1
    msr     pmuserenr_el0, x1
    isb
    ret

#include "lib/end.S"
