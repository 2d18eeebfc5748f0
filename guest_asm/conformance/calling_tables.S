/*
 * A hypercall's pointer under all kinds of tables: which of them Xen walks, and how.
 *
 * No descriptor below has its access flag set, so the CPU's own walk fails, and Xen walks in software, by rules of
 * its own.  For each call the MMU is on for a moment: the lower half is 1 GiB of RAM as it is, with the code in it, and
 * the pointer is in the upper half, whose tables are one TABLE of 64 KiB.  It is its own next table:
 *
 *     entry n     if n is a multiple of 8, TABLE again, but for those in `specials`
 *     entry n     otherwise the page n modulo 8 of eight, PAGE(1) to PAGE(7), each 64 KiB from the next
 *
 * So it is a table at every level and for every granule.  A step of a sweep is a digit of the answer, the first in bits
 * 3 to 0: the page that XENVER_get_features wrote to, f for one that it could only read, 0 for none.
 */
#include "include/table.S"

#define SPACE_PAGE      (ZONE+0x100)    /* from here on: 64 KiB of identity table, TABLE, and the pages */
#define TABLE_OFFSET    0x10000
#define PAGE_OFFSET(n)  (TABLE_OFFSET+0x10000*(n))
#define TABLE           (3)             /* DESC_TABLE, and a page */
#define BLOCK           (1)
#define READONLY        (1<<7)
#define TABLE_READONLY  (1<<62)
#define OFFSET          0x10            /* of the structure in its page */
#define IDENTITY        0x705           /* a block of normal memory that may be accessed */

/* TCR_EL1: the lower half has 39 bits and 4 KiB pages. */
#define TCR(t1sz, tg1, ips) ((ips)<<32)+((tg1)<<30)+((t1sz)<<16)+25
#define T1SZ            (1<<16)
#define TG1_16K         1
#define TG1_4K          2
#define TG1_64K         3
#define IPS             (1<<32)
#define EPD1            (1<<23)
#define TBI0            (1<<37)
#define TBI1            (1<<38)
#define UPPER           (1<<63)
#define VA(l0, l1, l2, l3) UPPER+((l0)<<39)+((l1)<<30)+((l2)<<21)+((l3)<<12)+OFFSET
#define VA_16K(l0, l1, l2, l3) UPPER+((l0)<<47)+((l1)<<36)+((l2)<<25)+((l3)<<14)+OFFSET
#define VA_64K(l1, l2, l3) UPPER+((l1)<<42)+((l2)<<29)+((l3)<<16)+OFFSET

/* Entries of `specials`: by their numbers, all multiples of 8. */
#define READONLY_BELOW  8
#define A_BLOCK         16
#define NOTHING         24
#define BEYOND_RAM      32
#define SMALL_PAGE      40
#define READONLY_BLOCK  48
#define BIT_36          56
#define BIT_44          64
#define BIT_47          72

/* `count` steps from `va` and `tcr` on, `more` added to TCR_EL1 and `further` to the address at each. */
.macro sweep name:req, va:req, tcr:req, more=0, count=1, further=0
    run "\name", sweep_calls, \va, \tcr, \more, \count, \further, shows=(((\count)+15)/16)
