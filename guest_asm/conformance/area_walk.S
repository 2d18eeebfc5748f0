/*
 * Runstate areas by the tables above them: walks that end early, blocks, and permissions that a table removes.
 *
 * The tables are this case's own, below entries 256 and up of the kernel's top-level table; for a while, the lower half
 * has 48 address bits and so four levels.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define LEVEL1_VA(n)    (0xffffff8000000000 + ((n) << 30))
#define LEVEL2_VA(n, m) (LEVEL1_VA(n) + ((m) << 21))
#define TABLE_READONLY  (1 << 62)               /* APTable[1]: nothing below may be written */
#define ACCESS_FLAG     (1 << 10)
#define BLOCK           (KERNEL_DATA - DESC_PAGE + DESC_BLOCK)
#define T0SZ_48_BITS    16

    page    level1
    page    level2
    page    level3

/* Puts the descriptor of \target, a table or a block of \bits address bits, with \kind, into \table[\index]. */
.macro entry table:req, index:req, target:req, kind:req, bits=12
    address x0, \target
    bl      virt_to_phys
    lsr     x0, x0, #\bits
    lsl     x0, x0, #\bits
    ldr     x1, =\kind
    orr     x0, x0, x1
    address x1, \table
    str     x0, [x1, #((\index) * 8)]
    dsb     ishst
    tlbi    vmalle1
    dsb     nsh
    isb
.endm
/* The rule about an area in first_page, mapped through a block of \bits address bits at \va. */
.macro block_area id:req, va:req, bits:req
    address x0, first_page
    bl      virt_to_phys
    and     x0, x0, #((1 << \bits) - 1)
    ldr     x1, =\va
    add     x0, x0, x1
    area_in_x0 "\id"
.endm

    .text
kernel_main:
    bl      boot_mmu
    entry   level3, 0, first_page, KERNEL_DATA
    map     LOWER_VA, first_page, KERNEL_DATA

    // Three levels: swapper_pg_dir is level 1.
    area    "RST-040", LEVEL1_VA(300)
    entry   swapper_pg_dir, 256, level2, DESC_TABLE
    area    "RST-041", LEVEL2_VA(256, 0)
    entry   level2, 0, level3, DESC_TABLE
    area    "RST-042", LEVEL2_VA(256, 0)
    entry   level2, 0, level3, DESC_TABLE + TABLE_READONLY
    area    "RST-043", LEVEL2_VA(256, 0)
    entry   level2, 0, level3, DESC_TABLE
    entry   swapper_pg_dir, 256, level2, DESC_TABLE + TABLE_READONLY
    area    "RST-044", LEVEL2_VA(256, 0)
    entry   level2, 1, first_page, BLOCK, 21
    block_area "RST-045", LEVEL2_VA(256, 1), 21         // still below the read-only entry
    entry   swapper_pg_dir, 256, level2, DESC_TABLE
    block_area "RST-046", LEVEL2_VA(256, 1), 21
    entry   level2, 1, first_page, BLOCK + DESC_READONLY, 21
    block_area "RST-047", LEVEL2_VA(256, 1), 21
    entry   level2, 1, first_page, BLOCK - ACCESS_FLAG, 21
    block_area "RST-048", LEVEL2_VA(256, 1), 21
    entry   swapper_pg_dir, 257, first_page, BLOCK, 30
    block_area "RST-049", LEVEL1_VA(257), 30
    ldr     x0, =NOWHERE + DESC_TABLE
    address x1, level2
    str     x0, [x1, #(2 * 8)]
    dsb     ishst
    area    "RST-050", LEVEL2_VA(256, 2)

    // Four levels: level1 replaces user_pg_dir, as level 0.
    mrs     x19, ttbr0_el1
    address x0, level1
    bl      virt_to_phys
    msr     ttbr0_el1, x0
    mrs     x0, tcr_el1
    mov     x1, #T0SZ_48_BITS
    bfi     x0, x1, #0, #6
    msr     tcr_el1, x0
    isb
    area    "RST-051", 1 << 40
    entry   level1, 1, user_pg_dir, DESC_TABLE
    area    "RST-052", (1 << 39) + LOWER_VA
    entry   level1, 3, first_page, BLOCK, 39
    block_area "RST-053", 3 << 39, 39
    b       power_off
    .ltorg

#include "lib/end.S"
