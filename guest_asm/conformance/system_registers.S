/*
 * Every encoding of op0 2 and 3 at EL1: read, written with ones, and, where that is defined, with zeros.  What a write
 * leaves is read back, and the register is restored.
 *
 * Not tried: CRn 11 and 15 of op0 3, which are implementation defined.  HCR_EL2.TIDCP traps them on hardware, and Xen
 * has them undefined, but QEMU 7.2 lets the guest at its Cortex-A53's (Arm DDI 0487, D19.2: HCR_EL2).  ICC_BPR0_EL1 and
 * ICC_BPR1_EL1 keep the low three bits of what is written (Arm IHI 0069, 12.2); QEMU takes 64 ones for a negative number.
 *
 * MMU on; interrupts masked.
 */
#include "include/conformance.h"
#include "include/sweep.S"

    .text
kernel_main:
    bl      boot_mmu
    bl      slots_init
    mov     w19, #ENCODING(2, 0, 0, 0, 0)
1:  tbz     w19, #19, 2f                        // op0 2
    ubfx    w0, w19, #12, #4
    cmp     w0, #11
    ccmp    w0, #15, #4, ne
    b.eq    3f
2:  sweep_rule "SYS-001"
    mov     w0, w19
    bl      read_all
    sweep_rule "SYS-002"
    mov     w0, w19
    mov     x1, #-1
    bl      change_all
    sweep_rule "SYS-003"
    mov     w0, w19
    mov     x1, #0
    bl      change_again
3:  add     w19, w19, #NEXT_CRN
    tbz     w19, #21, 1b
    b       power_off
    .ltorg

#include "lib/end.S"