.endm

        table_rule "CAL-301"
        run "lay_tables", lay_tables, PAGE_AT(SPACE_PAGE)
        sweep "4K_pages", VA(0, 0, 0, 3), TCR(0, TG1_4K, 2), T1SZ, 64
        sweep "16K_pages", VA_16K(0, 0, 0, 3), TCR(0, TG1_16K, 2), T1SZ, 64
        sweep "64K_pages", VA_64K(0, 0, 3), TCR(0, TG1_64K, 2), T1SZ, 64
        sweep "reserved_granule", VA(0, 0, 0, 3), TCR(0, 0, 2), T1SZ, 64
        sweep "index_beyond_the_size", VA(0x40, 0x48, 0x50, 3), TCR(0, TG1_4K, 2), T1SZ, 64
        sweep "64K_index_beyond_the_size", VA_64K(0x200, 0x58, 3), TCR(0, TG1_64K, 2), T1SZ, 64

        table_rule "CAL-302"
        sweep "4K_output_sizes", VA(0, 0, 0, 1), TCR(16, TG1_4K, 0), IPS, 8
        sweep "bit_36", VA(0, 0, BIT_36, 1), TCR(16, TG1_4K, 0), IPS, 8
        sweep "bit_44", VA(0, 0, BIT_44, 1), TCR(16, TG1_4K, 0), IPS, 8
        sweep "bit_47", VA(0, 0, BIT_47, 1), TCR(16, TG1_4K, 0), IPS, 8
        sweep "64K_output_sizes", VA_64K(0, 0, 1), TCR(22, TG1_64K, 0), IPS, 8
        sweep "disabled", VA(0, 0, 0, 1), TCR(16, TG1_4K, 2)+EPD1
        sweep "64K_table_at_a_small_page", VA_64K(0, SMALL_PAGE, 1), TCR(22, TG1_64K, 2)
        sweep "4K_table_at_a_small_page", VA(0, 0, SMALL_PAGE, 1), TCR(16, TG1_4K, 2)

        table_rule "CAL-303"
        sweep "4K_each_leaf", VA(0, 0, 0, 1), TCR(16, TG1_4K, 2), 0, 7, 0x1000
        sweep "16K_each_leaf", VA_16K(0, 0, 0, 1), TCR(17, TG1_16K, 2), 0, 7, 0x4000
        sweep "64K_each_leaf", VA_64K(0, 0, 1), TCR(22, TG1_64K, 2), 0, 7, 0x10000
        sweep "4K_blocks", VA(A_BLOCK, 0, 0, 0), TCR(16, TG1_4K, 2)
        sweep "level_1_block", VA(0, A_BLOCK, 0, 0), TCR(16, TG1_4K, 2)
        sweep "level_2_block", VA(0, 0, A_BLOCK, 0), TCR(16, TG1_4K, 2)
        sweep "level_3_block", VA(0, 0, 0, A_BLOCK), TCR(16, TG1_4K, 2)
        sweep "16K_level_1_block", VA_16K(0, A_BLOCK, 0, 0), TCR(17, TG1_16K, 2)
        sweep "16K_level_2_block", VA_16K(0, 0, A_BLOCK, 0), TCR(17, TG1_16K, 2)
        sweep "64K_level_1_block", VA_64K(A_BLOCK, 0, 0), TCR(16, TG1_64K, 2)
        sweep "64K_level_2_block", VA_64K(0, A_BLOCK, 0), TCR(22, TG1_64K, 2)
        sweep "read_only_block", VA(0, 0, READONLY_BLOCK, 0), TCR(16, TG1_4K, 2)
        sweep "read_only_below_level_0", VA(READONLY_BELOW, 0, 0, 2), TCR(16, TG1_4K, 2)
        sweep "read_only_below_level_1", VA(0, READONLY_BELOW, 0, 2), TCR(16, TG1_4K, 2)
        sweep "read_only_below_level_2", VA(0, 0, READONLY_BELOW, 2), TCR(16, TG1_4K, 2)
        sweep "block_below_read_only", VA(0, READONLY_BELOW, A_BLOCK, 0), TCR(16, TG1_4K, 2)
        sweep "invalid", VA(0, 0, NOTHING, 1), TCR(16, TG1_4K, 2)
        sweep "invalid_page", VA(0, 0, 0, NOTHING), TCR(16, TG1_4K, 2)
        sweep "table_that_is_no_RAM", VA(0, 0, BEYOND_RAM, 1), TCR(16, TG1_4K, 2)
        sweep "page_that_is_no_RAM", VA(0, 0, 0, BEYOND_RAM), TCR(16, TG1_4K, 2)

        table_rule "CAL-304"
        sweep "top_bytes", VA(0, 0, 0, 1), TCR(16, TG1_4K, 2), 0, 16, (0x08<<56)
        sweep "tagged_top_bytes", VA(0, 0, 0, 1), TCR(16, TG1_4K, 2)+TBI1, 0, 16, (0x08<<56)
        sweep "tagged_lower_ones", VA(0, 0, 0, 1), TCR(16, TG1_4K, 2)+TBI0, 0, 16, (0x08<<56)
        sweep "bit_55", VA(0, 0, 0, 1)+(1<<55), TCR(16, TG1_4K, 2), 0, 16, (0x08<<56)
        sweep "tagged_bit_55", VA(0, 0, 0, 1)+(1<<55), TCR(16, TG1_4K, 2)+TBI1, 0, 16, (0x08<<56)
        sweep "bit_55_and_a_lower_tag", VA(0, 0, 0, 1)+(1<<55), TCR(16, TG1_4K, 2)+TBI0, 0, 16, (0x08<<56)
        sweep "bits_below", VA(0, 0, 0, 1), TCR(16, TG1_4K, 2), 0, 16, (1<<49)
        sweep "all_4K_bits_below_the_size", VA(0, 0, 0, 1), TCR(25, TG1_4K, 2), 0, 16, (1<<42)

        table_end

        .text
