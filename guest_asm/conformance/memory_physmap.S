/*
 * memory_op: Xen's own pages, shared_info and the grant table's, mapped into the guest and removed.
 *
 * MMU on.  x20 is the gfn of a page of the guest's own RAM, mapped at `given`, where mapped pages can be read.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

#define UNUSED          2048            /* a word of the shared info page that nobody has a use for */

/* x0 = XENMEM_add_to_physmap of number `index` of a space at the gfn in `reg`, and some more. */
.macro put space:req, index:req, reg=x20, plus=0, domain=DOMID_SELF, size=0, start=0
    lay     ((\space << 32) + (\size << 16) + \domain), \index
    lay_gfn xen_add_to_physmap_gpfn, \reg, \plus
    memory_op XENMEM_add_to_physmap, \start
.endm
.macro report_put id:req, more:vararg
    put     \more
    report  "\id", "result", x0
.endm
/* x0 = the result of XENMEM_remove_from_physmap for the gfn in `reg`, plus an offset. */
.macro take_out reg=x20, plus=0, domain=DOMID_SELF
    lay     \domain
    lay_gfn xen_remove_from_physmap_gpfn, \reg, \plus
    memory_op XENMEM_remove_from_physmap
.endm

    .text
kernel_main:
    bl      boot_mmu
    catch_exceptions
    map_argument_alone
    gfns
    bl      shared_info
    bl      grant_table
    bl      refusals
    b       power_off
    .ltorg

shared_info:
    str     x30, [sp, #-16]!
    report_put "MEM-060", XENMAPSPACE_shared_info, 1
    pages
    mov     x19, x0
    address x0, given
    mov     x1, #1
    str     x1, [x0, #UNUSED]           // in RAM
    put     XENMAPSPACE_shared_info, 0
    mov     x22, x0
    address x0, given
    ldr     x23, [x0, #UNUSED]
    mov     x1, #2
    str     x1, [x0, #UNUSED]           // in Xen's page
    rule    "MEM-061"
    say     "result", x22
    say     "word", x23
    end_rule
    pages
    sub     x0, x0, x19
    report  "MEM-062", "pages", x0      // the RAM that was there still counts
    put     XENMAPSPACE_shared_info, 0, x20, 1
    mov     x22, x0
    address x0, given
    add     x0, x0, #PAGE_SIZE
    ldr     x0, [x0, #UNUSED]
    cmp     x0, #2
    cset    x23, eq
    is_there
    rule    "MEM-063"
    say     "result", x22
    say_yes_no "first_place", x0
    say_yes_no "second_place", x23
    end_rule
    take_out  x20, 1
    take_out
    mov     x22, x0
    is_there
    rule    "MEM-064"
    say     "result", x22
    say_yes_no "readable", x0
    end_rule
    take_out
    report  "MEM-065", "result", x0
    report_put "MEM-066", XENMAPSPACE_shared_info, 0
    ldr     x30, [sp], #16
    ret
    .ltorg

grant_table:
    str     x30, [sp, #-16]!
    report_put "MEM-067", XENMAPSPACE_grant_table, 0, x20, 2
    report_put "MEM-068", XENMAPSPACE_grant_table, 64, x21
    put     XENMAPSPACE_grant_table, 0, x21
    mov     x22, x0
    is_there 2
    rule    "MEM-069"
    say     "result", x22
    say_yes_no "first_place", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

refusals:
    str     x30, [sp, #-16]!
    report_put "MEM-070", XENMAPSPACE_gmfn, 0, x21
    report_put "MEM-071", XENMAPSPACE_gmfn_foreign, 0, x21
    report_put "MEM-072", XENMAPSPACE_dev_mmio, 0x9000, x21
    report_put "MEM-073", 77, 0, x21
    report_put "MEM-074", XENMAPSPACE_shared_info, 0, x21, 0, NO_DOMAIN
    lay     DOMID_SELF, 0, -1
    memory_op XENMEM_add_to_physmap
    report  "MEM-075", "result", x0
    report_put "MEM-076", XENMAPSPACE_gmfn_range, 0, x21, 0, DOMID_SELF, 2, 0
    report_put "MEM-077", XENMAPSPACE_gmfn_range, 0, x21, 0, DOMID_SELF, 1, 2
    ask     HYPERVISOR_memory_op, XENMEM_add_to_physmap, (ARGUMENT_END - 16)
    report  "MEM-078", "result", x0
    take_out  x21, 1, NO_DOMAIN
    report  "MEM-079", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
