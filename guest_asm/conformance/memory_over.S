/*
 * memory_op: mapping one page over another, or removing it: RAM that leaves the map but not the domain, Xen's pages
 * given back as if they were RAM, RAM over RAM; and how many bits of a grant table frame's number count.
 *
 * MMU on.  x20 is the gfn of a page of the guest's own RAM, mapped at `given`, with two more behind it.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

#define STATUS_FRAME    0x80000000      /* XENMAPIDX_grant_table_status */

/* x0 = XENMEM_add_to_physmap of number `index` of a space at the gfn x20, and some more. */
.macro put space:req, index:req, plus=0
    lay     ((\space << 32) + DOMID_SELF), \index
    lay_gfn xen_add_to_physmap_gpfn, x20, \plus
    memory_op XENMEM_add_to_physmap
.endm
.macro take_out plus=0
    lay     DOMID_SELF
    lay_gfn xen_remove_from_physmap_gpfn, x20, \plus
    memory_op XENMEM_remove_from_physmap
.endm
/* Remembers how many pages the domain has; x0 = how many more it has since then. */
.macro count_pages
    pages
    mov     x19, x0
.endm
.macro more_pages
    pages
    sub     x0, x0, x19
.endm

    .text
kernel_main:
    bl      boot_mmu
    catch_exceptions
    gfns
    bl      ram
    bl      numbers
    bl      shared_info
    b       power_off
    .ltorg

ram:
    str     x30, [sp, #-16]!
    count_pages
    take_out
    mov     x22, x0
    is_there
    mov     x23, x0
    more_pages
    rule    "MEM-152"
    say     "result", x22
    say_yes_no "readable", x23
    say     "pages", x0
    end_rule
    adjust  XENMEM_populate_physmap
    report  "MEM-153", "done", x0
    adjust  XENMEM_decrease_reservation, x20, 1     // so that a domU may have one more
    count_pages
    adjust  XENMEM_populate_physmap, x20, 2         // where RAM is
    mov     x22, x0
    more_pages
    rule    "MEM-154"
    say     "done", x22
    say     "pages", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

/* At a gfn without a page: ram gave that page back. */
numbers:
    str     x30, [sp, #-16]!
    put     XENMAPSPACE_grant_table, 0x100000000, 1
    report  "MEM-150", "result", x0
    take_out 1
    put     XENMAPSPACE_grant_table, STATUS_FRAME, 1
    report  "MEM-151", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

shared_info:
    str     x30, [sp, #-16]!
    put     XENMAPSPACE_shared_info, 0, 1
    count_pages
    adjust  XENMEM_decrease_reservation, x20, 1
    mov     x22, x0
    is_there 1
    mov     x23, x0
    more_pages
    rule    "MEM-155"
    say     "done", x22
    say_yes_no "readable", x23
    say     "pages", x0
    end_rule
    put     XENMAPSPACE_shared_info, 0, 1
    mov     x22, x0
    is_there 1
    rule    "MEM-156"
    say     "result", x22
    say_yes_no "readable", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
