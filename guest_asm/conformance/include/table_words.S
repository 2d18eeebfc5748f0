/* How a table prints numbers: results in decimal, addresses from the place to which they belong.  Part of table.S. */

#define GICD_SIZE       0x10000
#define GICR_SIZE       0x80000
#define SPARE_SIZE      0x2000
#define MEMORY_SIZE     (1 << 30)       /* behind the image, what an address or a frame may be taken for */

    .text
/* x0 as a result: decimal, or counted from a place. */
add_result:
    stp     x0, x30, [sp, #-16]!
    bl      next_part
    ldr     x1, [sp]
    cmn     x1, #4095
    b.hs    1f
    lsr     x0, x1, #24
    cbnz    x0, 2f
1:  address x0, words_nothing
    bl      line_signed
    b       3f
2:  bl      say_place
3:  ldp     x0, x30, [sp], #16
    ret

/* x0 as a number: decimal only if it is negative and small. */
add_number:
    stp     x0, x30, [sp, #-16]!
    bl      next_part
    ldr     x1, [sp]
    bl      say_place
    ldp     x0, x30, [sp], #16
    ret

/* "name:" at x0 and the number x1. */
add_named:
    stp     x0, x30, [sp, #-32]!
    str     x1, [sp, #16]
    bl      next_part
    ldr     x0, [sp]
    bl      line_text
    ldr     x1, [sp, #16]
    bl      say_place
    ldp     x0, x30, [sp], #32
    ret

/* "x3:" for register x1, and the number x0. */
add_register:
    stp     x0, x30, [sp, #-32]!
    str     x1, [sp, #16]
    bl      next_part
    ldr     x1, [sp, #16]
    address x0, words_x
    bl      line_signed
    address x0, words_colon
    bl      line_text
    ldr     x1, [sp]
    bl      say_place
    ldp     x0, x30, [sp], #32
    ret

/* x1, counted from the place that contains it, or as it is. */
say_place:
    keep_registers
    mov     x9, x1
    ldr     x2, =0xeeeeeeeeeeeeeeee
    cmp     x9, x2
    b.eq    say_untouched
    cmn     x9, #4095
    b.hs    say_negative
    address x13, places
    ldr     x10, [x13, #(8 * AT_PAGE)]
    mov     x11, #SPARE_SIZE
    address x12, words_spare
    sub     x1, x9, x10
    cmp     x1, x11
    b.lo    say_offset
    ldr     x10, [x13, #(8 * AT_PAGE_FRAME)]
    lsr     x11, x11, #12
    address x12, words_spare_gfn
    sub     x1, x9, x10
    cmp     x1, x11
    b.lo    say_offset
    address x10, image
    mov     x11, #MEMORY_SIZE
    address x12, words_image
    sub     x1, x9, x10
    cmp     x1, x11
    b.lo    say_offset
    lsr     x10, x10, #12
    lsr     x11, x11, #12
    address x12, words_gfn
    sub     x1, x9, x10
    cmp     x1, x11
    b.lo    say_offset
    ldr     x10, [x13, #(8 * AT_GICD)]
    mov     x11, #GICD_SIZE
    address x12, words_gicd
    sub     x1, x9, x10
    cmp     x1, x11
    b.lo    say_offset
    ldr     x10, [x13, #(8 * AT_GICR)]
    mov     x11, #GICR_SIZE
    address x12, words_gicr
    sub     x1, x9, x10
    cmp     x1, x11
    b.lo    say_offset
    mov     x1, x9
    address x12, words_hex
    cmp     x9, #10
    b.hs    say_offset
say_negative:
    mov     x1, x9
    address x0, words_nothing
    bl      line_signed
    b       2f
say_untouched:
    address x0, words_untouched
    bl      line_text
    b       2f
say_offset:
    mov     x0, x12
    bl      line_hex
2:  give_registers_back
    ret
    .ltorg

    .section .rodata
words_colon:
    .asciz  ":"
words_x:
    .asciz  "x"
words_untouched:
    .asciz  "-"
words_hex:
    .asciz  "0x"
words_image:
    .asciz  "image+0x"
words_gfn:
    .asciz  "gfn+0x"
words_spare:
    .asciz  "spare+0x"
words_spare_gfn:
    .asciz  "spare_gfn+0x"
words_gicd:
    .asciz  "gicd+0x"
words_gicr:
    .asciz  "gicr+0x"
    .text
