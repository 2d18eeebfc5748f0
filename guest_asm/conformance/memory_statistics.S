/*
 * memory_op, the query commands: how much memory a domain has and may have, where it ends, about which domains one may
 * ask, and how many bits of the command and the domain's number count.
 *
 * Sizes depend on how the domain was created, so the case reports only how they compare.
 */
#include "include/conformance.h"
#include "include/argument.S"

#define NO_DOMAIN       77
#define EXTENT_SHIFT    6               /* the command's bits above say how much of it is done */

.macro statistic command:req, domain=DOMID_SELF
    lay     \domain
    ask     HYPERVISOR_memory_op, \command
.endm
.macro report_statistic id:req, command:req, domain:req
    statistic \command, \domain
    report  "\id", "result", x0
.endm

    .text
kernel_main:
    bl      boot_mmu
    map_argument_alone
    statistic XENMEM_current_reservation
    mov     x19, x0
    statistic XENMEM_maximum_reservation
    mov     x20, x0
    // 64 MiB of RAM, without what Xen uses for the domain itself.
    cmp     x19, #0
    cset    x21, gt
    cmp     x19, x20
    cset    x22, le
    rule    "MEM-001"
    say_yes_no "current", x21
    say_yes_no "not_above_maximum", x22
    end_rule
    // The image lies below the highest gfn that was ever mapped.
    statistic XENMEM_maximum_gpfn
    mov     x21, x0
    address x0, image
    bl      virt_to_phys
    cmp     x21, x0, lsr #12
    cset    x0, hs
    report_yes_no "MEM-002", "above_the_image", x0
    // The machine has at least what the domain has.
    ask     HYPERVISOR_memory_op, XENMEM_maximum_ram_page, UNMAPPED_VA
    cmp     x0, x19
    cset    x0, gt
    report_yes_no "MEM-003", "above_current", x0

    bl      is_dom0
    eor     x23, x0, #1                 // dom0's number is 0, the domU's 1
    lay     0
    lay_register 0, x23
    ask     HYPERVISOR_memory_op, XENMEM_current_reservation
    cmp     x0, x19
    cset    x0, eq
    report_yes_no "MEM-004", "same_as_self", x0
    report_statistic "MEM-005", XENMEM_current_reservation, NO_DOMAIN
    lay     0
    eor     x1, x23, #1
    lay_register 0, x1                  // the number of the other domain
    ask     HYPERVISOR_memory_op, XENMEM_maximum_reservation
    cmp     x0, #0
    csel    x0, x0, xzr, lt
    report  "MEM-006", "result", x0
    report_statistic "MEM-007", XENMEM_maximum_gpfn, DOMID_XEN
    statistic XENMEM_current_reservation, 0x5a5a0000 + DOMID_SELF
    cmp     x0, x19
    cset    x0, eq
    report_yes_no "MEM-008", "same_as_self", x0
    lay     DOMID_SELF
    ask     HYPERVISOR_memory_op, (0x100000000 + XENMEM_current_reservation)
    report  "MEM-009", "result", x0
    ask     HYPERVISOR_memory_op, ((1 << EXTENT_SHIFT) + XENMEM_maximum_ram_page)
    report  "MEM-010", "result", x0
    ask     HYPERVISOR_memory_op, XENMEM_maximum_reservation, UNMAPPED_VA
    report  "MEM-011", "result", x0
    // Two bytes are all that is read.
    lay     0
    lay_at  (PAGE_SIZE - 8), (DOMID_SELF << 48)
    ask     HYPERVISOR_memory_op, XENMEM_current_reservation, (ARGUMENT_END - 2)
    cmp     x0, x19
    cset    x0, eq
    report_yes_no "MEM-012", "same_as_self", x0
    b       power_off
    .ltorg

#include "lib/end.S"
