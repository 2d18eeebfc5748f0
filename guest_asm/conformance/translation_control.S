/*
 * What the registers and the descriptors of a translation say, one field and one bit after the other: TCR_EL1, TTBR0_EL1,
 * and descriptors of each kind.  Each value is tried by one access; values with the same outcome are folded.
 *
 * MMU on; TTBR1_EL1 has the kernel, and its fields of TCR_EL1 stay as they are.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"
#include "include/test_tables.S"

#define PAGE(attributes) (DESC_PAGE+DESC_NORMAL+DESC_USER+(attributes))
#define BLOCK(attributes) (DESC_BLOCK+DESC_NORMAL+DESC_USER+(attributes))
#define SIXTY_FOUR_K    65536
#define SIXTEEN_K       16384
#define T0SZ(size)      (size)
#define TG0(value)      ((value)<<14)
#define IPS(value)      ((value)<<32)
#define IPS_40          IPS(2)
#define EPD0            (1<<7)
#define TBI0            (1<<37)
#define FIELDS          (0xf7000000ff+(3<<14))  /* what a row says of TCR_EL1: TBI0, IPS, AS, TG0, EPD0, T0SZ */

        /* The entries that rows below change or use. */
        table_entry "-", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)
        table_entry "-", test_level3, 4, PAGE(1<<32), NO_ADDRESS, LEVEL3(4)
        table_entry "-", test_level3, 5, PAGE(1<<36), NO_ADDRESS, LEVEL3(5)
        table_entry "-", test_level3, 6, PAGE(1<<38), NO_ADDRESS, LEVEL3(6)
        table_entry "-", test_level3, 7, PAGE(1<<40), NO_ADDRESS, LEVEL3(7)
        table_entry "-", test_level3, 8, PAGE(1<<42), NO_ADDRESS, LEVEL3(8)
        table_entry "-", test_level3, 9, PAGE(1<<47), NO_ADDRESS, LEVEL3(9)
        table_entry "-", test_level2, 4, BLOCK(0), OF_TARGET_2M, LEVEL2(4)
        table_entry "-", test_level2, 5, DESC_TABLE, OF_LIMITED3, LEVEL2(5)
        table_entry "-", test_level2, 6, DESC_TABLE+(1<<36), NO_ADDRESS, LEVEL2(6)
        table_entry "-", test_level1, 4, BLOCK(0), OF_TARGET_1G, LEVEL1(4)
        table_entries_end

    .bss
    .balign SIXTY_FOUR_K
large_level2:   .space PAGE_SIZE        // of 64 KiB tables, only the beginnings are used
    .balign SIXTY_FOUR_K
large_level3:   .space PAGE_SIZE
    .balign SIXTEEN_K
middle_level2:  .space PAGE_SIZE        // and the same for 16 KiB
    .balign SIXTEEN_K
middle_level3:  .space PAGE_SIZE

#define VARY_ROOT       test_level0
#define VARY_TCR_VALUE  T0SZ(16)+IPS_40
#define VARY_ADDRESS    LEVEL3(3)
#define VARY_FIELDS     FIELDS
#include "include/vary.S"

    .section .rodata
name_registers:
    .asciz  "ABT-010"
name_descriptors:
    .asciz  "ABT-011"

    .data
    .balign 8
