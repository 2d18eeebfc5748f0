/*
 * One access to each byte offset of a frame of the interrupt controller, of each width.  Part of the sweeps of loads
 * and of stores:
 *
 *     sweep_frame first_kind, last_kind           x19 = the frame, x24 = its windows: pairs of offsets, 0, 0
 *
 * A word of the answer is a run of blocks of 8 bytes with the same eight answers, named by kind and first offset:
 * "ldrb_0x8=10,1,0,0,0,0,0,0".  One number means that all eight are the same; "abort" is an external abort at the
 * address of the access.
 */
#ifndef CONFORMANCE_SWEEP_FRAME_S
#define CONFORMANCE_SWEEP_FRAME_S

#include "gic_sweep.S"

#define KIND_LOADS      0               /* four widths, 1 to 8 bytes ... */
#define KIND_STORES     4               /* ... and again */
#define KINDS           8
#define KIND_SIZE       8               /* of its code: an access, and a branch */
#define BLOCK           8
#define LOADED_BEFORE   0x5555          /* in the register of a load that does nothing */
#define ESR_EXTERNAL_ABORT 0x96000000   /* a data abort at the same EL, 32-bit instruction, status code 0 */
#define ANSWER_ABORT    -1              /* instead of the value */

    .bss
    .balign 8
answers:                                // of the present block: the value, and ESR or 0
    .space  16 * BLOCK
former_answers:
    .space  16 * BLOCK
stored:                                 // what stores store
    .space  8

    .text
