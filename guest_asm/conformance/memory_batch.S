/*
 * memory_op: XENMEM_add_to_physmap_batch, many pages of one kind at once, with an errno for each.
 *
 * MMU on.  The lists of indices, gfns and errnos are LIST, SECOND_LIST and ERRORS in the argument page; x21 is a gfn
 * without a page.  An errno is a signed 32-bit word, and -99 where Xen has not written one.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

#define UNWRITTEN       0xffffff9d      /* -99 */
#define BATCH_U         48              /* bit of the first word: the foreign domain, or 0 */

/* A batch of `count` entries: their indices; the gfns are x21 and those behind it. */
.macro lay_batch space:req, count:req, u=0, domain=DOMID_SELF, index0=0, index1=0, index2=0
    lay     ((\u << BATCH_U) + (\count << 32) + (\space << 16) + \domain)
    lay_list xen_add_to_physmap_batch_idxs, LIST
    lay_list xen_add_to_physmap_batch_gpfns, SECOND_LIST
    lay_list xen_add_to_physmap_batch_errs, ERRORS
    lay_at  LIST, \index0
    lay_at  (LIST + 8), \index1
    lay_at  (LIST + 16), \index2
    lay_gfn SECOND_LIST, x21, 1
    lay_gfn (SECOND_LIST + 8), x21, 2
    lay_gfn (SECOND_LIST + 16), x21, 3
    lay_at  ERRORS, ((UNWRITTEN << 32) + UNWRITTEN)
    lay_at  (ERRORS + 8), ((UNWRITTEN << 32) + UNWRITTEN)
.endm
.macro batch space:req, count:req, more:vararg
    lay_batch \space, \count, \more
    memory_op XENMEM_add_to_physmap_batch
.endm
.macro report_batch id:req, more:vararg
    batch   \more
    report  "\id", "result", x0
.endm
/* Reports the call's result, x0, and the first two or three errnos. */
.macro report_errors id:req
    mov     x22, x0
    address x23, argument
    rule    "\id"
    say     "result", x22
    ldrsw   x0, [x23, #ERRORS]
    say     "first_result", x0
    ldrsw   x0, [x23, #(ERRORS + 4)]
    say     "second_result", x0
    ldrsw   x0, [x23, #(ERRORS + 8)]
    say     "third_result", x0
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    gfns
    batch   XENMAPSPACE_grant_table, 3, index0=0, index1=99, index2=1
    report_errors "MEM-100"
    batch   XENMAPSPACE_gmfn, 2
    report_errors "MEM-101"
    lay_batch XENMAPSPACE_grant_table, 2, index0=2, index1=3
    lay_at  (SECOND_LIST + 8), -1
    memory_op XENMEM_add_to_physmap_batch
    report_errors "MEM-102"
    lay_batch XENMAPSPACE_shared_info, 2, index0=1, index1=1
    memory_op XENMEM_add_to_physmap_batch, 1
    report_errors "MEM-103"
    report_batch "MEM-104", XENMAPSPACE_shared_info, 0
    lay_batch XENMAPSPACE_shared_info, 1
    memory_op XENMEM_add_to_physmap_batch, 1
    report  "MEM-105", "result", x0
    report_batch "MEM-106", XENMAPSPACE_gmfn_range, 1
    report_batch "MEM-107", XENMAPSPACE_shared_info, 1, domain=NO_DOMAIN
    report_batch "MEM-108", XENMAPSPACE_dev_mmio, 1, u=1
    bl      foreign
    bl      pointers
    b       power_off
    .ltorg

/* Foreign pages: of the domain itself, of a domain that does not exist, of Xen. */
foreign:
    str     x30, [sp, #-16]!
    bl      is_dom0
    eor     x19, x0, #1                 // the domain's own number
    lay_batch XENMAPSPACE_gmfn_foreign, 1
    address x0, argument
    strh    w19, [x0, #xen_add_to_physmap_batch_u]
    memory_op XENMEM_add_to_physmap_batch
    report_errors "MEM-109"
    batch   XENMAPSPACE_gmfn_foreign, 1, u=DOMID_SELF
    report_errors "MEM-110"
    batch   XENMAPSPACE_gmfn_foreign, 1, u=NO_DOMAIN
    report_errors "MEM-111"
    ldr     x30, [sp], #16
    ret
    .ltorg

pointers:
    str     x30, [sp, #-16]!
    lay_batch XENMAPSPACE_gmfn, 1
    lay_at  xen_add_to_physmap_batch_gpfns, UNMAPPED_VA
    memory_op XENMEM_add_to_physmap_batch
    report_errors "MEM-112"
    lay_batch XENMAPSPACE_gmfn, 1
    lay_at  xen_add_to_physmap_batch_errs, UNMAPPED_VA
    memory_op XENMEM_add_to_physmap_batch
    report  "MEM-113", "result", x0
    ask     HYPERVISOR_memory_op, XENMEM_add_to_physmap_batch, UNMAPPED_VA
    report  "MEM-114", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
