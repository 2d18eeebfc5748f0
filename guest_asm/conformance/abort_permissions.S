/*
 * Permission faults: every kind of access to pages with each combination of AP, UXN and PXN, and below tables that
 * limit them, at EL1 and at EL0, with SCTLR_EL1.WXN clear and set.
 *
 * MMU on; TTBR1_EL1 has the kernel, TTBR0_EL1 the tables of this case.  With WXN the kernel still runs, because its
 * text is read-only.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"
#include "include/test_tables.S"

#define PAGE(attributes) (DESC_PAGE+DESC_NORMAL+(attributes))
#define AP(number)      ((number)*DESC_USER)    /* 0: EL1 only, 1: EL0, too; 2 and 3: the same, read-only */
#define LIMITED(limits) (DESC_TABLE+((limits)<<59))
#define PXN_TABLE       1
#define UXN_TABLE       2
#define NO_EL0_TABLE    4
#define READ_ONLY_TABLE 8
#define SCTLR_WXN       (1 << 19)

        .irp    ap, 0, 1, 2, 3
        table_entry "ap\ap", test_level3, 16+\ap*4, PAGE(AP(\ap)), OF_TARGET, LEVEL3(16+\ap*4)
        table_entry "ap\ap\()_pxn", test_level3, 17+\ap*4, PAGE(AP(\ap)+DESC_PXN), OF_TARGET, LEVEL3(17+\ap*4)
        table_entry "ap\ap\()_uxn", test_level3, 18+\ap*4, PAGE(AP(\ap)+DESC_UXN), OF_TARGET, LEVEL3(18+\ap*4)
        table_entry "ap\ap\()_uxn_pxn", test_level3, 19+\ap*4, PAGE(AP(\ap)+DESC_UXN+DESC_PXN), OF_TARGET, LEVEL3(19+\ap*4)
        .endr
        table_entry "below_pxn", test_level2, 16, LIMITED(PXN_TABLE), OF_LIMITED3, LEVEL2(16)
        table_entry "below_uxn", test_level2, 17, LIMITED(UXN_TABLE), OF_LIMITED3, LEVEL2(17)
        table_entry "below_no_el0", test_level2, 18, LIMITED(NO_EL0_TABLE), OF_LIMITED3, LEVEL2(18)
        table_entry "below_read_only", test_level2, 19, LIMITED(READ_ONLY_TABLE), OF_LIMITED3, LEVEL2(19)
        table_entry "below_all", test_level2, 20, LIMITED(15), OF_LIMITED3, LEVEL2(20)
        table_entries_end

    .section .rodata
name_el1:
    .asciz  "ABT-003"
name_el0:
    .asciz  "ABT-004"
name_el1_wxn:
    .asciz  "ABT-005"
name_el0_wxn:
    .asciz  "ABT-006"

    .text
kernel_main:
    bl      boot_mmu
    bl      accesses_init
    bl      test_tables_init
    bl      use_test_tables
    sweep_rule name_el1, SPSR_EL1_MASKED
    sweep_rule name_el0, SPSR_EL0_MASKED
    mrs     x0, sctlr_el1
    orr     x0, x0, #SCTLR_WXN
    msr     sctlr_el1, x0
    isb
    tlbi    vmalle1                     // WXN may be cached in the TLB
    dsb     ish
    isb
    sweep_rule name_el1_wxn, SPSR_EL1_MASKED
    sweep_rule name_el0_wxn, SPSR_EL0_MASKED
    b       power_off
    .ltorg

#include "lib/end.S"