rows_of_registers:
        .irp    by, ldr, at_s1e1r
        vary "T0SZ_level0_\by", VARY_TCR, 0, 63, tcr=IPS_40, by=\by
        vary "T0SZ_level1_\by", VARY_TCR, 0, 63, tcr=IPS_40, root=test_level1, by=\by
        vary "T0SZ_level2_\by", VARY_TCR, 0, 63, tcr=IPS_40, root=test_level2, by=\by
        vary "T0SZ_level3_\by", VARY_TCR, 0, 63, tcr=IPS_40, root=test_level3, by=\by
        vary "T0SZ_block_\by", VARY_TCR, 0, 63, tcr=IPS_40, root=test_level1, va=LEVEL2(4), inside=OF_TARGET_2M, by=\by
        vary "T0SZ_bit_32_\by", VARY_TCR, 0, 63, tcr=IPS_40, root=test_level1, va=LEVEL1(5), by=\by
        vary "T0SZ_bit_47_\by", VARY_TCR, 0, 63, tcr=IPS_40, va=(1<<47), by=\by
        vary "TG0_4K_tables_\by", VARY_TCR, 0, 3, 14, by=\by
        vary "TG0_4K_tables_39_\by", VARY_TCR, 0, 3, 14, root=test_level1, tcr=T0SZ(25)+IPS_40, by=\by
        vary "TG0_64K_tables_\by", VARY_TCR, 0, 3, 14, root=large_level2, tcr=T0SZ(25)+IPS_40, va=3*SIXTY_FOUR_K, by=\by
        vary "TG0_16K_tables_\by", VARY_TCR, 0, 3, 14, root=middle_level2, tcr=T0SZ(28)+IPS_40, va=3*SIXTEEN_K, by=\by
        vary "T0SZ_64K_\by", VARY_TCR, 0, 63, root=large_level2, tcr=TG0(1)+IPS_40, va=3*SIXTY_FOUR_K, by=\by
        vary "T0SZ_64K_level3_\by", VARY_TCR, 0, 63, root=large_level3, tcr=TG0(1)+IPS_40, va=3*SIXTY_FOUR_K, by=\by
        vary "T0SZ_16K_\by", VARY_TCR, 0, 63, root=middle_level2, tcr=TG0(2)+IPS_40, va=3*SIXTEEN_K, by=\by
        vary "bit_16_of_64K_\by", VARY_TCR, 0, 7, 32, root=large_level2, tcr=T0SZ(25)+TG0(1), va=4*SIXTY_FOUR_K, by=\by
        vary "IPS_\by", VARY_TCR, 0, 7, 32, tcr=T0SZ(16), by=\by
        vary "IPS_bit_32_\by", VARY_TCR, 0, 7, 32, tcr=T0SZ(16), va=LEVEL3(4), by=\by
        vary "IPS_bit_36_\by", VARY_TCR, 0, 7, 32, tcr=T0SZ(16), va=LEVEL3(5), by=\by
        vary "IPS_bit_38_\by", VARY_TCR, 0, 7, 32, tcr=T0SZ(16), va=LEVEL3(6), by=\by
        vary "IPS_bit_40_\by", VARY_TCR, 0, 7, 32, tcr=T0SZ(16), va=LEVEL3(7), by=\by
        vary "IPS_bit_42_\by", VARY_TCR, 0, 7, 32, tcr=T0SZ(16), va=LEVEL3(8), by=\by
        vary "IPS_bit_47_\by", VARY_TCR, 0, 7, 32, tcr=T0SZ(16), va=LEVEL3(9), by=\by
        vary "IPS_table_bit_36_\by", VARY_TCR, 0, 7, 32, tcr=T0SZ(16), va=LEVEL2(6), by=\by
        vary "EPD0_\by", VARY_TCR, 0, 1, 7, by=\by
        vary "AS_\by", VARY_TCR, 0, 1, 36, by=\by
        vary "TBI0_\by", VARY_TCR, 0, 1, 37, by=\by
        vary "TBI0_tag_\by", VARY_TCR, 0, 1, 37, va=LEVEL3(3)+(0x5a<<56), by=\by
        vary "TBI0_tag_7f_\by", VARY_TCR, 0, 1, 37, va=LEVEL3(3)+(0x7f<<56), by=\by
        vary "TBI0_bit_55_\by", VARY_TCR, 0, 1, 37, va=LEVEL3(3)+(1<<55), by=\by
        vary "TBI0_bit_54_\by", VARY_TCR, 0, 1, 37, va=LEVEL3(3)+(1<<54), by=\by
        vary "HA_\by", VARY_TCR, 0, 1, 39, by=\by
        vary "HD_\by", VARY_TCR, 0, 1, 40, by=\by
        vary "HPD0_\by", VARY_TCR, 0, 1, 41, by=\by
        vary "HWU_to_DS_\by", VARY_TCR, 0, 1, 59, by=\by
        vary "TTBR_low_\by", VARY_TTBR, 0, 11, by=\by
        vary "TTBR_36_to_38_\by", VARY_TTBR, 36, 38, by=\by
        vary "TTBR_40_to_63_\by", VARY_TTBR, 40, 63, by=\by
        .endr
