/*
 * Every kind of access, tried one after the other on one address, at EL1 or EL0.  Include it after conformance.h and
 * words.S.
 *
 *     bl      accesses_init                       once, with the MMU as it stays
 *     mov     x0, #SPSR_EL0_MASKED                who tries
 *     mov     x1, va
 *     bl      sweep                               " ldrb..ldr:ok,str:0x9600004f"
 *
 * An outcome is "ok", or the syndrome, and behind it what is not as it should be: FAR less the address, ELR less the
 * instruction, SPSR less what it was, and registers that changed although the access was not made.  Accesses that
 * follow each other and have the same outcome are folded.
 */
#ifndef CONFORMANCE_ACCESSES_S
#define CONFORMANCE_ACCESSES_S

#define SPSR_EL1_MASKED 0x3c5
#define STORED          0xd4000001d4000001      /* twice SVC #0, which the pages are full of, too */
#define AT_ADDRESS      0xffff                  /* instead of an instruction's place: fetch from the address */
#define ORDERED_SIZE    32                      /* the size of an ordered access is above its place in the table */
#define SKIP_MISALIGNED_ORDERED 1               /* for `ordered_accesses` */
#define ONLY_ORDERED    2
#define ESR_SVC         0x56000000

/* The routine at the address: x1 points to the datum, x2 to x7 and v0 to v3 have STORED. */
.macro access name:req, text:req
    .pushsection .rodata
.Laccess\@:
    .asciz  "\name"
    .popsection
    .pushsection .data
    .quad   .Laccess\@, .Lcode\@ - accesses
    .popsection
.Lcode\@:
    .equ    place_\name, .Lcode\@ - accesses
    \text
    svc     #0
.endm

/* Which of the ordered accesses are tried. */
.macro try_ordered which:req
    address x0, ordered_accesses
    mov     x1, #\which
    str     x1, [x0]
.endm