/* x22: the first kind; x23: one behind the last.  x19 and x24 as above.  Spoils all but x19 to x26. */
sweep_frame:
    stp     x29, x30, [sp, #-32]!
    stp     x22, x24, [sp, #16]
1:  bl      sweep_kind
    add     x22, x22, #1
    cmp     x22, x23
    b.lo    1b
    ldp     x22, x24, [sp, #16]
    ldp     x29, x30, [sp], #32
    ret

/* One kind of access, x22, in all windows. */
sweep_kind:
    stp     x29, x30, [sp, #-32]!
    str     x24, [sp, #16]
1:  ldp     w14, w15, [x24], #8         // x14: the block's offset; x15: the window's end
    cbz     w15, 3f
    address x0, former_answers
    mov     x1, #-2                     // no answer: each window begins with a word
    str     x1, [x0]
2:  bl      try_block
    bl      say_block
    add     x14, x14, #BLOCK
    cmp     x14, x15
    b.lo    2b
    b       1b
3:  ldr     x24, [sp, #16]
    ldp     x29, x30, [sp], #32
    ret

/* The eight accesses at x19 + x14. */
try_block:
    mov     x10, #0
    address x11, answers
    address x12, access_code
    add     x12, x12, x22, lsl #3       // KIND_SIZE
    address x13, stored
    ldr     x13, [x13]
    mov     x9, #LOADED_BEFORE
    cmp     x22, #KIND_STORES
    csel    x13, x9, x13, lo
1:  add     x1, x19, x14
    add     x1, x1, x10
    mov     x20, #0
    mov     x0, x13
    adr     x28, 2f                     // here it goes on, with an exception or without
    br      x12
2:  cbz     x20, 3f
    mov     x0, #ANSWER_ABORT
    cmp     x21, x1                     // FAR
    csinv   x20, x20, xzr, eq
3:  cmp     x22, #KIND_STORES
    ccmp    x20, #0, #0, hs
    csel    x0, xzr, x0, eq             // a store that was taken
    stp     x0, x20, [x11], #16
    add     x10, x10, #1
    cmp     x10, #BLOCK
    b.ne    1b
    ret

access_code:
    ldrb    w0, [x1]
    br      x28
    ldrh    w0, [x1]
    br      x28
    ldr     w0, [x1]
    br      x28
    ldr     x0, [x1]
    br      x28
    strb    w0, [x1]
    br      x28
    strh    w0, [x1]
    br      x28
    str     w0, [x1]
    br      x28
    str     x0, [x1]
    br      x28

/* A word, if the block's answers are others than the former block's. */
say_block:
    stp     x29, x30, [sp, #-16]!
    address x10, answers
    address x11, former_answers
    mov     x12, #(2 * BLOCK)
1:  ldr     x0, [x10], #8
    ldr     x1, [x11]
    cmp     x0, x1
    b.ne    2f
    add     x11, x11, #8
    subs    x12, x12, #1
    b.ne    1b
    b       5f
2:  address x0, kind_names
    add     x0, x0, x22, lsl #4
    mov     x1, x14
    bl      begin_numbered_word
    address x10, answers
    address x11, former_answers
    mov     x12, #BLOCK
    ldp     x2, x3, [x10]
    mov     x4, #1                      // all the same
3:  ldp     x0, x1, [x10], #16
    stp     x0, x1, [x11], #16
    cmp     x0, x2
    ccmp    x1, x3, #0, eq
    csel    x4, x4, xzr, eq
    subs    x12, x12, #1
    b.ne    3b
    address x10, answers
    mov     x12, #BLOCK
    cmp     x4, #0
    csinc   x12, x12, xzr, eq
4:  bl      say_answer
    add     x10, x10, #16
    subs    x12, x12, #1
    b.ne    4b
5:  ldp     x29, x30, [sp], #16
    ret

/* The answer at x10. */
say_answer:
    ldp     x0, x1, [x10]
    cbz     x1, add_hex
    mov     x2, #ESR_EXTERNAL_ABORT
    cmp     x1, x2
    mov     x0, x1
    b.ne    add_hex
    address x0, words_abort
    keep_registers
    bl      add_text
    give_registers_back
    ret

    .section .rodata
    .balign 16
kind_names:                             // 16 bytes each
    .asciz  "ldrb_0x"
    .balign 16
    .asciz  "ldrh_0x"
    .balign 16
    .asciz  "ldr_w_0x"
    .balign 16
    .asciz  "ldr_x_0x"
    .balign 16
    .asciz  "strb_0x"
    .balign 16
    .asciz  "strh_0x"
    .balign 16
    .asciz  "str_w_0x"
    .balign 16
    .asciz  "str_x_0x"
words_abort:
    .asciz  "abort"

/* Windows: around each register's ends, and what lies between the arrays. */
    .balign 8
distributor_windows:
    .word   0x000, 0x110, 0x178, 0x190, 0x1f8, 0x208, 0x278, 0x290, 0x2f8, 0x308, 0x378, 0x388, 0x3f8, 0x408
    .word   0x4f8, 0x508, 0x7f0, 0x808, 0xbf8, 0xc08, 0xc38, 0xc48, 0xcf8, 0xd08, 0xd78, 0xd88, 0xdf8, 0xe08
    .word   0xef8, 0xf38, 0xff8, 0x1008, 0x5ff8, 0x6008, 0x60f8, 0x6108, 0x67f8, 0x6808, 0x7fd8, 0x7fe8
    .word   0xbff8, 0xc008, 0xffc8, 0x10000, 0, 0
control_windows:
    .word   0x000, 0x128, 0x178, 0x188, 0xff8, 0x1008, 0xbff8, 0xc008, 0xffc8, 0x10000, 0, 0
private_windows:
    .word   0x000, 0x008, 0x078, 0x090, 0x0f8, 0x110, 0x178, 0x190, 0x1f8, 0x210, 0x278, 0x290, 0x2f8, 0x310
    .word   0x378, 0x390, 0x3f8, 0x428, 0xbf8, 0xc10, 0xcf8, 0xd08, 0xdf8, 0xe10, 0xff8, 0x1008
    .word   0xbff8, 0xc008, 0xffc8, 0x10000, 0, 0
last_windows:                           // what lies behind the last redistributor is a short story
    .word   0x000, 0x010, 0xfff8, 0x10008, 0x1fff8, 0x20000, 0, 0
    .text

#endif
