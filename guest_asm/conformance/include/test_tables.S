/*
 * Tables for addresses of the lower half: four levels of 4 KiB tables, and rows that say which entry of which of them
 * is what.  Include it after accesses.S.
 *
 *     table_entry "ro", test_level3, 17, PAGE(DESC_READONLY), LEVEL3(17)
 *     table_entries_end                           after the last row
 *
 *     bl      test_tables_init                    once
 *     bl      use_test_tables                     TTBR0_EL1 and TCR_EL1.T0SZ: 48-bit addresses from here on
 */
#ifndef CONFORMANCE_TEST_TABLES_S
#define CONFORMANCE_TEST_TABLES_S

#define LEVEL0(index)   ((index)<<39)
#define LEVEL1(index)   ((index)<<30)
#define LEVEL2(index)   ((index)<<21)
#define LEVEL3(index)   ((index)<<12)
#define USER_LEVEL2     2               /* the entry of the user code's level-3 table, USER_TEXT_VA */

/* What is added to an entry: nothing, or a physical address. */
#define NO_ADDRESS      0
#define OF_TARGET       1               /* the target's */
#define OF_TARGET_2M    2               /* of the 2 MiB, or the 1 GiB, that it lies in */
#define OF_TARGET_1G    3
#define OF_LIMITED3     4               /* of the last table below tables with limits */
#define OF_GICD         5

#define LEAF(attributes) (DESC_PAGE+DESC_NORMAL+(attributes)),OF_TARGET
#define AT_PLACE(address) (DESC_PAGE+DESC_NORMAL+(address)),NO_ADDRESS

/* Attributes 0 to 7: write-back, nGnRnE, nGnRE, nGRE, GRE, non-cacheable, write-through, reserved. */
#define TEST_MAIR       0x01bb440c080400ff

/* The answer of a rule: the entries as seen at an exception level. */
.macro sweep_rule name:req, spsr:req
    ldr     x0, =\name
    bl      words_of_rule
    mov     x0, #\spsr
    bl      sweep_entries
.endm

/* table[index] = the table `next`, MMU on. */
.macro link_test_table table:req, index:req, next:req
    address x0, \next
    bl      virt_to_phys
    add     x1, x0, #DESC_TABLE
    address x0, \table
    str     x1, [x0, #(\index * 8)]
.endm

    .bss
    .balign PAGE_SIZE
test_level0:    .space PAGE_SIZE
test_level1:    .space PAGE_SIZE
test_level2:    .space PAGE_SIZE
test_level3:    .space PAGE_SIZE
test_user3:     .space PAGE_SIZE
test_limited3:  .space PAGE_SIZE        // entry 0: read and write for EL0, below tables with limits

.macro table_entry name:req, table:req, index:req, entry:req, of:req, va:req, inside=0
    .pushsection .rodata
.Lentry\@:
    .asciz  "\name"
    .popsection
    .quad   .Lentry\@, \table + (\index) * 8, \entry, \of, \va, \inside
.endm
#define ENTRY_SIZE      48
.macro table_entries_end
    .quad   0
.endm

    .text
/* x0 = the physical address that kind x0 adds. */
address_of_kind:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    mov     x0, #0
    cbz     x19, 9f
    address x0, test_limited3
    cmp     x19, #OF_LIMITED3
    b.eq    1f
    address x0, target
1:  b.gt    2f
    bl      virt_to_phys
    cmp     x19, #OF_TARGET_2M
    b.lo    9f
    and     x1, x0, #-(1 << 21)
    csel    x0, x1, x0, eq
    cmp     x19, #OF_TARGET_1G
    and     x1, x0, #-(1 << 30)
    csel    x0, x1, x0, eq
    b       9f
2:  bl      is_dom0
    ldr     x1, =BOARD_GICD_BASE
    ldr     x2, =GUEST_GICD_BASE
    cmp     x0, #0
    csel    x0, x1, x2, ne
9:  ldp     x19, x30, [sp], #16
    ret
    .ltorg

test_tables_init:
    stp     x19, x30, [sp, #-16]!
    link_test_table test_level0, 0, test_level1
    link_test_table test_level1, 0, test_level2
    link_test_table test_level2, 0, test_level3
    link_test_table test_level2, USER_LEVEL2, test_user3
    address x0, target_phys
    ldr     x0, [x0]
    ldr     x1, =(DESC_PAGE + DESC_NORMAL + DESC_USER)
    add     x1, x1, x0
    address x0, test_limited3
    str     x1, [x0]
    address x0, accesses
    bl      virt_to_phys
    ldr     x1, =(USER_TEXT & ~DESC_PXN)
    add     x1, x1, x0
    address x0, test_user3
    str     x1, [x0]
    address x19, test_entries
1:  ldr     x0, [x19]
    cbz     x0, 2f
    bl      make_entry
    add     x19, x19, #ENTRY_SIZE
    b       1b
2:  dsb     ish
    ldp     x19, x30, [sp], #16
    ret

/* x19 = a row: makes its entry. */
make_entry:
    str     x30, [sp, #-16]!
    ldr     x0, [x19, #24]
    bl      address_of_kind
    ldp     x2, x1, [x19, #8]
    add     x1, x1, x0
    address x0, image
    str     x1, [x0, x2]
    ldr     x30, [sp], #16
    ret

/* x0 = an address, x1 = 0, or the kind of block that it is the beginning of: x0 = where the target is in it. */
address_in_block:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    mov     x0, x1
    bl      address_of_kind
    address x1, target_phys
    ldr     x1, [x1]
    sub     x1, x1, x0
    cmp     x0, #0
    csel    x1, x1, xzr, ne
    add     x0, x19, x1
    ldp     x19, x30, [sp], #16
    ret

use_test_tables:
    str     x30, [sp, #-16]!
    address x0, test_level0
    bl      virt_to_phys
    msr     ttbr0_el1, x0
    mrs     x0, tcr_el1
    mov     x1, #16
    bfi     x0, x1, #0, #6              // T0SZ
    msr     tcr_el1, x0
    ldr     x0, =TEST_MAIR
    msr     mair_el1, x0
    isb
    tlbi    vmalle1
    dsb     ish
    isb
    ldr     x30, [sp], #16
    ret
    .ltorg

/* x0 = SPSR: sweeps the address of each row that has a name, and names it. */
sweep_entries:
    stp     x19, x20, [sp, #-32]!
    str     x30, [sp, #16]
    mov     x20, x0
    address x19, test_entries
1:  ldr     x0, [x19]
    cbz     x0, 2f
    bl      begin_word
    ldp     x0, x1, [x19, #32]
    bl      address_in_block
    mov     x1, x0
    mov     x0, x20
    bl      sweep
    add     x19, x19, #ENTRY_SIZE
    b       1b
2:  bl      end_words
    ldr     x30, [sp, #16]
    ldp     x19, x20, [sp], #32
    ret

    .data
    .balign 8
test_entries:

#endif
