/*
 * Changes to the mapping of a runstate area after its registration: Xen translates the address at each switch, so the
 * area follows the address.  Claims 1, 2, 3 and 5.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define ACCESS_FLAG     (1 << 10)

/* Registers the area in first_page, aligned or crossing into second_page. */
.macro registered va=AREA_VA
    map     AREA_VA, first_page, KERNEL_DATA
    map     NEXT_VA, second_page, KERNEL_DATA
    register \va
.endm
/* Reports what a switch writes of each page. */
.macro outcome id:req
    rule    "\id"
    bl      say_pages
    end_rule
.endm

    .text
say_pages:
    stp     x29, x30, [sp, #-16]!
    bl      fill_pages
    bl      wait
    address x0, first_page
    bl      bytes_overwritten
    say     "first", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "second", x0
    address x0, third_page
    bl      bytes_overwritten
    say     "third", x0
    ldp     x29, x30, [sp], #16
    ret

kernel_main:
    bl      boot_mmu
    // One page: unmapped, mapped again, moved, with fewer and fewer permissions, mapped to an IPA without memory.
    registered
    unmap   AREA_VA
    outcome "RST-120"
    map     AREA_VA, first_page, KERNEL_DATA
    outcome "RST-121"
    map     AREA_VA, third_page, KERNEL_DATA
    outcome "RST-122"
    register AREA_VA
    outcome "RST-123"
    registered
    map     AREA_VA, first_page, KERNEL_DATA + DESC_READONLY
    outcome "RST-124"
    map     AREA_VA, first_page, KERNEL_DATA - ACCESS_FLAG
    outcome "RST-125"
    describe AREA_VA, NOWHERE + KERNEL_DATA
    outcome "RST-126"
    // The page gets a second address, and loses the one at which it was registered.
    map     LOWER_VA, first_page, KERNEL_DATA
    unmap   AREA_VA
    outcome "RST-127"

    // Two pages: one is moved, one is unmapped, they are exchanged.
    registered AREA_VA + PAGE_SIZE - 8
    map     NEXT_VA, third_page, KERNEL_DATA
    outcome "RST-128"
    registered AREA_VA + PAGE_SIZE - 8
    unmap   NEXT_VA
    outcome "RST-129"
    registered AREA_VA + PAGE_SIZE - 8
    map     AREA_VA, second_page, KERNEL_DATA
    map     NEXT_VA, first_page, KERNEL_DATA
    outcome "RST-130"
    b       power_off
    .ltorg

#include "lib/end.S"
