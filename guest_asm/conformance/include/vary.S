/*
 * Values of a field of TCR_EL1 or of a TTBR, and bits of a table's entry, tried one after the other by one access; those
 * with the same outcome are folded.  Include it after test_tables.S, with these definitions before it:
 *
 *     VARY_ROOT, VARY_TCR_VALUE, VARY_ADDRESS     what a row does not say
 *     VARY_FIELDS                                 what a row says of TCR_EL1; the rest stays
 *
 * and with two functions: use_registers makes x22 (the TTBR) and x23 (TCR_EL1) live, leave_registers ends that.
 *
 *     vary "T0SZ", VARY_TCR, 0, 63                a row: from value 0 to value 63 of the field at `shift`
 *
 *     x0, x1 = the rows and their end
 *     bl      vary_rows
 */
#ifndef CONFORMANCE_VARY_S
#define CONFORMANCE_VARY_S

#define VARY_TCR        0
#define VARY_TTBR       1
.macro vary name:req, what:req, first:req, last:req, shift=0, root=VARY_ROOT, tcr=VARY_TCR_VALUE, va=VARY_ADDRESS, by=ldr, at=SPSR_EL1_MASKED, inside=0
    .pushsection .rodata
.Lvary\@:
    .asciz  "\name"
    .popsection
    .quad   .Lvary\@, \root, \tcr, \va, place_\by, \at, \what, \first, \last, \shift, \inside
.endm
#define VARY_SIZE       88
/* The same for bits of an entry: `what` is its place. */
.macro vary_entry name:req, table:req, index:req, first:req, last:req, va:req, by=ldr, at=SPSR_EL1_MASKED, inside=0
    vary "\name", \table+(\index)*8, \first, \last, 0, VARY_ROOT, VARY_TCR_VALUE, \va, \by, \at, \inside
.endm

    .section .rodata
    .balign 4
numbers:                                // names of 4 bytes each
        .irp    number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63
        .asciz  "\number"
        .balign 4
        .endr

    .text
/* The rows from x0 to x1: x19 = the row, x20 = the value or the bit, x21 = where the rows end. */
vary_rows:
    stp     x19, x20, [sp, #-32]!
    stp     x21, x30, [sp, #16]
    mov     x19, x0
    mov     x21, x1
1:  ldr     x0, [x19]
    bl      begin_word
    address x0, first_name
    str     xzr, [x0]
    ldr     x20, [x19, #56]
2:  bl      vary_one
    address x0, numbers
    address x1, image
    sub     x0, x0, x1
    add     x0, x0, x20, lsl #2
    bl      fold
    ldr     x0, [x19, #64]
    cmp     x20, x0
    add     x20, x20, #1
    b.ne    2b
    bl      end_fold
    add     x19, x19, #VARY_SIZE
    cmp     x19, x21
    b.ne    1b
    bl      end_words
    ldp     x21, x30, [sp, #16]
    ldp     x19, x20, [sp], #32
    ret

/* x22 = TTBR<n>_EL1, x23 = TCR_EL1, x24 = the entry that was changed, or 0, x25 = the entry as it was. */
vary_one:
    stp     x22, x30, [sp, #-48]!
    stp     x23, x24, [sp, #16]
    stp     x25, x26, [sp, #32]
    ldp     x0, x23, [x19, #8]
    address x1, image
    add     x0, x0, x1
    bl      virt_to_phys
    mov     x22, x0
    mrs     x0, tcr_el1
    ldr     x1, =VARY_FIELDS
    bic     x0, x0, x1
    orr     x23, x23, x0
    ldr     x0, [x19, #48]
    mov     x24, #0
    mov     x1, #1
    lsl     x1, x1, x20
    cbz     x0, 1f
    cmp     x0, #VARY_TTBR
    b.ne    2f
    eor     x22, x22, x1
    b       3f
1:  ldr     x0, [x19, #72]
    lsl     x0, x20, x0
    orr     x23, x23, x0
    b       3f
2:  address x2, image
    add     x24, x2, x0
    ldr     x25, [x24]
    eor     x0, x25, x1
    str     x0, [x24]
3:  ldr     x0, [x19, #24]
    ldr     x1, [x19, #80]
    bl      address_in_block
    mov     x26, x0
    bl      use_registers
    mov     x1, x26
    ldr     x0, [x19, #40]
    ldr     x2, [x19, #32]
    bl      try_access
    bl      leave_registers
    cbz     x24, 4f
    str     x25, [x24]
4:  ldp     x25, x26, [sp, #32]
    ldp     x23, x24, [sp, #16]
    ldp     x22, x30, [sp], #48
    ret
    .ltorg

#endif
