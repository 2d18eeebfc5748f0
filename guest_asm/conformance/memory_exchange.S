/*
 * memory_op: XENMEM_exchange, which Xen/Arm has but never completes: it cannot take a page from a translated guest.
 * Only the checks before that can be observed.
 *
 * MMU on.  x20 is the gfn of one of the guest's own pages, x21 a gfn without a page.  The structure consists of two
 * reservations and the number of pages exchanged, which Xen writes back.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

#define OUT             xen_memory_exchange_out
#define DONE            xen_memory_exchange_nr_exchanged

/* x0 = the result of exchanging `count` extents of an order for those of another; `reg` is the first gfn. */
.macro exchange count=1, order=0, out_count=1, out_order=0, domain=DOMID_SELF, out_domain=DOMID_SELF, done=0, reg=x20
    lay     0, \count, \order, \domain, 0, \out_count, \out_order, \out_domain, \done
    lay_list 0, LIST
    lay_list OUT, SECOND_LIST
    lay_gfn LIST, \reg
    lay_gfn SECOND_LIST, \reg
    memory_op XENMEM_exchange
.endm
.macro report_exchange id:req, more:vararg
    exchange \more
    report  "\id", "result", x0
.endm

    .text
kernel_main:
    bl      boot_mmu
    catch_exceptions
    map_argument_alone
    gfns
    exchange
    mov     x22, x0
    is_there
    rule    "MEM-080"
    say     "result", x22
    say_yes_no "page_there", x0
    end_rule
    report_exchange "MEM-081", reg=x21
    report_exchange "MEM-082", order=19, out_order=19
    report_exchange "MEM-083", count=2
    report_exchange "MEM-084", out_domain=NO_DOMAIN
    report_exchange "MEM-085", domain=NO_DOMAIN, out_domain=NO_DOMAIN
    exchange done=1
    mov     x22, x0
    after   x23, DONE
    rule    "MEM-086"
    say     "result", x22
    say     "exchanged", x23
    end_rule
    report_exchange "MEM-087", done=2
    lay     UNMAPPED_VA, 1, 0, DOMID_SELF, UNMAPPED_VA, 1, 0, DOMID_SELF, 0
    memory_op XENMEM_exchange
    report  "MEM-088", "result", x0
    ask     HYPERVISOR_memory_op, XENMEM_exchange, (ARGUMENT_END - 64)
    report  "MEM-089", "result", x0
    lay     0
    memory_op XENMEM_exchange, 1
    report  "MEM-090", "result", x0
    b       power_off
    .ltorg

#include "lib/end.S"
