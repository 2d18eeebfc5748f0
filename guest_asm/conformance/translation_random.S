/*
 * Random tables: for each seed, TCR_EL1, SCTLR_EL1.WXN and a tree with every kind of entry at every level; then addresses
 * whose paths were made, and others, are translated by AT and accessed.  A seed's word says how often each kind of
 * outcome came, and the sum of all outcomes, bit by bit.
 *
 * MMU on; TTBR1_EL1 has the kernel, TTBR0_EL1 the tree.  Whoever runs this guest can compare more than the sums: at
 * `try_access` x0 to x2 say what is tried, and at `tried` the system registers say what became of it.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"
#include "include/test_tables.S"
        table_entries_end

#define SEEDS           96
#define PATHS           20
#define TABLES          24              /* pages that a tree's tables are taken from */
#define FAR_BIT         40              /* the first of the bits beyond the address size */
#define HOLE            (1 << 37)       /* nothing there in stage 2 */
#define SCTLR_WXN       (1 << 19)
#define TCR_EPD0        (1 << 7)
#define TCR_TBI0        (1 << 37)
#define MULTIPLIER      6364136223846793005     /* Knuth's, for modulus 2^64 */
#define INCREMENT       1442695040888963407
#define FNV_PRIME       0x100000001b3

/* x0 = 1 with a chance of 1 in `n`, a power of two. */
.macro one_in n:req
    bl      random
    tst     x0, #(\n - 1)
    cset    x0, eq
.endm

    .bss
    .balign PAGE_SIZE
tree:
    .space  TABLES * PAGE_SIZE
    .balign 8
random_state:
    .space  8
tables_used:
    .space  8
vas:
    .space  PATHS * 8
counts:                                 // by kind: none, address size or stage 2, translation, access flag, permission
    .space  5 * 8
sum:
    .space  8

    .section .rodata
name_random:
    .asciz  "ABT-018"
sizes:                                  // of T0SZ
    .byte   16, 16, 20, 24, 25, 25, 25, 28, 33, 34, 36, 39, 39, 12, 40, 63
address_sizes:                          // of IPS
    .byte   2, 2, 2, 2, 5, 1, 0, 7
    .balign 16
kind_names:                             // 16 bytes each
    .asciz  "none:"
    .balign 16
    .asciz  "size:"
    .balign 16
    .asciz  "translation:"
    .balign 16
    .asciz  "access_flag:"
    .balign 16
    .asciz  "permission:"
    .balign 16
words_sum:
    .asciz  "sum:0x"
    .balign 4
seed_names:                             // 4 bytes each
        .irp    tens, 0,1,2,3,4,5,6,7,8,9
        .irp    ones, 0,1,2,3,4,5,6,7,8,9
        .asciz  "s\tens\ones"
        .endr
        .endr

    .text
kernel_main:
    bl      boot_mmu
    bl      accesses_init
    bl      test_tables_init
    bl      use_test_tables
    ldr     x0, =name_random
    bl      words_of_rule
    mov     x19, #0
1:  bl      one_seed
    add     x19, x19, #1
    cmp     x19, #SEEDS
    b.ne    1b
    bl      end_words
    b       power_off
    .ltorg

/* x0 = 32 random bits.  Keeps all but x1 and x2. */
random:
    address x1, random_state
    ldr     x0, [x1]
    ldr     x2, =MULTIPLIER
    mul     x0, x0, x2
    ldr     x2, =INCREMENT
    add     x0, x0, x2
    str     x0, [x1]
    lsr     x0, x0, #32
    ret
    .ltorg

