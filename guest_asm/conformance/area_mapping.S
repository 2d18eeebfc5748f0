/*
 * Runstate areas by the last descriptor of their translation: what a page must allow for Xen to write there.
 *
 * Xen asks the CPU to translate the address for a write by EL1; if the CPU refuses, Xen walks the tables itself, by
 * rules of its own.  So the areas that Xen can write are not quite those that the kernel could write.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define ACCESS_FLAG     (1 << 10)
#define ATTRIBUTE_1     (1 << 2)                /* MAIR_EL1 has 0 there: Device-nGnRnE */
#define SOFTWARE_BITS   (0xf << 55)             /* for the kernel's own use */
#define EXECUTABLE      (KERNEL_DATA - DESC_UXN - DESC_PXN)

/* The rule about an area in first_page, mapped with these descriptor bits. */
.macro mapped_area id:req, kind:req
    map     AREA_VA, first_page, \kind
    area    "\id", AREA_VA
.endm

    .text
kernel_main:
    bl      boot_mmu
    // AREA_VA is unmapped; then it maps first_page, with one descriptor after another.
    area    "RST-020", AREA_VA
    mapped_area "RST-021", KERNEL_DATA + DESC_READONLY
    mapped_area "RST-022", KERNEL_DATA + DESC_USER + DESC_READONLY
    mapped_area "RST-023", KERNEL_DATA + DESC_USER
    mapped_area "RST-024", KERNEL_DATA - ACCESS_FLAG
    mapped_area "RST-025", KERNEL_DATA - ACCESS_FLAG + DESC_READONLY
    mapped_area "RST-026", KERNEL_DATA - DESC_PAGE + 1
    mapped_area "RST-027", KERNEL_DATA - DESC_PAGE
    mapped_area "RST-028", EXECUTABLE
    mapped_area "RST-029", KERNEL_DATA + ATTRIBUTE_1
    mapped_area "RST-030", KERNEL_DATA + SOFTWARE_BITS
    mapped_area "RST-031", KERNEL_DATA + DESC_NG
    b       power_off
    .ltorg

#include "lib/end.S"
