/*
 * The end of a guest that did not see it coming: its registers on the console, and a crashed domain.
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

    .text
/* x0 = the frame, x1 = the number of the vector that was taken.  Does not return. */
dump_frame:
    mov     x19, x0
    mov     x20, x1
    address x0, dumping
    ldr     x1, [x0]
    cbnz    x1, 3f                      // an exception inside a dump: stop at once
    mov     x1, #1
    str     x1, [x0]

    print   "Unhandled exception: vector "
    print_unsigned x20
    dump_field "  ESR_EL1", FRAME_ESR
    dump_field "\n  ELR_EL1", FRAME_ELR
    dump_field "  FAR_EL1", FRAME_FAR
    dump_field "\n SPSR_EL1", FRAME_SPSR
    dump_field "   SP_EL0", FRAME_SP_EL0
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
    b.ne    4f
    print   "\n"
4:  cmp     x20, #31
    b.lo    1b
    print   "\n"
3:  mov     x0, #SHUTDOWN_crash
    b       shutdown

#endif
