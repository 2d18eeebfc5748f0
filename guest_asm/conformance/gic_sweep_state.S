/*
 * Stores of every width and at every alignment to the registers that keep something, and what they hold then: several
 * words of them, and every interrupt that is pending.  All that is a checksum for each range of offsets and width.
 */
#include "include/gic_sweep.S"

#define WORDS_BACK      4               /* so many words from the 8 bytes on that a store begins in */

.macro store_all id:req, windows:req
    sweep_rule "\id"
    address x24, \windows
    bl      store_in_windows
.endm

    .text
kernel_main:
    bl      sweep_init
    mov     x19, x25
    store_all "GIC-040", distributor_windows
    add     x19, x26, #GICR_PRIVATE
    store_all "GIC-041", private_windows
    mov     x0, #1
    add     x19, x19, x0, lsl #GICR_NEXT_SHIFT
    store_all "GIC-042", private_windows
    b       sweep_end

/* x19: the frame; x24: windows. */
store_in_windows:
    stp     x29, x30, [sp, #-16]!
1:  ldp     w22, w23, [x24], #8         // x22: the first offset; x23: behind the last
    cbz     w23, 4f
    mov     x17, #0                     // x17: the width, 1 << x17 bytes
2:  bl      say_window
    mov     x18, #0                     // x18: the checksum
    mov     x14, x22                    // x14: the offset
3:  bl      store_one
    add     x14, x14, #1
    cmp     x14, x23
    b.lo    3b
    sweep_say x18
    add     x17, x17, #1
    cmp     x17, #4
    b.ne    2b
    b       1b
4:  ldp     x29, x30, [sp], #16
    ret

say_window:
    stp     x29, x30, [sp, #-16]!
    cmp     x17, #1
    b.lo    1f
    b.eq    2f
    cmp     x17, #3
    b.lo    3f
    sweep_word "str_x_0x", x22
    b       4f
1:  sweep_word "strb_0x", x22
    b       4f
2:  sweep_word "strh_0x", x22
    b       4f
3:  sweep_word "str_w_0x", x22
4:  ldp     x29, x30, [sp], #16
    ret

/* Stores at x19 + x14 a value that depends on the offset, and adds what it left to the checksum. */
store_one:
    stp     x29, x30, [sp, #-16]!
    add     x1, x19, x14
    ldr     x2, =0x9e3779b97f4a7c15     // bits of every kind: the golden ratio's
    add     x0, x14, #1
    mul     x0, x0, x2
    eor     x0, x0, x0, lsr #29
    mov     x20, #0
    adr     x28, 1f
    adr     x2, stores
    add     x2, x2, x17, lsl #3
    br      x2
1:  mix     x20                         // ESR
    bl      look_back
    bl      take_all
    ldp     x29, x30, [sp], #16
    ret
stores:
    strb    w0, [x1]
    br      x28
    strh    w0, [x1]
    br      x28
    str     w0, [x1]
    br      x28
    str     x0, [x1]
    br      x28

look_back:
    and     x10, x14, #~7
    add     x10, x19, x10
    mov     x11, #WORDS_BACK
1:  adr     x28, 2f
    mov     w0, #0x77
    ldr     w0, [x10]
2:  mix     x0
    add     x10, x10, #4
    subs    x11, x11, #1
    b.ne    1b
    ret

/* Acknowledges and ends what is pending. */
take_all:
    mrs     x0, ICC_HPPIR1_EL1
    mix     x0
    mrs     x0, isr_el1
    mix     x0
1:  mrs     x0, ICC_IAR1_EL1
    mix     x0
    msr     ICC_EOIR1_EL1, x0
    isb
    cmp     x0, #FIRST_SPECIAL
    b.lo    1b
    ret
    .ltorg

/* Enable bits follow pending and priority bits, and so deliver what has become pending meanwhile. */
    .section .rodata
    .balign 8
distributor_windows:
    .word   0x000, 0x010, 0x080, 0x088, 0x1f8, 0x218, 0x278, 0x298, 0x2f8, 0x308, 0x378, 0x388
    .word   0x400, 0x448, 0x4f8, 0x508, 0x7f8, 0x800, 0xc00, 0xc20, 0xc38, 0xc48, 0xe00, 0xe08, 0xf00, 0xf38
    .word   0x100, 0x128, 0x180, 0x198, 0x200, 0x220, 0x280, 0x298, 0x100, 0x128
    .word   0x60f8, 0x6130, 0x67f0, 0x6810, 0x200, 0x220, 0x280, 0x298, 0, 0
private_windows:
    .word   0x000, 0x008, 0x078, 0x088, 0x0f8, 0x108, 0x178, 0x188, 0x1f8, 0x208, 0x278, 0x288, 0x2f8, 0x308
    .word   0x3f8, 0x428, 0xbf8, 0xc10, 0xcf8, 0xd08, 0xdf8, 0xe08, 0x0f8, 0x108, 0x1f8, 0x208, 0, 0
    .text
#include "lib/end.S"
