/*
 * Claim 9: the area may cross a page boundary, and its pages need not be adjacent in memory.
 *
 * The area begins 24 bytes before the end of a page.  After that page the kernel maps a page that precedes
 * it in physical memory.  Both parts must get their updates.  Then the second page is unmapped (and filled,
 * like each part before a check): a walk at the switch writes half of the area, and a mapping of both pages
 * that Xen made in the hypercall still writes the whole area.
 */
#include "claim.h"

#define FIRST_PART      24
#define WAITS           2
#define SECOND_VA       (WINDOW_VA + PAGE_SIZE)
#define REGISTERED_VA   (WINDOW_VA + PAGE_SIZE - FIRST_PART)

    page    second_page                 // in this order: never the neighbours that they are at WINDOW_VA
    page    first_page

    .text
kernel_main:
    bl      boot_mmu
    address x0, first_page
    ldr     x1, =WINDOW_VA
    bl      map_at
    address x0, second_page
    ldr     x1, =SECOND_VA
    bl      map_at
    print   "claim 9: "
    ldr     x0, =REGISTERED_VA
    address x1, first_page + PAGE_SIZE - FIRST_PART
    mov     x2, #0
    bl      register_area
    mov     x22, x0
    print   "claim 9: second page mapped: "
    bl      watch
    ldr     x0, =SECOND_VA
    bl      unmap_page
    print   "claim 9: second page not mapped: "
    bl      watch
    b       power_off
    .ltorg

/* Maps the page at x0 (in the image) at x1. */
map_at:
    stp     x29, x30, [sp, #-16]!
    mov     x19, x1
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA
    add     x1, x1, x0
    mov     x0, x19
    bl      map_page
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* Ends the line with how many bytes of each page were overwritten in WAITS waits. */
watch:
    stp     x29, x30, [sp, #-16]!
    address x0, first_page
    bl      fill_page
    address x0, second_page
    bl      fill_page
    mov     x20, #WAITS
1:  bl      wait
    subs    x20, x20, #1
    b.ne    1b
    address x0, first_page
    bl      bytes_overwritten
    mov     x20, x0
    address x0, second_page
    bl      bytes_overwritten
    mov     x21, x0
    print   "written of the first part "
    print_unsigned x20
    print   ", of the second "
    print_unsigned x21
    print   " bytes\n"
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
