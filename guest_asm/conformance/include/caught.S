/*
 * Exceptions that a case causes on purpose: it catches them, inspects them, and continues.  Part of conformance.h.
 *
 *     catch_exceptions                            once, MMU on
 *     expect_exception 1f                         where to continue after one; forgets the previous one
 *     hvc     #1
 *  1: caught  x0, esr                             its syndrome; caught x0, count: 0 if there was none
 */
    .bss
    .balign 8
caught_record:
    .space  48
    .equ    CAUGHT_count, 0
    .equ    CAUGHT_esr, 8
    .equ    CAUGHT_elr, 16
    .equ    CAUGHT_far, 24
    .equ    CAUGHT_spsr, 32
    .equ    CAUGHT_resume, 40

.macro catch_exceptions
    set_handler VECTOR_EL1_SYNC, record_exception
.endm

/* Spoils x0 and x1. */
.macro expect_exception resume:req
    address x0, caught_record
    adr     x1, \resume
    stp     xzr, xzr, [x0, #CAUGHT_count]
    stp     xzr, xzr, [x0, #CAUGHT_elr]
    stp     xzr, x1, [x0, #CAUGHT_spsr]
.endm

.macro caught reg:req, what:req
    address \reg, caught_record
    ldr     \reg, [\reg, #CAUGHT_\what]
.endm

    .text
/* The handler: x0 = the frame, which returns to the place where the case wants to continue. */
record_exception:
    address x1, caught_record
    ldr     x2, [x1, #CAUGHT_resume]
    cbz     x2, dump_unexpected         // not expected: a mistake in the case
    ldr     x3, [x1, #CAUGHT_count]
    add     x3, x3, #1
    ldr     x4, [x0, #FRAME_ESR]
    stp     x3, x4, [x1, #CAUGHT_count]
    ldr     x3, [x0, #FRAME_ELR]
    ldr     x4, [x0, #FRAME_FAR]
    stp     x3, x4, [x1, #CAUGHT_elr]
    ldr     x3, [x0, #FRAME_SPSR]
    str     x3, [x1, #CAUGHT_spsr]
    str     x2, [x0, #FRAME_ELR]
    b       return_from_exception
dump_unexpected:
    mov     x1, #VECTOR_EL1_SYNC
    b       dump_frame
