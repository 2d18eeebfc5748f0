/*
 * Unaligned accesses: every kind of access at each alignment, within a page and across its end, with
 * SCTLR_EL1.A set, at EL0.
 *
 * MMU on; TTBR1_EL1 has the kernel, TTBR0_EL1 the tables of this case.  The kernel itself makes only aligned accesses.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"
#include "include/test_tables.S"

#define PAGE(attributes) (DESC_PAGE+DESC_NORMAL+DESC_USER+(attributes))
#define SCTLR_A         (1 << 1)

        /* Page 3 is the target, page 5 is nothing. */
        table_entry "by_1", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+1
        table_entry "by_8", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+8
        table_entry "into_nothing", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)-1
        table_entry "nothing_by_1", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)+1
        table_entries_end

    .section .rodata
name_el0:
    .asciz  "ABT-009"

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
    sweep_rule name_el0, SPSR_EL0_MASKED
    b       power_off
    .ltorg

#include "lib/end.S"
