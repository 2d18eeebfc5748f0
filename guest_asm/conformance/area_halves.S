/*
 * Runstate areas by the bits of an address above the translated ones, and by the half that these bits select.
 *
 * The CPU requires them all to be equal, except for the tag (TCR_EL1.TBI).  If it refuses the address, Xen's own walk
 * looks only at bit 63 (bit 55 where TBI is set).
 */
#include "include/conformance.h"
#include "include/areas.S"

#define TCR_EPD0        (1 << 7)
#define TCR_TBI0        (1 << 37)
#define TCR_TBI1        (1 << 38)
#define TAG             (0xff << 56)

.macro change_tcr how:req, bits:req
    mrs     x0, tcr_el1
    ldr     x1, =\bits
    \how    x0, x0, x1
    msr     tcr_el1, x0
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
.endm

    .text
kernel_main:
    bl      boot_mmu
    map     AREA_VA, first_page, KERNEL_DATA
    map     LOWER_VA, first_page, KERNEL_DATA

    // first_page is in both halves, 39 bits each, without tags.
    area    "RST-060", AREA_VA - (1 << 48)
    area    "RST-061", LOWER_VA + (1 << 60)
    area    "RST-062", AREA_VA - (1 << 63)
    area    "RST-063", LOWER_VA + (1 << 63)
    change_tcr orr, TCR_TBI1
    area    "RST-064", AREA_VA - TAG
    change_tcr bic, TCR_TBI1
    change_tcr orr, TCR_TBI0
    area    "RST-065", LOWER_VA + TAG
    area    "RST-066", AREA_VA - TAG
    change_tcr bic, TCR_TBI0

    // Walks in the lower half are disabled, then enabled again.
    change_tcr orr, TCR_EPD0
    area    "RST-067", LOWER_VA
    bl      fill_pages
    register LOWER_VA
    rule    "RST-068"
    say     "result", x0
    change_tcr bic, TCR_EPD0
    bl      wait
    say_overwritten "written"
    end_rule
    unregister
    b       power_off
    .ltorg

#include "lib/end.S"
