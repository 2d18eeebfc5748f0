/*
 * Every form of load and store to an emulated device: the distributor, its registers of each size, at EL1 and at EL0, and
 * at addresses where no register begins.  What a load that is emulated leaves, and where its base ends, is said, too.
 *
 * MMU on; TTBR1_EL1 has the kernel, TTBR0_EL1 the tables of this case.  They map the device as Normal memory, because a
 * misaligned access to Device memory is a fault before Xen hears of it (Arm DDI 0487, B2.5.2), though not in QEMU 7.2.
 */
#include "include/conformance.h"
#include "include/words.S"
#include "include/accesses.S"
#include "include/test_tables.S"

#define DEVICE(offset)  (DESC_PAGE+DESC_NORMAL+DESC_USER+DESC_UXN+DESC_PXN+(offset))
#define GICD_PAGE       LEVEL3(3)       /* GICD_CTLR and its neighbours */
#define ROUTER_PAGE     LEVEL3(4)       /* GICD_IROUTER<32> and up, of 64 bits, begin at 0x100 */
#define BEHIND_PAGE     LEVEL3(6)       /* the page behind the distributor */
#define BEFORE_PAGE     LEVEL3(8)       /* RAM, and behind it the distributor */

        table_entry "control", test_level3, 3, DEVICE(0), OF_GICD, GICD_PAGE
        table_entry "type", test_level3, 3, DEVICE(0), OF_GICD, GICD_PAGE+4
        table_entry "reserved", test_level3, 3, DEVICE(0), OF_GICD, GICD_PAGE+0x30
        table_entry "group", test_level3, 3, DEVICE(0), OF_GICD, GICD_PAGE+0x84
        table_entry "enable", test_level3, 3, DEVICE(0), OF_GICD, GICD_PAGE+0x104
        table_entry "priority", test_level3, 3, DEVICE(0), OF_GICD, GICD_PAGE+0x420
        table_entry "config", test_level3, 3, DEVICE(0), OF_GICD, GICD_PAGE+0xc08
        table_entry "control_by_1", test_level3, 3, DEVICE(0), OF_GICD, GICD_PAGE+1
        table_entry "control_by_2", test_level3, 3, DEVICE(0), OF_GICD, GICD_PAGE+2
        table_entry "router", test_level3, 4, DEVICE(0x6000), OF_GICD, ROUTER_PAGE+0x100
        table_entry "router_by_4", test_level3, 4, DEVICE(0x6000), OF_GICD, ROUTER_PAGE+0x104
        table_entry "router_by_1", test_level3, 4, DEVICE(0x6000), OF_GICD, ROUTER_PAGE+0x101
        table_entry "identification", test_level3, 5, DEVICE(0xf000), OF_GICD, LEVEL3(5)+0xfe8
        table_entry "last_word", test_level3, 5, DEVICE(0xf000), OF_GICD, LEVEL3(6)-4
        table_entry "across_the_end", test_level3, 6, DEVICE(0x10000), OF_GICD, BEHIND_PAGE-1
        table_entry "behind", test_level3, 6, DEVICE(0x10000), OF_GICD, BEHIND_PAGE
        table_entry "out_of_memory", test_level3, 7, DESC_PAGE+DESC_NORMAL+DESC_USER, OF_TARGET, BEFORE_PAGE-0x800
        table_entry "into_the_device", test_level3, 8, DEVICE(0), OF_GICD, BEFORE_PAGE-4
        table_entries_end

    .section .rodata
name_el1:
    .asciz  "ABT-019"
name_el0:
    .asciz  "ABT-020"

    .text
kernel_main:
    bl      boot_mmu
    bl      accesses_init
    bl      test_tables_init
    bl      use_test_tables
    address x0, show_values
    mov     x1, #1
    str     x1, [x0]
    sweep_rule name_el1, SPSR_EL1_MASKED
    sweep_rule name_el0, SPSR_EL0_MASKED
    b       power_off
    .ltorg

#include "lib/end.S"
