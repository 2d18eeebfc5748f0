/*
 * A process with its own lower half: the same as the kernel's, except for the page at AREA_VA.
 *
 * The library has one set of tables for the lower half, user_pg_dir.  This is a second one.  Code that
 * runs under it finds the same user code and stack, and at AREA_VA another page, or none.
 */
#ifndef CLAIM_PROCESS_S
#define CLAIM_PROCESS_S

#include "claim.h"

    page    process_pg_dir
    page    process_level2
    page    process_level3

    .text
/* Maps AREA_VA in process_pg_dir (not live) to the page at x0 (in the image), or unmaps it if x0 is 0. */
make_process:
    stp     x29, x30, [sp, #-16]!
    mov     x6, #0
    cbz     x0, 1f
    bl      virt_to_phys
    ldr     x6, =USER_DATA
    add     x6, x6, x0                  // x6: the descriptor for AREA_VA
1:  address x3, user_level3
    address x4, process_level3
    add     x5, x3, #PAGE_SIZE
2:  ldr     x0, [x3], #8
    str     x0, [x4], #8
    cmp     x3, x5
    b.lo    2b
    address x0, process_level3
    str     x6, [x0, #(((AREA_VA >> 12) & 511) * 8)]
    bl      virt_to_phys
    add     x0, x0, #DESC_TABLE
    address x4, process_level2
    str     x0, [x4, #((AREA_VA >> 21) * 8)]
    address x0, process_level2
    bl      virt_to_phys
    add     x0, x0, #DESC_TABLE
    address x4, process_pg_dir
    str     x0, [x4]
    dsb     ishst                       // made, before any walk may come along
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* Switches this vCPU's lower half to the directory at x0: process_pg_dir, or user_pg_dir again. */
use_tables:
    stp     x29, x30, [sp, #-16]!
    bl      virt_to_phys
    msr     ttbr0_el1, x0
    isb
    tlbi    vmalle1                     // both sets have the same ASID
    dsb     nsh
    isb
    ldp     x29, x30, [sp], #16
    ret

/* Maps the page at x0 (in the image) at AREA_VA under user_pg_dir, for the kernel alone. */
map_kernel_area:
    stp     x29, x30, [sp, #-16]!
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA + DESC_NG
    add     x1, x1, x0
    mov     x0, #AREA_VA
    bl      map_page
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

#endif