/* x0: 64 KiB for the identity table, TABLE behind it, and the pages. */
lay_tables:
        movz    x9, #(IDENTITY & 0xffff)
        movk    x9, #0x4000, lsl #16
        str     x9, [x0, #8]                    // 1 GiB from 1 GiB on, where both kinds of domain have their RAM
        add     x9, x0, #TABLE_OFFSET
        mov     x10, #0
1:      and     x11, x10, #7
        add     x11, x9, x11, lsl #16
        add     x11, x11, #TABLE
        str     x11, [x9, x10, lsl #3]
        add     x10, x10, #1
        cmp     x10, #0x2000
        b.ne    1b
        address x10, specials
        address x13, specials_end
2:      ldp     x11, x12, [x10], #16            // the entry, and what is added to the address of TABLE
        cbz     x12, 3f
        ldr     x14, =NOWHERE+TABLE
        cmp     x12, x14
        b.eq    3f
        add     x12, x12, x9
3:      str     x12, [x9, x11, lsl #3]
        cmp     x10, x13
        b.ne    2b
        ldr     x11, [x9, #(7 * 8)]
        orr     x11, x11, #READONLY
        str     x11, [x9, #(7 * 8)]
        ret
        .ltorg

        .section .rodata
        .balign 8
specials:
        .quad   READONLY_BELOW, TABLE+TABLE_READONLY
        .quad   A_BLOCK, 0x50000+BLOCK
        .quad   NOTHING, 0
        .quad   BEYOND_RAM, NOWHERE+TABLE
        .quad   SMALL_PAGE, 0x1000+TABLE
        .quad   READONLY_BLOCK, 0x60000+BLOCK+READONLY
        .quad   BIT_36, (1<<36)+TABLE
        .quad   BIT_44, (1<<44)+TABLE
        .quad   BIT_47, (1<<47)+TABLE
specials_end:

        .text
/* x0: address, x1: TCR_EL1, x2: its step, x3: how many, x4: the address's step.  All are kept; digits in the buffer. */
sweep_calls:
        stp     x29, x30, [sp, #-80]!
        stp     x0, x1, [sp, #16]
        stp     x2, x3, [sp, #32]
        stp     x4, x19, [sp, #48]
        stp     x23, x24, [sp, #64]
        mov     x9, x0
        mov     x10, x1
        ldr     x11, =(SPACE_PAGE*4096)
        address x12, image
        add     x11, x11, x12
        mov     x19, #0
1:      cmp     x19, x3
        b.eq    2f
        bl      digit_of_call
        lsr     x12, x19, #4
        address x13, buffer
        add     x13, x13, x12, lsl #3
        ands    x12, x19, #15
        csel    x14, xzr, x14, eq               // the digits of this word so far
        lsl     x12, x12, #2
        lsl     x15, x0, x12
        orr     x14, x14, x15
        str     x14, [x13]
        ldp     x2, x3, [sp, #32]
        ldr     x4, [sp, #48]
        add     x10, x10, x2
        add     x9, x9, x4
        add     x19, x19, #1
        b       1b
2:      ldp     x0, x1, [sp, #16]
        ldp     x4, x19, [sp, #48]
        ldp     x23, x24, [sp, #64]
        ldp     x29, x30, [sp], #80
        mov     x0, #0
        ret

/* x9: address, x10: TCR_EL1, x11: the space; x0 = the digit.  Keeps x9 to x11 and x14. */
digit_of_call:
        mov     x17, x30
        mov     x12, #0
        bl      set_submaps
        bl      call_by_tables
        mov     x0, #7                          // which page has features now?
        add     x12, x11, #TABLE_OFFSET
        add     x12, x12, #(OFFSET+4)
1:      add     x13, x12, x0, lsl #16
        ldr     w15, [x13]
        cbnz    w15, 2f
        subs    x0, x0, #1
        b.ne    1b
        mov     x12, #9                         // none: can it be read?  There is no submap 9
        bl      set_submaps
        bl      call_by_tables
        cmn     x0, #EINVAL
        mov     x0, #15
        csel    x0, x0, xzr, eq
2:      ret     x17

/* struct xen_feature_info in every page: submap x12, no features.  Spoils x13 and x15. */
set_submaps:
        add     x13, x11, #TABLE_OFFSET
        add     x13, x13, #OFFSET
        mov     x15, #7
1:      add     x13, x13, #0x10000
        str     x12, [x13]
        subs    x15, x15, #1
        b.ne    1b
        ret

/* x0 = what the call says.  The MMU is on from one barrier to the other; nothing but code is accessed between them. */
call_by_tables:
        msr     ttbr0_el1, x11
        add     x12, x11, #TABLE_OFFSET
        msr     ttbr1_el1, x12
        msr     tcr_el1, x10
        mov     x12, #0xff
        msr     mair_el1, x12
        dsb     ish
        tlbi    vmalle1
        dsb     nsh
        isb
        mrs     x13, sctlr_el1
        orr     x12, x13, #1
        msr     sctlr_el1, x12
        isb
        mov     x0, #XENVER_get_features
        mov     x1, x9
        hypercall HYPERVISOR_xen_version
        msr     sctlr_el1, x13
        isb
        ret
#include "lib/end.S"
