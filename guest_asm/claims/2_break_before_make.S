/*
 * Claim 2: a guest that changes its tables goes through an invalid mapping, so an update may fail.
 *
 * The architecture requires it: the old entry is made invalid and the TLB is flushed before the new entry
 * is written ("break-before-make").  The kernel does this to the page of its area, only to show the effect:
 * the page stays the same.  If a switch comes between break and make, here by a wait for the timer, the
 * area's address is not mapped.  Afterwards nothing reports the lost update.
 */
#include "claim.h"

#define WAITS           4
#define REGISTERED_VA   WINDOW_VA

    page    area

    .text
kernel_main:
    bl      boot_mmu
    bl      make
    print   "claim 2: "
    ldr     x0, =REGISTERED_VA
    address x1, area
    mov     x2, #0
    bl      register_area

    address x0, wait
    bl      count_updates
    print   "claim 2: waits with a valid entry: 4, area updated in "
    print_unsigned x20
    address x0, wait_in_the_window
    bl      count_updates
    print   "\nclaim 2: waits between break and make: 4, area updated in "
    print_unsigned x20
    address x0, wait
    bl      count_updates
    print   "\nclaim 2: waits after the make: 4, area updated in "
    print_unsigned x20
    print   "\n"
    b       power_off
    .ltorg

/* The page is at REGISTERED_VA. */
make:
    stp     x29, x30, [sp, #-16]!
    address x0, area
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA
    add     x1, x1, x0
    ldr     x0, =REGISTERED_VA
    bl      map_page
    ldp     x29, x30, [sp], #16
    ret

wait_in_the_window:
    stp     x29, x30, [sp, #-16]!
    ldr     x0, =REGISTERED_VA
    bl      unmap_page
    bl      wait
    bl      make
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* x20 = in how many of WAITS calls of the function at x0 the area was written. */
count_updates:
    stp     x29, x30, [sp, #-16]!
    mov     x19, x0
    mov     x20, #0
    mov     x22, #WAITS
1:  address x0, area
    bl      entry_time
    mov     x21, x0
    blr     x19
    address x0, area
    bl      entry_time
    cmp     x0, x21
    cinc    x20, x20, ne
    subs    x22, x22, #1
    b.ne    1b
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
