/*
 * Calling Xen (public/arch-arm.h): the number goes in x16, the arguments in x0 to x4; the result is
 * in x0 (negative: an errno).  A release build of Xen changes x0 only.  A debug build also spoils
 * x16 and every argument register that the call uses, so no code here relies on them afterwards.
 *
 * Pointers are virtual addresses, which Xen translates through the tables that are live at the HVC.
 * While the MMU is off they are therefore intermediate physical addresses.
 */
#ifndef GUEST_HYPERCALL_H
#define GUEST_HYPERCALL_H

#include "abi.h"

/* Arguments are in x0 to x4 already. Spoils x16; see above for x1 to x4. */
.macro hypercall number:req
    mov     x16, #\number
    hvc     #XEN_HYPERCALL_TAG
.endm

/* A PSCI call (Arm DEN 0022): arguments in x1 to x3, the answer in x0. Spoils x1 to x17 (SMCCC 1.0). */
.macro psci function:req
    movz    w0, #(\function & 0xffff)
    movk    w0, #(\function >> 16), lsl #16
    hvc     #0
.endm

/* xd = the address of a symbol: physical while the MMU is off, virtual once it is on. */
.macro address xd:req, symbol:req
    adrp    \xd, \symbol
    add     \xd, \xd, :lo12:\symbol
.endm

#endif
