/*
 * The end of a guest after an unexpected exception: its registers on the console, and a crashed domain.
 */
#ifndef GUEST_DUMP_S
#define GUEST_DUMP_S

#include "print.S"
#include "shutdown.S"
#include "vectors.S"

/* One named field of the frame at x19. */
.macro dump_field name:req, offset:req
    print   "\name "
    ldr     x0, [x19, #\offset]
    bl      put_hex
.endm

    .section .rodata
/* Words for a vector's number, 16 bytes each: its bits 1:0 and 3:2. */
    .balign 16
vector_kinds:
    .asciz  "synchronous"
    .balign 16
    .asciz  "IRQ"
    .balign 16
    .asciz  "FIQ"
    .balign 16
    .asciz  "SError"
    .balign 16
vector_origins:
    .asciz  "EL1 (SP_EL0)"
    .balign 16
    .asciz  "EL1"
    .balign 16
    .asciz  "EL0"
    .balign 16
    .asciz  "EL0 (AArch32)"

    .text
/* x0 = the frame, x1 = the number of the vector that was taken.  Does not return. */
dump_frame:
    mov     x19, x0
    mov     x20, x1
    address x0, dumping
    ldr     x1, [x0]
    cbnz    x1, crashed                 // an exception inside a dump: stop at once
    mov     x1, #1
    str     x1, [x0]

    print   "Unhandled exception: "
    address x0, vector_kinds
    and     x1, x20, #3
    add     x0, x0, x1, lsl #4
    bl      puts
    print   " from "
    address x0, vector_origins
    lsr     x1, x20, #2
    add     x0, x0, x1, lsl #4
    bl      puts
    dump_field "\n   ESR_EL1", FRAME_ESR
    dump_field "   ELR_EL1", FRAME_ELR
    dump_field "   FAR_EL1", FRAME_FAR
    dump_field "\n  SPSR_EL1", FRAME_SPSR
    dump_field "    SP_EL0", FRAME_SP_EL0
    print   "\n"

    mov     x20, #0                     // x20: register number
1:  print   "  x"
    print_unsigned x20
    cmp     x20, #10
    b.hs    2f
    print   " "                         // so that the columns line up
2:  print   " "
    ldr     x0, [x19, x20, lsl #3]
    bl      put_hex
    add     x20, x20, #1
    tst     x20, #3
    b.ne    3f
    print   "\n"
3:  cmp     x20, #31
    b.lo    1b
    print   "\n"
crashed:
    mov     x0, #SHUTDOWN_crash
    b       shutdown

#endif
