/*
 * Runstate areas by the address at which they are registered: where in a page, near NULL, in which half.
 *
 * Xen/Arm accepts any 64-bit address and remembers it.  Whether it can write anything there shows at each switch.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define TOP_VA          0xfffffffffffff000      /* the last page of the address space */

    page    low_level3                  // the lowest 2 MiB
    page    top_level2
    page    top_level3                  // the highest 2 MiB

    .text
kernel_main:
    bl      boot_mmu
    add_table user_level2, 0, low_level3
    add_table swapper_pg_dir, 511, top_level2
    add_table top_level2, 511, top_level3
    map     AREA_VA, first_page, KERNEL_DATA
    map     LOWER_VA, first_page, KERNEL_DATA

    // The kernel's tables are live, first_page is at AREA_VA and, for the kernel alone, at LOWER_VA.
    area    "RST-001", AREA_VA
    area_reach "RST-002", AREA_VA + 64
    area_reach "RST-003", AREA_VA + 8
    area_reach "RST-004", AREA_VA + 4
    area_reach "RST-005", AREA_VA + 1
    area    "RST-006", AREA_VA + PAGE_SIZE - vcpu_runstate_info_size
    area    "RST-007", LOWER_VA

    // Nothing is at VA 0; then first_page is.
    area    "RST-008", 0
    map     0, first_page, KERNEL_DATA
    area    "RST-009", 0
    area    "RST-010", 8

    // The last page of the address space is third_page; behind it comes VA 0.
    map     TOP_VA, third_page, KERNEL_DATA
    area    "RST-011", TOP_VA + PAGE_SIZE - vcpu_runstate_info_size
    area    "RST-012", TOP_VA + PAGE_SIZE - 8
    unmap   0
    area    "RST-013", TOP_VA + PAGE_SIZE - 8

    // Non-canonical numbers: in neither half, or with bits of both.
    area    "RST-014", 1 << 60
    b       power_off
    .ltorg

#include "lib/end.S"
