/*
 * memory_op: reservations that are refused.  These commands never return an errno but the number of completed extents:
 * none, or as many as the command's upper bits say were completed before.
 *
 * The page at gfn x20 stays mapped throughout.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

#define MOST_EXTENTS    0x3ffffff       /* UINT_MAX >> EXTENT_SHIFT */
#define VNODE           (1 << 18)       /* XENMEMF_*, public/memory.h */
#define EXACT_NODE      (1 << 17)
#define ON_DEMAND       (1 << 16)
#define NODE_1          (2 << 8)

.macro refused id:req, command:req, more:vararg
    adjust  \command, \more
    report  "\id", "done", x0
.endm

    .text
kernel_main:
    bl      boot_mmu
    catch_exceptions
    gfns
    bl      of_the_call
    bl      of_the_request
    bl      increase
    b       power_off
    .ltorg

of_the_call:
    str     x30, [sp, #-16]!
    ask     HYPERVISOR_memory_op, XENMEM_decrease_reservation, UNMAPPED_VA
    report  "MEM-040", "done", x0
    ask     HYPERVISOR_memory_op, (XENMEM_populate_physmap + (5 << EXTENT_SHIFT)), UNMAPPED_VA
    report  "MEM-041", "done", x0
    refused "MEM-042", XENMEM_decrease_reservation, start=7
    refused "MEM-043", XENMEM_decrease_reservation, count=0
    refused "MEM-044", XENMEM_decrease_reservation, count=(MOST_EXTENTS + 1)
    refused "MEM-045", XENMEM_decrease_reservation, domain=NO_DOMAIN
    lay     UNMAPPED_VA, 1, 0, DOMID_SELF
    memory_op XENMEM_decrease_reservation
    report  "MEM-046", "done", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

of_the_request:
    str     x30, [sp, #-16]!
    refused "MEM-047", XENMEM_decrease_reservation, reg=x21
    lay_reservation
    lay_at  LIST, -1
    memory_op XENMEM_decrease_reservation
    report  "MEM-048", "done", x0
    // An order above what any domain may use.
    refused "MEM-049", XENMEM_decrease_reservation, order=19
    is_there
    report_yes_no "MEM-050", "page_there", x0
    refused "MEM-051", XENMEM_decrease_reservation, flags=12
    refused "MEM-052", XENMEM_decrease_reservation, flags=(EXACT_NODE + NODE_1)
    adjust  XENMEM_decrease_reservation
    refused "MEM-053", XENMEM_populate_physmap, flags=ON_DEMAND
    refused "MEM-054", XENMEM_populate_physmap, flags=VNODE
    adjust  XENMEM_populate_physmap
    // An order above what a domU may use.  dom0 loses what is behind the image, which the case does not use.
    adjust  XENMEM_decrease_reservation, order=10
    mov     x22, x0
    is_there
    rule    "MEM-055"
    say     "done", x22
    say_yes_no "page_there", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Memory that is not mapped: a translated guest gets it, but is not told where it is. */
increase:
    str     x30, [sp, #-16]!
    adjust  XENMEM_populate_physmap
    adjust  XENMEM_decrease_reservation
    pages
    mov     x19, x0
    adjust  XENMEM_increase_reservation
    mov     x22, x0
    pages
    sub     x23, x0, x19
    is_there
    rule    "MEM-056"
    say     "done", x22
    say     "pages", x23
    say_yes_no "page_there", x0
    end_rule
    lay     UNMAPPED_VA, 1, 0, DOMID_SELF
    memory_op XENMEM_increase_reservation
    report  "MEM-057", "done", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
