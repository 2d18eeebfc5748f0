/*
 * The structure to which a hypercall's argument points: put word by word at the start of a page of its own, and
 * inspected afterwards for what Xen wrote.  For cases; include it after conformance.h.
 *
 *     lay     DOMID_SELF, 0                       fills the page with FILL, except for these first words
 *     lay_register 8, x20                         and this one, from a register
 *     ask     HYPERVISOR_memory_op, XENMEM_maximum_gpfn           x0 = the result, with x1 = the page
 *     ask     HYPERVISOR_xen_version, XENVER_version, 0           x0 = the result, with x1 = 0
 *     written x20                                 how many bytes of the page Xen wrote, up to the last one
 *     after   x20, 8                              the word that is there now
 *
 * ARGUMENT_END is behind the last byte of the page in a second mapping of it, which map_argument_alone makes (MMU on):
 * behind that, nothing is mapped.  The macros spoil x0 to x5, and what a call spoils.
 */
#ifndef CONFORMANCE_ARGUMENT_S
#define CONFORMANCE_ARGUMENT_S

#define ARGUMENT_VA     WINDOW_VA
#define ARGUMENT_END    (ARGUMENT_VA + PAGE_SIZE)
#define UNMAPPED_VA     (WINDOW_VA + 0x40000)   /* nothing is ever mapped there */
#define NON_CANONICAL   0x1000000000000000

    page    argument
    page    argument_before

.macro lay words:vararg
    .pushsection .rodata
    .balign 8
.Lwords\@:
    .quad   \words
.Lwords_end\@:
    .popsection
    address x0, .Lwords\@
    address x1, .Lwords_end\@
    bl      lay_words
.endm
.macro lay_register offset:req, reg:req
    address x0, argument_before
    str     \reg, [x0, #\offset]
    address x0, argument
    str     \reg, [x0, #\offset]
.endm
/* The same with a number. */
.macro lay_at offset:req, value:req
    ldr     x1, =\value
    lay_register \offset, x1
.endm
.macro lay_address offset:req, symbol:req
    address x1, \symbol
    lay_register \offset, x1
.endm

.macro ask number:req, command:req, at=here
    .ifc \at, here
    address x1, argument
    .else
    ldr     x1, =\at
    .endif
    ldr     x0, =\command
    hypercall \number
.endm

/* Words from the start of the page, or from an offset in it. */
.macro written reg:req, from=0
    mov     x0, #\from
    bl      written_from
    mov     \reg, x0
.endm
.macro after reg:req, offset:req
    address \reg, argument
    ldr     \reg, [\reg, #\offset]
.endm

.macro map_argument_alone
    address x0, argument
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA
    add     x1, x1, x0
    ldr     x0, =ARGUMENT_VA
    bl      map_page
.endm

.macro text_length reg:req
    bl      argument_text_length
    mov     \reg, x0
.endm

    .text
/* x0 = how many bytes there are before the first NUL of the page. */
argument_text_length:
    address x1, argument
    mov     x0, #0
1:  ldrb    w2, [x1, x0]
    cbz     w2, 2f
    add     x0, x0, #1
    cmp     x0, #PAGE_SIZE
    b.lo    1b
2:  ret

/* The words from x0 up to x1, in both pages. */
lay_words:
    stp     x19, x30, [sp, #-32]!
    str     x20, [sp, #16]
    mov     x19, x0
    mov     x20, x1
    address x0, argument
    bl      fill_page
    address x0, argument_before
    bl      fill_page
    address x0, argument
    address x1, argument_before
1:  ldr     x2, [x19], #8
    str     x2, [x0], #8
    str     x2, [x1], #8
    cmp     x19, x20
    b.lo    1b
    ldr     x20, [sp, #16]
    ldp     x19, x30, [sp], #32
    ret

/* x0 = how many bytes there are from offset x0 to the last one that differs from what was laid; 0 if none does. */
written_from:
    address x1, argument
    address x2, argument_before
    mov     x3, #PAGE_SIZE
1:  cbz     x3, 2f
    sub     x3, x3, #8
    ldr     x4, [x1, x3]
    ldr     x5, [x2, x3]
    eor     x4, x4, x5
    cbz     x4, 1b
    clz     x4, x4                      // little-endian: the last byte is the highest
    lsr     x4, x4, #3
    add     x3, x3, #8
    sub     x3, x3, x4
    sub     x0, x3, x0
    ret
2:  mov     x0, #0
    ret

#endif
