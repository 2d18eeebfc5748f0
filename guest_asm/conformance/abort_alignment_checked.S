/*
 * Unaligned accesses: every kind of access at each alignment, within a page and across its end, with
 * SCTLR_EL1.A set.
 *
 * MMU on; TTBR1_EL1 has the kernel, TTBR0_EL1 the tables of this case.  The kernel itself makes only aligned accesses.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"
#include "include/test_tables.S"

#define PAGE(attributes) (DESC_PAGE+DESC_NORMAL+DESC_USER+(attributes))
#define TYPE(number)    ((number)*4)            /* AttrIndx: TEST_MAIR */
#define SCTLR_A         (1 << 1)

        /* Pages 3 and 4 are the target, page 5 is nothing; page 6 is the target, and can only be read, as page 8. */
        table_entry "by_1", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+1
        table_entry "by_2", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+2
        table_entry "by_4", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+4
        table_entry "by_8", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+8
        table_entry "across", test_level3, 4, PAGE(0), OF_TARGET, LEVEL3(4)-1
        table_entry "into_nothing", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)-1
        table_entry "into_nothing_8", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)-8
        table_entry "out_of_nothing", test_level3, 6, PAGE(DESC_READONLY), OF_TARGET, LEVEL3(6)-1
        table_entry "into_read_only", test_level3, 8, PAGE(DESC_READONLY), OF_TARGET, LEVEL3(8)-1
        table_entry "nothing_by_1", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)+1
        table_entry "no_af_by_1", test_level3, 9, PAGE(-0x400), OF_TARGET, LEVEL3(9)+1
        table_entry "device_by_1", test_level3, 17, PAGE(TYPE(1)), OF_TARGET, LEVEL3(17)+1
        table_entries_end

    .section .rodata
name_el1:
    .asciz  "ABT-008"

    .text
kernel_main:
    bl      boot_mmu
    bl      accesses_init
    bl      test_tables_init
    bl      use_test_tables
    mrs     x0, sctlr_el1
    orr     x0, x0, #SCTLR_A
    msr     sctlr_el1, x0
    isb
    sweep_rule name_el1, SPSR_EL1_MASKED
    b       power_off
    .ltorg

#include "lib/end.S"
