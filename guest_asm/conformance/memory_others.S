/*
 * memory_op: the commands that are of little use to a guest of Xen/Arm, and those that it does not have at all.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

#define MEMORY_MAP      9               /* public/memory.h: XENMEM_*, those that abi.h leaves out */
#define MACHINE_MEMORY_MAP 10
#define SET_MEMORY_MAP  13
#define PAGING_OP       20
#define SHARING_OP      22
#define UNKNOWN         63
#define RDM_ALL         1               /* XENMEM_RDM_ALL */

.macro report_refusal id:req, command:req
    lay     DOMID_SELF
    memory_op \command
    report  "\id", "result", x0
.endm
/* x21 = 0 if the command returns anything but -ENOSYS. */
.macro not_there command:req
    memory_op \command
    cmn     x0, #ENOSYS
    csel    x21, x21, xzr, eq
.endm
/* x0 = the result of XENMEM_claim_pages for the domain whose number is in x23. */
.macro claim extents=0, count=0, order=0, flags=0
    lay     \extents, \count, ((\flags << 32) + \order)
    lay_register xen_memory_reservation_domid, x23
    memory_op XENMEM_claim_pages
.endm

    .text
kernel_main:
    bl      boot_mmu
    map_argument_alone
    bl      is_dom0
    eor     x23, x0, #1                 // the domain's own number
    bl      not_on_arm
    bl      numa_and_devices
    bl      claims
    b       power_off
    .ltorg

not_on_arm:
    str     x30, [sp, #-16]!
    lay     DOMID_SELF
    mov     x21, #1
    not_there MEMORY_MAP
    not_there MACHINE_MEMORY_MAP
    not_there SET_MEMORY_MAP
    report_yes_no "MEM-120", "all_enosys", x21
    mov     x21, #1
    not_there PAGING_OP
    not_there SHARING_OP
    report_yes_no "MEM-121", "all_enosys", x21
    report_refusal "MEM-122", UNKNOWN
    ask     HYPERVISOR_memory_op, XENMEM_get_sharing_freed_pages, 0
    mov     x19, x0
    ask     HYPERVISOR_memory_op, XENMEM_get_sharing_shared_pages, 0
    rule    "MEM-123"
    say     "freed", x19
    say     "shared", x0
    end_rule
    ask     HYPERVISOR_memory_op, ((1 << EXTENT_SHIFT) + XENMEM_get_sharing_freed_pages), 0
    report  "MEM-124", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

numa_and_devices:
    str     x30, [sp, #-16]!
    lay     DOMID_SELF, 0, 0, 0, 0
    memory_op XENMEM_get_vnumainfo
    report  "MEM-125", "result", x0
    lay     (DOMID_SELF + 0x10000), 0, 0, 0, 0
    memory_op XENMEM_get_vnumainfo
    report  "MEM-126", "result", x0
    lay     NO_DOMAIN, 0, 0, 0, 0
    memory_op XENMEM_get_vnumainfo
    report  "MEM-127", "result", x0
    lay     ((5 << 32) + RDM_ALL), 0, 0, 0
    memory_op XENMEM_reserved_device_memory_map
    mov     x19, x0
    address x20, argument
    ldr     w20, [x20, #4]
    rule    "MEM-128"
    say     "result", x19
    say     "entries", x20
    end_rule
    lay     2, 0, 0, 0
    memory_op XENMEM_reserved_device_memory_map
    report  "MEM-129", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

/* A control domain may reserve pages for a domain; the case claims none, or is refused. */
claims:
    str     x30, [sp, #-16]!
    claim
    report  "MEM-130", "result", x0
    claim   count=1
    report  "MEM-131", "result", x0
    claim   order=1
    report  "MEM-132", "result", x0
    claim   extents=8
    report  "MEM-133", "result", x0
    mov     x23, #DOMID_SELF
    claim
    report  "MEM-134", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