rows_of_registers_end:
rows_of_descriptors:
        .irp    by, ldr, str, fetch, at_s1e1r, at_s1e0w
        vary_entry "page_low_\by", test_level3, 3, 0, 11, LEVEL3(3), \by
        vary_entry "page_36_to_38_\by", test_level3, 3, 36, 38, LEVEL3(3), \by
        vary_entry "page_40_to_63_\by", test_level3, 3, 40, 63, LEVEL3(3), \by
        vary_entry "block2_low_\by", test_level2, 4, 0, 11, LEVEL2(4), \by, inside=OF_TARGET_2M
        vary_entry "block2_36_to_38_\by", test_level2, 4, 36, 38, LEVEL2(4), \by, inside=OF_TARGET_2M
        vary_entry "block2_40_to_63_\by", test_level2, 4, 40, 63, LEVEL2(4), \by, inside=OF_TARGET_2M
        vary_entry "block1_low_\by", test_level1, 4, 0, 11, LEVEL1(4), \by, inside=OF_TARGET_1G
        vary_entry "block1_36_to_38_\by", test_level1, 4, 36, 38, LEVEL1(4), \by, inside=OF_TARGET_1G
        vary_entry "block1_40_to_63_\by", test_level1, 4, 40, 63, LEVEL1(4), \by, inside=OF_TARGET_1G
        vary_entry "table_low_\by", test_level2, 5, 0, 11, LEVEL2(5), \by
        vary_entry "table_36_to_38_\by", test_level2, 5, 36, 38, LEVEL2(5), \by
        vary_entry "table_40_to_63_\by", test_level2, 5, 40, 63, LEVEL2(5), \by
        .endr
        .irp    by, ldr, str, fetch
        vary_entry "user_page_low_\by", test_level3, 3, 0, 11, LEVEL3(3), \by, SPSR_EL0_MASKED
        vary_entry "user_page_36_to_38_\by", test_level3, 3, 36, 38, LEVEL3(3), \by, SPSR_EL0_MASKED
        vary_entry "user_page_40_to_63_\by", test_level3, 3, 40, 63, LEVEL3(3), \by, SPSR_EL0_MASKED
        vary_entry "user_table_36_to_38_\by", test_level2, 5, 36, 38, LEVEL2(5), \by, SPSR_EL0_MASKED
        vary_entry "user_table_40_to_63_\by", test_level2, 5, 40, 63, LEVEL2(5), \by, SPSR_EL0_MASKED
        .endr
rows_of_descriptors_end:

    .text
kernel_main:
    bl      boot_mmu
    bl      accesses_init
    bl      test_tables_init
    bl      use_test_tables
    bl      make_granules
    ldr     x0, =name_registers
    bl      words_of_rule
    address x0, rows_of_registers
    address x1, rows_of_registers_end
    bl      vary_rows
    ldr     x0, =name_descriptors
    bl      words_of_rule
    address x0, rows_of_descriptors
    address x1, rows_of_descriptors_end
    bl      vary_rows
    b       power_off
    .ltorg

/* Tables of the other granules: their entries 3 lead to the target; both halves of a pair are linked by entry 0. */
make_granules:
    str     x30, [sp, #-16]!
    link_test_table large_level2, 0, large_level3
    link_test_table middle_level2, 0, middle_level3
    address x0, target_phys
    ldr     x0, [x0]
    ldr     x1, =PAGE(0)
    add     x1, x1, x0
    address x0, large_level3
    str     x1, [x0, #(3 * 8)]
    ldr     x2, =(1 << 36)
    add     x3, x1, x2
    str     x3, [x0, #(4 * 8)]
    address x0, middle_level3
    str     x1, [x0, #(3 * 8)]
    dsb     ish
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Makes x22 and x23 live. */
use_registers:
    dsb     ish
    msr     ttbr0_el1, x22
    msr     tcr_el1, x23
    isb
    tlbi    vmalle1
    dsb     ish
    isb
leave_registers:
    ret

#include "lib/end.S"
