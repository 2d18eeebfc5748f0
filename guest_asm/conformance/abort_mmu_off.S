/*
 * Every kind of access with the MMU off, to addresses of each size, at EL1 and at EL0.
 *
 * MMU off from entry on: every address is an intermediate physical one.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"

.macro place name:req, address:req, target=0
    .pushsection .rodata
.Lplace\@:
    .asciz  "\name"
    .popsection
    .quad   .Lplace\@, \address, \target
.endm

/* All are aligned: with the MMU off, data is Device memory, whose alignment QEMU 7.2 does not check (B2.5.2). */
    .data
    .balign 8
places:                                 // an address, and the factor of the target's
        place "target", 0, 1
        place "target_by_8", 8, 1
        .irp    bit, 36, 37, 38, 40, 41, 43, 44, 47, 48, 52, 54, 55, 56, 59, 60, 62, 63
        place "bit_\bit", (1<<\bit)
        .endr
        place "all_ones", -16
        place "target_tag", (0x5a<<56), 1
        place "target_bit_55", (1<<55), 1
        place "target_upper", (-1<<48), 1
    .quad   0

    .section .rodata
name_el1:
    .asciz  "ABT-012"
name_el0:
    .asciz  "ABT-013"
name_tagged:
    .asciz  "ABT-014"

.macro sweep_places name:req, spsr:req
    ldr     x0, =\name
    bl      words_of_rule
    mov     x0, #\spsr
    bl      all_places
.endm

    .text
kernel_main:
    bl      accesses_init
    sweep_places name_el1, SPSR_EL1_MASKED
    sweep_places name_el0, SPSR_EL0_MASKED
    mov     x0, #(3 << 37)              // TCR_EL1.TBI0 and TBI1
    msr     tcr_el1, x0
    isb
    sweep_places name_tagged, SPSR_EL1_MASKED
    b       power_off
    .ltorg

/* x0 = SPSR. */
all_places:
    stp     x19, x20, [sp, #-32]!
    str     x30, [sp, #16]
    mov     x20, x0
    address x19, places
1:  ldr     x0, [x19]
    cbz     x0, 2f
    bl      begin_word
    address x0, target_phys
    ldr     x0, [x0]
    ldp     x1, x2, [x19, #8]
    madd    x1, x0, x2, x1
    mov     x0, x20
    bl      sweep
    add     x19, x19, #24
    b       1b
2:  bl      end_words
    ldr     x30, [sp, #16]
    ldp     x19, x20, [sp], #32
    ret

#include "lib/end.S"