/* Seed x19. */
one_seed:
    stp     x29, x30, [sp, #-16]!
    address x0, random_state
    add     x1, x19, #1
    str     x1, [x0]
    bl      random                      // the first ones are alike
    bl      random
    address x0, seed_names
    address x1, image
    sub     x0, x0, x1
    add     x0, x0, x19, lsl #2
    bl      begin_word
    bl      choose_registers
    bl      grow_tree
    bl      use_tree
    bl      try_addresses
    bl      say_counts
    ldp     x29, x30, [sp], #16
    ret

/* x26 = TCR_EL1, x27 = how many bits of an address are translated, x28 = SCTLR_EL1. */
choose_registers:
    stp     x29, x30, [sp, #-16]!
    mrs     x26, tcr_el1
    ldr     x0, =(0x700000003f + (3 << 14) + TCR_EPD0 + TCR_TBI0)
    bic     x26, x26, x0
    bl      random
    and     x0, x0, #15
    address x1, sizes
    ldrb    w0, [x1, x0]
    orr     x26, x26, x0
    mov     x27, #64
    sub     x27, x27, x0
    bl      random
    ubfx    x1, x0, #3, #2              // TG0: 4 KiB, or what acts as 4 KiB
    cmp     x1, #1
    csel    x1, xzr, x1, eq
    orr     x26, x26, x1, lsl #14
    and     x0, x0, #7
    address x1, address_sizes
    ldrb    w0, [x1, x0]
    orr     x26, x26, x0, lsl #32
    one_in  16
    orr     x26, x26, x0, lsl #7
    one_in  2
    ldr     x1, =TCR_TBI0
    cmp     x0, #0
    csel    x1, x1, xzr, ne
    orr     x26, x26, x1
    mrs     x28, sctlr_el1
    one_in  4
    bfi     x28, x0, #19, #1            // WXN
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

grow_tree:
    stp     x19, x30, [sp, #-16]!
    address x0, tree
    add     x1, x0, #(TABLES * PAGE_SIZE / 4096), lsl #12
1:  stp     xzr, xzr, [x0], #16
    cmp     x0, x1
    b.ne    1b
    address x0, tables_used
    mov     x1, #1
    str     x1, [x0]
    mov     x19, #0
2:  bl      grow_path
    address x1, vas
    str     x0, [x1, x19, lsl #3]
    add     x19, x19, #1
    cmp     x19, #PATHS
    b.ne    2b
    ldp     x19, x30, [sp], #16
    ret

/* x0 = a random address: few different upper bits, so that paths share tables. */
random_address:
    stp     x20, x30, [sp, #-16]!
    bl      random
    mov     x20, x0
    bl      random
    orr     x0, x20, x0, lsl #32
    ldr     x1, =0x0080606030303ff8
    and     x20, x0, x1
    one_in  16
    mov     x1, #64
    sub     x1, x1, x27
    lsl     x2, x20, x1
    lsr     x2, x2, x1
    cmp     x0, #0
    csel    x20, x2, x20, eq            // within T0SZ, as a rule
    one_in  4
    cbz     x0, 1f
    bl      random
    bfi     x20, x0, #56, #8            // a tag
1:  mov     x0, x20
    ldp     x20, x30, [sp], #16
    ret
    .ltorg

/*
 * Makes a path, as far as it is not there; x0 = its address, whose lower bits are the target's where it ends in a block.
 * x20 = the address, x21 = the table, x22 = the level, x23 = the entry's shift, x24 = where the entry is.
 */
grow_path:
    stp     x19, x20, [sp, #-64]!
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    str     x30, [sp, #48]
    bl      random_address
    mov     x20, x0
    address x21, tree
    mov     x22, #0                     // 40 bits and more: level 0; 31 to 39: level 1; fewer: level 2
    cmp     x27, #40
    cinc    x22, x22, lo
    cmp     x27, #31
    cinc    x22, x22, lo
1:  mov     x23, #39
    mov     x0, #9
    msub    x23, x22, x0, x23
    lsr     x0, x20, x23
    and     x0, x0, #0x1ff
    add     x24, x21, x0, lsl #3
    ldr     x0, [x24]
    cbnz    x0, 2f
    bl      random_entry
    str     x0, [x24]
2:  and     x1, x0, #3
    cmp     x22, #3
    b.eq    4f
    cmp     x1, #DESC_BLOCK
    b.eq    4f
    cmp     x1, #DESC_TABLE
    b.ne    5f
    // On to the next table, if it is one of the tree's.
    ubfx    x21, x0, #12, #36
    virtual_offset x1, x2
    add     x21, x1, x21, lsl #12
    address x1, tree
    sub     x2, x21, x1
    ldr     x1, =(TABLES * PAGE_SIZE)
    cmp     x2, x1
    b.hs    5f
    add     x22, x22, #1
    b       1b
4:  address x0, target_phys             // a block or a page: the rest of the address is the target's
    ldr     x0, [x0]
    mov     x1, #-1
    lsl     x1, x1, x23
    and     x20, x20, x1
    bic     x0, x0, x1
    orr     x20, x20, x0
5:  mov     x0, x20
    ldr     x30, [sp, #48]
    ldp     x23, x24, [sp, #32]
    ldp     x21, x22, [sp, #16]
    ldp     x19, x20, [sp], #64
    ret
    .ltorg

/* x0 = an entry for level x22, of 1 << x23 bytes. */
random_entry:
    stp     x19, x30, [sp, #-16]!
    one_in  32
    cbz     x0, 1f
    bl      random                      // invalid, whatever else it says
    lsl     x0, x0, #1
    b       9f
1:  cmp     x22, #3
    b.eq    3f
    cbz     x22, 2f
    one_in  4
    cbnz    x0, 3f
2:  bl      random_table
    b       9f
3:  bl      random_leaf
9:  ldp     x19, x30, [sp], #16
    ret

/* x0 = an entry for a table: a new one, one beyond the address size, or in a hole; with limits, at times. */
random_table:
    stp     x19, x30, [sp, #-16]!
    bl      random_place
    mov     x19, x0
    cbnz    x19, 1f
    address x0, tables_used
    ldr     x1, [x0]
    cmp     x1, #TABLES
    b.eq    2f                          // none is left: invalid
    add     x2, x1, #1
    str     x2, [x0]
    address x0, tree
    add     x0, x0, x1, lsl #12
    bl      virt_to_phys
    mov     x19, x0
1:  orr     x19, x19, #DESC_TABLE
    one_in  4
    cbz     x0, 2f
    bl      random
    and     x0, x0, #15
    orr     x19, x19, x0, lsl #59       // PXN, UXN, no EL0, read-only
2:  mov     x0, x19
    ldp     x19, x30, [sp], #16
    ret

/* x0 = an address beyond the address size (1 in 16) or in a hole (1 in 16), or 0. */
random_place:
    stp     x19, x30, [sp, #-16]!
    bl      random
    ubfx    x1, x0, #4, #3
    and     x0, x0, #15
    add     x1, x1, #FAR_BIT
    mov     x2, #1
    lsl     x1, x2, x1
    cmp     x0, #1
    ldr     x2, =HOLE
    csel    x1, x2, x1, eq
    csel    x0, x1, xzr, ls
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* x0 = a block or a page: the target, or as above; all permissions and types; no access flag, at times. */
random_leaf:
    stp     x19, x20, [sp, #-32]!
    str     x30, [sp, #16]
    bl      random_place
    mov     x19, x0
    cbnz    x19, 1f
    address x0, target_phys
    ldr     x19, [x0]
    lsr     x19, x19, x23
    lsl     x19, x19, x23
1:  bl      random
    and     x1, x0, #0xc0               // AP
    orr     x19, x19, x1
    and     x1, x0, #0x800              // nG
    orr     x19, x19, x1
    ubfx    x1, x0, #16, #3             // contiguous, PXN, UXN
    orr     x19, x19, x1, lsl #52
    mov     x1, #DESC_NORMAL
    orr     x19, x19, x1
    mov     x2, #(5 << 2)               // non-cacheable
    tst     x0, #(1 << 20)
    csel    x2, x2, xzr, ne
    orr     x19, x19, x2
    mov     x2, #(1 << 10)
    tst     x0, #(7 << 21)
    csel    x2, x2, xzr, eq             // the access flag goes
    bic     x19, x19, x2
    mov     x1, #DESC_PAGE
    mov     x2, #DESC_BLOCK             // at level 3: reserved
    tst     x0, #(15 << 24)
    csel    x2, x2, x1, eq
    cmp     x22, #3
    mov     x1, #DESC_BLOCK
    csel    x1, x2, x1, eq
    orr     x0, x19, x1
    ldr     x30, [sp, #16]
    ldp     x19, x20, [sp], #32
    ret

/* x26, x28 and the tree become live. */
use_tree:
    str     x30, [sp, #-16]!
    dsb     ish
    address x0, tree
    bl      virt_to_phys
    msr     ttbr0_el1, x0
    msr     tcr_el1, x26
    msr     sctlr_el1, x28
    isb
    tlbi    vmalle1
    dsb     ish
    isb
    address x0, counts
    stp     xzr, xzr, [x0]
    stp     xzr, xzr, [x0, #16]
    stp     xzr, xzr, [x0, #32]         // and the sum
    ldr     x30, [sp], #16
    ret

.macro try_random name:req, spsr=SPSR_EL1_MASKED
    mov     x0, #\spsr
    mov     x1, x20
    ldr     x2, =place_\name
    bl      try_access
    bl      count_outcome
.endm

try_addresses:
    stp     x19, x20, [sp, #-32]!
    str     x30, [sp, #16]
    mov     x19, #0
1:  address x0, vas
    ldr     x20, [x0, x19, lsl #3]
    bl      try_address
    bl      random_address              // and one whose path nobody made
    ubfx    x20, x0, #0, #56
    and     x20, x20, #~0xfff
    try_random at_s1e1r
    try_random at_s1e0w
    add     x19, x19, #1
    cmp     x19, #PATHS
    b.ne    1b
    ldr     x30, [sp, #16]
    ldp     x19, x20, [sp], #32
    ret

/* x20 = the address. */
try_address:
    str     x30, [sp, #-16]!
    try_random at_s1e1r
    try_random at_s1e1w
    try_random at_s1e0r
    try_random at_s1e0w
    try_random ldr
    try_random str
    try_random ldtr
    try_random sttr
    try_random fetch
    try_random fetch, SPSR_EL0_MASKED
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Adds the outcome to the sum, and counts its kind: by PAR_EL1 if there was no exception. */
count_outcome:
    address x9, outcome
    ldp     x10, x11, [x9, #OUTCOME_esr]
    ldr     x12, [x9, #OUTCOME_par]
    address x9, sum
    ldr     x13, [x9]
    ldr     x14, =FNV_PRIME
    eor     x13, x13, x10
    mul     x13, x13, x14
    eor     x13, x13, x11
    mul     x13, x13, x14
    tst     x12, #1
    mov     x15, x12
    b.ne    1f
    address x15, target_phys            // an address is counted from the target's
    ldr     x15, [x15]
    sub     x15, x12, x15
    cmp     x12, #0
    csel    x15, x15, xzr, ne
1:  eor     x13, x13, x15
    mul     x13, x13, x14
    str     x13, [x9]
    ubfx    x0, x10, #2, #2             // the kind is above the level
    cbnz    x10, 2f
    ubfx    x0, x12, #3, #2
    tbnz    x12, #0, 2f
    mov     x0, #-1
2:  add     x0, x0, #1
    address x9, counts
    ldr     x10, [x9, x0, lsl #3]
    add     x10, x10, #1
    str     x10, [x9, x0, lsl #3]
    ret
    .ltorg

say_counts:
    stp     x19, x30, [sp, #-16]!
    mov     x19, #0
1:  address x0, counts
    ldr     x1, [x0, x19, lsl #3]
    cbz     x1, 2f
    bl      next_part
    address x0, counts
    ldr     x1, [x0, x19, lsl #3]
    address x0, kind_names
    add     x0, x0, x19, lsl #4
    bl      line_signed
2:  add     x19, x19, #1
    cmp     x19, #5
    b.ne    1b
    bl      next_part
    address x1, sum
    ldr     x1, [x1]
    address x0, words_sum
    bl      line_hex
    ldp     x19, x30, [sp], #16
    ret

#include "lib/end.S"
