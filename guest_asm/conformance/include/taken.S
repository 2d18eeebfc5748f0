/*
 * Raising interrupts, and taking them in the order in which they come.  Part of the cases about that order: x26 is
 * the private frame of the vCPU, x25 the distributor.
 */
#ifndef CONFORMANCE_TAKEN_S
#define CONFORMANCE_TAKEN_S

#include "gic_sweep.S"

.macro raise mask:req, frame=x26, offset=0
    ldr     w0, =\mask
    str     w0, [\frame, #(ISPENDR + \offset)]
.endm
.macro enable mask:req, frame=x26, offset=0
    ldr     w0, =\mask
    str     w0, [\frame, #(ISENABLER + \offset)]
.endm
.macro disable mask:req, frame=x26, offset=0
    ldr     w0, =\mask
    str     w0, [\frame, #(ICENABLER + \offset)]
.endm
/* Of four interrupts from \number on; four bytes, the first one's the lowest. */
.macro prioritise number:req, priorities:req, frame=x26
    ldr     w0, =\priorities
    str     w0, [\frame, #(IPRIORITYR + \number)]
.endm
/* Adds the highest pending interrupt to the word. */
.macro see
    mrs     x5, ICC_HPPIR1_EL1
    sweep_say x5
.endm

    .bss
    .balign 8
taken:
    .space  64 * 8

    .text
trap:
    mov     x0, #XENVER_version
    mov     x1, #0
    hypercall HYPERVISOR_xen_version
    ret

/* Adds all that are pending to the word, and ends them; nothing traps until they have all gone. */
take_all:
    stp     x29, x30, [sp, #-16]!
    address x10, taken
    mov     x11, #0
1:  mrs     x0, ICC_IAR1_EL1
    msr     ICC_EOIR1_EL1, x0
    isb
    str     x0, [x10, x11, lsl #3]
    add     x11, x11, #1
    cmp     x0, #FIRST_SPECIAL
    b.lo    1b
2:  ldr     x0, [x10], #8
    sweep_say x0
    subs    x11, x11, #1
    b.ne    2b
    ldp     x29, x30, [sp], #16
    ret

#endif
