/*
 * Unaligned accesses: every kind of access at each alignment, within a page and across its end, and to memory of each
 * type, with SCTLR_EL1.A clear.  Load-acquires and store-releases, which must be aligned nevertheless, are another case.
 *
 * MMU on; TTBR1_EL1 has the kernel, TTBR0_EL1 the tables of this case.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"
#include "include/test_tables.S"

#define PAGE(attributes) (DESC_PAGE+DESC_NORMAL+DESC_USER+(attributes))
#define TYPE(number)    ((number)*4)            /* AttrIndx: TEST_MAIR */

        /* Pages 3 and 4 are the target, page 5 is nothing, page 6 is the target again, and can only be read. */
        table_entry "by_0", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)
        table_entry "by_1", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+1
        table_entry "by_2", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+2
        table_entry "by_3", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+3
        table_entry "by_4", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+4
        table_entry "by_8", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+8
        table_entry "by_12", test_level3, 3, PAGE(0), OF_TARGET, LEVEL3(3)+12
        table_entry "across", test_level3, 4, PAGE(0), OF_TARGET, LEVEL3(4)-1
        table_entry "across_16", test_level3, 4, PAGE(0), OF_TARGET, LEVEL3(4)-8
        table_entry "into_nothing", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)-1
        table_entry "into_nothing_4", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)-4
        table_entry "into_nothing_8", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)-8
        table_entry "into_nothing_11", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)-11
        table_entry "out_of_nothing", test_level3, 6, PAGE(DESC_READONLY), OF_TARGET, LEVEL3(6)-1
        table_entry "out_of_nothing_8", test_level3, 6, PAGE(DESC_READONLY), OF_TARGET, LEVEL3(6)-8
        table_entry "into_read_only", test_level3, 8, PAGE(DESC_READONLY), OF_TARGET, LEVEL3(8)-1
        table_entry "before_read_only", test_level3, 7, PAGE(0), OF_TARGET, LEVEL3(8)-8
        table_entry "nothing_by_1", test_level3, 5, 0, NO_ADDRESS, LEVEL3(5)+1
        table_entry "read_only_by_1", test_level3, 8, PAGE(DESC_READONLY), OF_TARGET, LEVEL3(8)+1
        table_entry "no_af_by_1", test_level3, 9, PAGE(-0x400), OF_TARGET, LEVEL3(9)+1
        .irp    type, 1, 2, 3, 4, 5, 6, 7
        table_entry "type\type", test_level3, 16+\type, PAGE(TYPE(\type)), OF_TARGET, LEVEL3(16+\type)
        .endr
        // Device memory is left out: an access to it must be aligned, too (B2.5.2), which QEMU 7.2 does not check.
        .irp    type, 5, 6, 7
        table_entry "type\type\()_by_1", test_level3, 16+\type, PAGE(TYPE(\type)), OF_TARGET, LEVEL3(16+\type)+1
        table_entry "type\type\()_by_4", test_level3, 16+\type, PAGE(TYPE(\type)), OF_TARGET, LEVEL3(16+\type)+4
        .endr
        table_entry "not_global", test_level3, 24, PAGE(DESC_NG), OF_TARGET, LEVEL3(24)
        table_entry "contiguous", test_level3, 25, PAGE(1<<52), OF_TARGET, LEVEL3(25)
        table_entry "not_secure", test_level3, 26, PAGE(1<<5), OF_TARGET, LEVEL3(26)
        table_entry "software_bits", test_level3, 27, PAGE(0x0780000000000000), OF_TARGET, LEVEL3(27)
        table_entry "bits_51_to_48", test_level3, 28, PAGE(0x000f000000000000), OF_TARGET, LEVEL3(28)
        table_entry "bits_63_to_59", test_level3, 29, PAGE(0xf800000000000000), OF_TARGET, LEVEL3(29)
        table_entry "not_shareable", test_level3, 30, PAGE(-0x300), OF_TARGET, LEVEL3(30)
        table_entry "reserved_shareable", test_level3, 31, PAGE(-0x200), OF_TARGET, LEVEL3(31)
        table_entries_end

    .section .rodata
name_el1:
    .asciz  "ABT-007"

    .text
kernel_main:
    bl      boot_mmu
    bl      accesses_init
    bl      test_tables_init
    bl      use_test_tables
    try_ordered SKIP_MISALIGNED_ORDERED
    sweep_rule name_el1, SPSR_EL1_MASKED
    b       power_off
    .ltorg

#include "lib/end.S"
