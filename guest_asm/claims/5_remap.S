/*
 * Claim 5: after a remap the patched Xen writes to the old page, until the guest registers again.
 *
 * The kernel moves its area: the same virtual address, another page.  It gives the old page to another
 * user, who fills it.  Does Xen leave the old page alone from then on, and does the new page get the
 * updates?  Then the kernel registers the same address once more, and checks again.
 */
#include "claim.h"

#define WAITS           2
#define REGISTERED_VA   WINDOW_VA

    page    old_page
    page    new_page

    .text
kernel_main:
    bl      boot_mmu
    address x0, old_page
    bl      map_area
    print   "claim 5: "
    address x1, old_page
    bl      register_at_the_address
    bl      wait

    address x0, new_page
    bl      map_area
    bl      watch
    print   "claim 5: after the remap: "
    bl      report
    print   "claim 5: again, "
    address x1, new_page
    bl      register_at_the_address
    bl      watch
    print   "claim 5: after registering again: "
    bl      report
    b       power_off

/* x0: the page that is at REGISTERED_VA from now on; break-before-make, and no switch in between. */
map_area:
    stp     x29, x30, [sp, #-16]!
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA
    add     x1, x1, x0
    ldr     x0, =REGISTERED_VA
    bl      map_page
    ldp     x29, x30, [sp], #16
    ret

/* x1: the page that is there now. */
register_at_the_address:
    ldr     x0, =REGISTERED_VA
    mov     x2, #0
    b       register_area
    .ltorg

/* x20 and x21 = how many bytes of the old and of the new page are overwritten in WAITS waits. */
watch:
    stp     x29, x30, [sp, #-16]!
    address x0, old_page
    bl      fill_page
    address x0, new_page
    bl      fill_page
    mov     x20, #WAITS
1:  bl      wait
    subs    x20, x20, #1
    b.ne    1b
    address x0, old_page
    bl      bytes_overwritten
    mov     x20, x0
    address x0, new_page
    bl      bytes_overwritten
    mov     x21, x0
    ldp     x29, x30, [sp], #16
    ret

report:
    stp     x29, x30, [sp, #-16]!
    print   "written of the old page, now another's, "
    print_unsigned x20
    print   ", of the new one "
    print_unsigned x21
    print   " bytes\n"
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
