/*
 * The upper half of the address space, as TCR_EL1 describes it: T1SZ, TG1, EPD1 and TBI1, and TTBR1_EL1.
 *
 * The MMU is turned on here: TTBR0_EL1 maps the gigabyte of the image to itself, and TTBR1_EL1 has the tables of this case
 * for as long as an access is tried.  At other times it has the kernel's directory, whose virtual address is then its
 * physical one: that is how virt_to_phys knows that addresses are the same.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"
#include "include/test_tables.S"

#define PAGE(attributes) (DESC_PAGE+DESC_NORMAL+DESC_USER+(attributes))
#define SIXTY_FOUR_K    65536
#define T1SZ(size)      ((size)<<16)
#define TG1(value)      ((value)<<30)
#define TG1_4K          TG1(2)
#define TG1_64K         TG1(3)
#define EPD1            (1<<23)
#define IPS_40          (2<<32)
#define LAST_PAGE       511             /* of each table the last entry leads on */
#define AT_END          (-4*4096)       /* entry 508 of the last table */
#define AT_END_64K      (-4*SIXTY_FOUR_K)

        table_entry "-", test_level0, LAST_PAGE, 0, NO_ADDRESS, 0
        table_entry "-", test_level3, 508, PAGE(0), OF_TARGET, 0
        table_entries_end

    .bss
    .balign PAGE_SIZE
identity_level1: .space PAGE_SIZE
    .balign SIXTY_FOUR_K
large_level2:   .space 2 * PAGE_SIZE    // of 64 KiB tables: with T1SZ = 25 it has 1024 entries
    .balign SIXTY_FOUR_K
large_level3:   .space SIXTY_FOUR_K

#define VARY_ROOT       test_level0
#define VARY_TCR_VALUE  T1SZ(16)+TG1_4K
#define VARY_ADDRESS    AT_END
#define VARY_FIELDS     (0x3fbf0000+(3<<30)+(1<<38))    /* all of the upper half: of the lower one, T0SZ stays */
#include "include/vary.S"

    .section .rodata
name_upper:
    .asciz  "ABT-021"

    .data
    .balign 8
rows:
        .irp    by, ldr, at_s1e1r
        vary "T1SZ_level0_\by", VARY_TCR, 0, 63, 16, tcr=TG1_4K, by=\by
        vary "T1SZ_level1_\by", VARY_TCR, 0, 63, 16, tcr=TG1_4K, root=test_level1, by=\by
        vary "T1SZ_level2_\by", VARY_TCR, 0, 63, 16, tcr=TG1_4K, root=test_level2, by=\by
        vary "TG1_4K_tables_\by", VARY_TCR, 0, 3, 30, tcr=T1SZ(16), by=\by
        vary "TG1_4K_tables_39_\by", VARY_TCR, 0, 3, 30, root=test_level1, tcr=T1SZ(25), by=\by
        vary "TG1_64K_tables_\by", VARY_TCR, 0, 3, 30, root=large_level2, tcr=T1SZ(25), va=AT_END_64K, by=\by
        vary "T1SZ_64K_\by", VARY_TCR, 0, 63, 16, root=large_level2, tcr=TG1_64K, va=AT_END_64K, by=\by
        vary "EPD1_\by", VARY_TCR, 0, 1, 23, by=\by
        vary "TBI1_\by", VARY_TCR, 0, 1, 38, by=\by
        vary "TBI1_tag_\by", VARY_TCR, 0, 1, 38, va=AT_END-(0x5a<<56), by=\by
        vary "TBI1_bit_55_\by", VARY_TCR, 0, 1, 38, va=AT_END-(1<<55), by=\by
        vary "TBI1_bit_54_\by", VARY_TCR, 0, 1, 38, va=AT_END-(1<<54), by=\by
        vary "out_of_range_\by", VARY_TCR, 16, 39, 16, tcr=TG1_4K, va=(-1<<47), by=\by
        vary "TTBR_low_\by", VARY_TTBR, 0, 11, by=\by
        vary "TTBR_40_to_63_\by", VARY_TTBR, 40, 63, by=\by
        .endr
rows_end:

    .text
kernel_main:
    address x0, swapper_pg_dir
    msr     ttbr1_el1, x0
    bl      accesses_init
    bl      test_tables_init
    bl      make_upper_tables
    bl      turn_mmu_on
    ldr     x0, =name_upper
    bl      words_of_rule
    address x0, rows
    address x1, rows_end
    bl      vary_rows
    b       power_off
    .ltorg

make_upper_tables:
    str     x30, [sp, #-16]!
    link_test_table test_level0, LAST_PAGE, test_level1
    link_test_table test_level1, LAST_PAGE, test_level2
    link_test_table test_level2, LAST_PAGE, test_level3
    link_test_table large_level2, 1023, large_level3
    address x0, target_phys
    ldr     x0, [x0]
    ldr     x1, =PAGE(0)
    add     x1, x1, x0
    address x0, large_level3
    ldr     x2, =((8192 - 4) * 8)
    str     x1, [x0, x2]
    ldr     x30, [sp], #16
    ret
    .ltorg

/* The gigabyte that the image lies in, at its own address: what EL0 may not write, EL1 may execute. */
turn_mmu_on:
    address x0, image
    lsr     x0, x0, #30
    ldr     x1, =(DESC_BLOCK + DESC_NORMAL)
    add     x1, x1, x0, lsl #30
    address x2, identity_level1
    str     x1, [x2, x0, lsl #3]
    dsb     sy
    msr     ttbr0_el1, x2
    ldr     x0, =TEST_MAIR
    msr     mair_el1, x0
    ldr     x0, =(25 + IPS_40 + T1SZ(25) + TG1_4K)
    msr     tcr_el1, x0
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    ldr     x0, =SCTLR_VALUE
    msr     sctlr_el1, x0
    isb
    ret
    .ltorg

/* Makes x22 and x23 live. */
use_registers:
    dsb     ish
    msr     ttbr1_el1, x22
    msr     tcr_el1, x23
    b       1f
leave_registers:
    address x0, swapper_pg_dir
    msr     ttbr1_el1, x0
1:  isb
    tlbi    vmalle1
    dsb     ish
    isb
    ret

#include "lib/end.S"
