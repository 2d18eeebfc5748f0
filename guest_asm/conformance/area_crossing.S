/*
 * Runstate areas across two pages: Xen/Arm copies the part in each page separately, and stops at a page that it cannot
 * write.  Claim 9: the two pages need not be adjacent in memory.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define AREA_AT(bytes)  (AREA_VA + PAGE_SIZE - (bytes))     /* so many bytes of it are in its first page */

    .text
kernel_main:
    bl      boot_mmu
    map     AREA_VA, first_page, KERNEL_DATA

    // The area's first page is first_page; its second one changes.
    map     NEXT_VA, second_page, KERNEL_DATA
    crossing_area "RST-080", AREA_AT(8)
    crossing_area "RST-081", AREA_AT(40)
    crossing_area "RST-082", AREA_AT(4)
    unmap   NEXT_VA
    crossing_area "RST-083", AREA_AT(8)
    map     NEXT_VA, second_page, KERNEL_DATA + DESC_READONLY
    crossing_area "RST-084", AREA_AT(8)
    describe NEXT_VA, NOWHERE + KERNEL_DATA
    crossing_area "RST-085", AREA_AT(8)
    map     NEXT_VA, first_page, KERNEL_DATA
    crossing_area "RST-086", AREA_AT(8)

    // The second page lies below the first in memory; then the first is unmapped.
    map     AREA_VA, second_page, KERNEL_DATA
    crossing_area "RST-087", AREA_AT(40)
    map     NEXT_VA, second_page, KERNEL_DATA
    unmap   AREA_VA
    crossing_area "RST-088", AREA_AT(8)
    b       power_off
    .ltorg

#include "lib/end.S"
