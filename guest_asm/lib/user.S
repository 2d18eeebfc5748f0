/*
 * User mode as a function call: call_user runs code at EL0 until its next SVC, and returns.
 *
 * The process is one page of code and one page of data (layout.h).  The guest provides the code: a page of
 * its .text between the macros user_code and user_code_end, mapped at USER_TEXT_VA.  It uses no addresses
 * except its own (by ADR) and its stack's.
 */
#ifndef GUEST_USER_S
#define GUEST_USER_S

#include "pagetable.S"
#include "vectors.S"
#ifdef KPTI
#include "kpti.S"
#endif

#define SPSR_EL0_MASKED 0x3c0           /* EL0, AArch64, with D, A, I and F masked */

/* Starts (with this label) and ends the page of user code: it shares no page with the kernel. */
.macro user_code label:req
    .text
    .balign PAGE_SIZE
\label:
.endm
.macro user_code_end
    .balign PAGE_SIZE
.endm

    .bss
    .balign PAGE_SIZE
user_data:
    .space  PAGE_SIZE

    .text
/*
 * Makes the process, with the page of user code at x0.  Call it once, MMU on; other vCPUs use the same
 * tables and see the process, too.
 */
user_init:
    stp     x29, x30, [sp, #-16]!
    bl      virt_to_phys
    ldr     x1, =USER_TEXT
    add     x1, x1, x0
    mov     x0, #USER_TEXT_VA
    bl      map_page
    address x0, user_data
    bl      virt_to_phys
    ldr     x1, =USER_DATA
    add     x1, x1, x0
    ldr     x0, =USER_DATA_VA
    bl      map_page
    set_handler VECTOR_EL0_SYNC, return_from_user
    ldp     x29, x30, [sp], #16
    ret

/*
 * Runs the user code at x0 (its address in the image) at EL0, with x1 to x4 as its x0 to x3 and its
 * stack at USER_STACK_TOP.  Returns at its next SVC: x0 to x3 are what it had in x0 to x3.
 *
 * Kernel stack while in user mode, from SP upwards: x19 to x30 of the caller.  An exception puts its
 * frame directly below them.
 */
call_user:
    stp     x19, x20, [sp, #-96]!
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    stp     x25, x26, [sp, #48]
    stp     x27, x28, [sp, #64]
    stp     x29, x30, [sp, #80]
    // A frame as an exception would have left it, zero at first: of the kernel's
    // registers, user mode sees only its four arguments.
    mov     x5, sp
    sub     sp, sp, #FRAME_SIZE
1:  stp     xzr, xzr, [x5, #-16]!
    cmp     sp, x5
    b.lo    1b
    stp     x1, x2, [sp]
    stp     x3, x4, [sp, #16]
    and     x0, x0, #(PAGE_SIZE - 1)
    mov     x1, #USER_TEXT_VA
    add     x0, x0, x1                  // where the process sees it
    mov     x1, #SPSR_EL0_MASKED
    stp     x0, x1, [sp, #FRAME_ELR]    // ELR and SPSR
    ldr     x0, =USER_STACK_TOP
    str     x0, [sp, #FRAME_SP_EL0]
    b       return_from_exception

/*
 * The handler for synchronous exceptions from EL0: x0 = SP = the frame.  For SVC, drops the frame and
 * returns from call_user; anything else is fatal.
 */
return_from_user:
    ldr     x1, [x0, #FRAME_ESR]
    lsr     x1, x1, #ESR_EC_SHIFT
    cmp     x1, #ESR_EC_SVC64
    mov     x1, #VECTOR_EL0_SYNC
    b.ne    dump_frame
    ldp     x0, x1, [sp]
    ldp     x2, x3, [sp, #16]
    add     sp, sp, #FRAME_SIZE
    ldp     x21, x22, [sp, #16]
    ldp     x23, x24, [sp, #32]
    ldp     x25, x26, [sp, #48]
    ldp     x27, x28, [sp, #64]
    ldp     x29, x30, [sp, #80]
    ldp     x19, x20, [sp], #96
    ret
    .ltorg

#endif