/* "/far+0x8" for the field of the fold at x20, unless it is 0. */
.macro say_unless_zero field:req
    ldr     x1, [x20, #OUTCOME_\field]
    cbz     x1, .Lzero\@
    address x0, words_\field
    bl      line_hex
.Lzero\@:
.endm

/* The same for a load-acquire or a store-release of `size` bytes, which must always be aligned. */
.macro ordered name:req, size:req, text:req
    .pushsection .rodata
.Lordered\@:
    .asciz  "\name"
    .popsection
    .pushsection .data
    .quad   .Lordered\@, .Lcode_ordered\@ - accesses + (\size << ORDERED_SIZE)
    .popsection
.Lcode_ordered\@:
    \text
    svc     #0
.endm

/* What one try left, each less what it should be.  The last two count after an access only with show_values. */
    .equ    OUTCOME_esr, 0
    .equ    OUTCOME_far, 8
    .equ    OUTCOME_elr, 16
    .equ    OUTCOME_spsr, 24
    .equ    OUTCOME_par, 32
    .equ    OUTCOME_base, 40
    .equ    OUTCOME_data, 48
    .equ    OUTCOME_SIZE, 56

    .bss
    .balign 8
outcome:
    .space  OUTCOME_SIZE
folded:                                 // the outcome of the accesses since first_name
    .space  OUTCOME_SIZE
first_name:                             // names, counted from the image; 0: none is open
    .space  8
last_name:
    .space  8
tried_sp:
    .space  8
ordered_accesses:                       // 0: all accesses are tried
    .space  8
show_values:                            // not 0: also say what a successful access left in x1 and in x2 to x4
    .space  8
target_phys:                            // the physical address of `target`
    .space  8
    .balign 65536                       // the largest granule
target:                                 // what the pages lead to
    .space  PAGE_SIZE

    .data
    .balign 8
access_table:
    user_code accesses
#include "access_list.S"
    user_code_end
    .data
access_table_end:

    .text
    .balign 2048
try_vectors:
    .space  0x200
    b       tried                       // synchronous, from EL1
    .balign 512
    b       tried                       // from EL0 in AArch64
    .balign 2048

accesses_init:
    str     x30, [sp, #-16]!
    address x0, target
    mrs     x1, sctlr_el1
    tbz     x1, #0, 1f
    bl      virt_to_phys
1:  address x1, target_phys
    str     x0, [x1]
    bl      fill_target
    address x0, try_vectors
    msr     vbar_el1, x0
    mov     x0, #(3 << 20)
    msr     cpacr_el1, x0               // FP and SIMD at EL0 and EL1
    isb
    ldr     x30, [sp], #16
    ret

fill_target:
    address x0, target
    add     x1, x0, #PAGE_SIZE
    ldr     x2, =STORED
1:  stp     x2, x2, [x0], #16
    cmp     x0, x1
    b.ne    1b
    dsb     ish
    ic      iallu
    dsb     ish
    isb
    ret

/*
 * x0 = SPSR, x1 = the address, x2 = the place of the instruction: tries it; leaves `outcome`.
 * No register that an access uses is needed after it, and its handler finds SP as it was.
 */
try_access:
    stp     x19, x20, [sp, #-64]!
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    str     x30, [sp, #48]
    mov     x19, x0
    mov     x20, x1
    address x21, accesses
    mrs     x4, sctlr_el1
    tbz     x4, #0, 1f
    tst     x0, #0xf
    ldr     x3, =USER_TEXT_VA
    csel    x21, x21, x3, ne            // where this exception level sees the instructions
1:
    add     x21, x21, x2
    mov     x3, #AT_ADDRESS
    cmp     x2, x3
    csel    x21, x20, x21, eq
    address x9, tried_sp
    mov     x10, sp
    str     x10, [x9]
    msr     elr_el1, x21
    msr     spsr_el1, x19
    msr     par_el1, xzr
    msr     far_el1, xzr
    ldr     x2, =STORED
    mov     x3, x2
    mov     x4, x2
    mov     x5, x2
    mov     x6, x2
    mov     x7, x2
    dup     v0.2d, x2
    dup     v1.2d, x2
    dup     v2.2d, x2
    dup     v3.2d, x2
    eret
tried:
    address x9, tried_sp
    ldr     x9, [x9]
    mov     sp, x9
    address x9, outcome
    mrs     x10, esr_el1
    mrs     x11, par_el1
    str     x11, [x9, #OUTCOME_par]
    stp     xzr, xzr, [x9, #OUTCOME_esr]
    stp     xzr, xzr, [x9, #OUTCOME_elr]
    stp     xzr, xzr, [x9, #OUTCOME_base]
    ldr     w11, =ESR_SVC
    cmp     w10, w11
    b.ne    3f
    address x10, show_values
    ldr     x10, [x10]
    cbz     x10, 1f
    b       4f
3:  mrs     x11, far_el1
    cbz     x11, 2f                     // not written: no abort
    sub     x11, x11, x20
2:  stp     x10, x11, [x9, #OUTCOME_esr]
    mrs     x10, elr_el1
    sub     x10, x10, x21
    mrs     x11, spsr_el1
    sub     x11, x11, x19
    stp     x10, x11, [x9, #OUTCOME_elr]
4:  sub     x1, x1, x20
    ldr     x10, =STORED
    eor     x2, x2, x10
    eor     x3, x3, x10
    eor     x4, x4, x10
    orr     x2, x2, x3
    orr     x2, x2, x4
    stp     x1, x2, [x9, #OUTCOME_base]
1:  ldr     x30, [sp, #48]
    ldp     x23, x24, [sp, #32]
    ldp     x21, x22, [sp, #16]
    ldp     x19, x20, [sp], #64
    ret
    .ltorg

/* x0 = SPSR, x1 = the address: all accesses of the table. */
sweep:
    stp     x19, x20, [sp, #-48]!
    stp     x21, x30, [sp, #16]
    str     x22, [sp, #32]
    mov     x19, x0
    mov     x20, x1
    address x21, access_table
    address x0, first_name
    str     xzr, [x0]
1:  address x0, access_table_end
    cmp     x21, x0
    b.hs    2f
    ldr     x22, [x21, #8]
    lsr     x0, x22, #ORDERED_SIZE
    mov     x1, x20
    bl      is_skipped
    cbnz    x0, 4f
    mov     w22, w22                    // its place alone
    mov     x0, #AT_ADDRESS
    cmp     x22, x0
    b.ne    3f
    bl      fill_target                 // unaligned stores and DC ZVA have changed what is fetched now
3:  mov     x0, x19
    mov     x1, x20
    mov     x2, x22
    bl      try_access
    ldr     x0, [x21]
    bl      fold
4:  add     x21, x21, #16
    b       1b
2:  bl      end_fold
    ldr     x22, [sp, #32]
    ldp     x21, x30, [sp, #16]
    ldp     x19, x20, [sp], #48
    ret

/* x0 = the size of an ordered access, or 0, x1 = its address: x0 = 1 if it is not to be tried. */
is_skipped:
    address x2, ordered_accesses
    ldr     x2, [x2]
    sub     x3, x0, #1
    and     x3, x3, x1
    cmp     x0, #0
    csel    x3, x3, xzr, ne             // what is too much for an alignment of an ordered access
    cset    x0, eq                      // not ordered
    cmp     x2, #ONLY_ORDERED
    b.eq    1f
    cmp     x3, #0
    ccmp    x2, #SKIP_MISALIGNED_ORDERED, #0, ne
    cset    x0, eq
1:  ret

/* x0 = a name: adds its outcome to the fold, and writes the fold before if that is another one. */
fold:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    address x9, first_name
    ldr     x10, [x9]
    cbz     x10, 2f
    address x9, outcome
    address x10, folded
    add     x11, x9, #OUTCOME_SIZE
1:  ldr     x12, [x9], #8
    ldr     x13, [x10], #8
    cmp     x12, x13
    b.ne    3f
    cmp     x9, x11
    b.ne    1b
    b       4f
3:  bl      end_fold
2:  address x9, first_name
    str     x19, [x9]
    address x9, outcome
    address x10, folded
    add     x11, x9, #OUTCOME_SIZE
5:  ldr     x12, [x9], #8
    str     x12, [x10], #8
    cmp     x9, x11
    b.ne    5b
4:  address x9, last_name
    str     x19, [x9]
    ldp     x19, x30, [sp], #16
    ret

/* Writes "first..last:outcome". */
end_fold:
    stp     x19, x30, [sp, #-32]!
    stp     x20, x21, [sp, #16]
    address x9, first_name
    ldr     x19, [x9]
    cbz     x19, 9f
    str     xzr, [x9]
    address x20, image
    add     x0, x20, x19
    bl      add_text
    address x9, last_name
    ldr     x9, [x9]
    cmp     x9, x19
    b.eq    1f
    add     x20, x20, x9
    address x0, words_range
    bl      line_text
    mov     x0, x20
    bl      line_text
1:  address x20, folded
    ldr     x1, [x20, #OUTCOME_esr]
    cbnz    x1, 2f
    ldr     x1, [x20, #OUTCOME_par]
    cbnz    x1, 3f
    address x0, words_ok
    bl      line_text
    b       4f
3:  bl      say_par
    b       9f
2:  address x0, words_esr
    bl      line_hex
    say_unless_zero far
    say_unless_zero elr
    say_unless_zero spsr
4:  say_unless_zero base
    say_unless_zero data
9:  ldp     x20, x21, [sp, #16]
    ldp     x19, x30, [sp], #32
    ret

/* x1 = PAR_EL1: as it is, but with the target's physical address as 0 and a "+". */
say_par:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x1
    tbnz    x1, #0, 1f
    address x2, target_phys
    ldr     x2, [x2]
    ubfx    x3, x1, #12, #36
    cmp     x3, x2, lsr #12
    b.ne    1f
    sub     x1, x1, x2
    address x0, words_par
    bl      line_hex
    address x0, words_plus
    bl      line_text
    b       2f
1:  mov     x1, x19
    address x0, words_par
    bl      line_hex
2:  ldp     x19, x30, [sp], #16
    ret

    .section .rodata
words_range:
    .asciz  ".."
words_ok:
    .asciz  ":ok"
words_esr:
    .asciz  ":0x"
words_par:
    .asciz  ":par=0x"
words_plus:
    .asciz  "+"
words_far:
    .asciz  "/far+0x"
words_elr:
    .asciz  "/elr+0x"
words_spsr:
    .asciz  "/spsr+0x"
words_base:
    .asciz  "/base+0x"
words_data:
    .asciz  "/data^0x"
    .text

#endif
