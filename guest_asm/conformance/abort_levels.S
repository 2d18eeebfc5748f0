/*
 * Aborts by level: every kind of access to addresses whose walk fails at each level, in each way, at EL1 and at EL0.
 *
 * MMU on; TTBR1_EL1 has the kernel, TTBR0_EL1 the tables of this case.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"
#include "include/test_tables.S"

#define FAR             (1 << 41)               /* beyond 40 bits, the address size of a Cortex-A53 */
#define FURTHEST        (1 << 47)
#define HOLE            (1 << 37)               /* nothing there in stage 2 */
#define BLOCK(attributes) (DESC_BLOCK+DESC_NORMAL+DESC_USER+(attributes))
#define PAGE(attributes) (DESC_PAGE+DESC_NORMAL+DESC_USER+(attributes))
#define NO_AF           (-0x400)

        table_entry "l0_invalid", test_level0, 1, 0, NO_ADDRESS, LEVEL0(1)
        table_entry "l0_table_far", test_level0, 3, DESC_TABLE+FAR, NO_ADDRESS, LEVEL0(3)
        table_entry "l0_table_hole", test_level0, 4, DESC_TABLE+HOLE, NO_ADDRESS, LEVEL0(4)
        table_entry "l0_table_gic", test_level0, 5, DESC_TABLE, OF_GICD, LEVEL0(5)
        table_entry "l1_invalid", test_level1, 1, 0, NO_ADDRESS, LEVEL1(1)
        table_entry "l1_block", test_level1, 2, BLOCK(0), OF_TARGET_1G, LEVEL1(2), OF_TARGET_1G
        table_entry "l1_no_af", test_level1, 3, BLOCK(NO_AF), OF_TARGET_1G, LEVEL1(3), OF_TARGET_1G
        table_entry "l1_read_only", test_level1, 4, BLOCK(DESC_READONLY), OF_TARGET_1G, LEVEL1(4), OF_TARGET_1G
        table_entry "l1_far", test_level1, 5, BLOCK(FAR), NO_ADDRESS, LEVEL1(5)
        table_entry "l1_hole", test_level1, 6, BLOCK(HOLE), NO_ADDRESS, LEVEL1(6)
        table_entry "l1_table_far", test_level1, 7, DESC_TABLE+FAR, NO_ADDRESS, LEVEL1(7)
        table_entry "l1_table_hole", test_level1, 8, DESC_TABLE+HOLE, NO_ADDRESS, LEVEL1(8)
        table_entry "l2_invalid", test_level2, 1, 0, NO_ADDRESS, LEVEL2(1)
        table_entry "l2_block", test_level2, 3, BLOCK(0), OF_TARGET_2M, LEVEL2(3), OF_TARGET_2M
        table_entry "l2_no_af", test_level2, 4, BLOCK(NO_AF), OF_TARGET_2M, LEVEL2(4), OF_TARGET_2M
        table_entry "l2_read_only", test_level2, 5, BLOCK(DESC_READONLY), OF_TARGET_2M, LEVEL2(5), OF_TARGET_2M
        table_entry "l2_far", test_level2, 6, BLOCK(FAR), NO_ADDRESS, LEVEL2(6)
        table_entry "l2_hole", test_level2, 7, BLOCK(HOLE), NO_ADDRESS, LEVEL2(7)
        table_entry "l2_table_far", test_level2, 8, DESC_TABLE+FURTHEST, NO_ADDRESS, LEVEL2(8)
        table_entry "l2_table_hole", test_level2, 9, DESC_TABLE+HOLE, NO_ADDRESS, LEVEL2(9)
        table_entry "l3_invalid", test_level3, 1, 0, NO_ADDRESS, LEVEL3(1)
        table_entry "l3_reserved", test_level3, 2, BLOCK(0), OF_TARGET, LEVEL3(2)
        table_entry "l3_page", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)
        table_entry "l3_no_af", test_level3, 4, PAGE(NO_AF), OF_TARGET, LEVEL3(4)
        table_entry "l3_read_only", test_level3, 5, PAGE(DESC_READONLY), OF_TARGET, LEVEL3(5)
        table_entry "l3_far", test_level3, 6, PAGE(FAR), NO_ADDRESS, LEVEL3(6)
        table_entry "l3_far_no_af", test_level3, 7, PAGE(FAR+NO_AF), NO_ADDRESS, LEVEL3(7)
        table_entry "l3_furthest", test_level3, 8, PAGE(FURTHEST), NO_ADDRESS, LEVEL3(8)
        table_entry "l3_hole", test_level3, 9, PAGE(HOLE), NO_ADDRESS, LEVEL3(9)
        table_entry "l3_hole_read_only", test_level3, 10, PAGE(HOLE+DESC_READONLY), NO_ADDRESS, LEVEL3(10)
        table_entry "l3_hole_no_af", test_level3, 11, PAGE(HOLE+NO_AF), NO_ADDRESS, LEVEL3(11)
        table_entry "out_of_range", test_level3, 12, 0, NO_ADDRESS, 1<<48
        table_entry "tag", test_level3, 12, 0, NO_ADDRESS, 1<<56
        table_entries_end

    .section .rodata
name_el1:
    .asciz  "ABT-001"
name_el0:
    .asciz  "ABT-002"

    .text
kernel_main:
    bl      boot_mmu
    bl      accesses_init
    bl      test_tables_init
    bl      use_test_tables
    sweep_rule name_el1, SPSR_EL1_MASKED
    sweep_rule name_el0, SPSR_EL0_MASKED
    b       power_off
    .ltorg

#include "lib/end.S"
