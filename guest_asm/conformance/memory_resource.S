/*
 * memory_op: XENMEM_acquire_resource, by which a control domain maps another domain's grant table.  A guest that is
 * alone can only be refused; which checks come first, in which release, can be observed.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

#define GRANT_TABLE     1               /* XENMEM_resource_* */
#define NR_FRAMES       xen_mem_acquire_resource_nr_frames

/* x0 = acquire_resource with the first word (domain, type, id), count and pad, first frame, list. */
.macro acquire domain:req, type:req, count=0, pad=0, frame=0, list=0
    lay     ((\type << 16) + \domain), ((\pad << 32) + \count), \frame, \list
    memory_op XENMEM_acquire_resource
.endm
.macro report_acquire id:req, more:vararg
    acquire \more
    report  "\id", "result", x0
.endm

    .text
kernel_main:
    bl      boot_mmu
    map_argument_alone
    bl      is_dom0
    eor     x23, x0, #1
    lay     (GRANT_TABLE << 16), 0, 0, 0
    address x0, argument
    strh    w23, [x0]                   // its own resource, by its number
    memory_op XENMEM_acquire_resource
    mov     x19, x0
    address x20, argument
    ldr     w20, [x20, #NR_FRAMES]
    rule    "MEM-140"
    say     "result", x19
    say     "frames", x20
    end_rule
    acquire NO_DOMAIN, GRANT_TABLE
    mov     x19, x0
    address x20, argument
    ldr     w20, [x20, #NR_FRAMES]
    rule    "MEM-141"
    say     "result", x19
    say     "frames", x20
    end_rule
    report_acquire "MEM-142", DOMID_SELF, GRANT_TABLE
    report_acquire "MEM-143", NO_DOMAIN, GRANT_TABLE, pad=1
    report_acquire "MEM-144", NO_DOMAIN, GRANT_TABLE, frame=0x100000000
    report_acquire "MEM-145", NO_DOMAIN, GRANT_TABLE, count=33, list=FILL
    report_acquire "MEM-146", NO_DOMAIN, GRANT_TABLE, count=1
    ask     HYPERVISOR_memory_op, XENMEM_acquire_resource, (ARGUMENT_END - 24)
    report  "MEM-147", "result", x0
    b       power_off
    .ltorg

#include "lib/end.S"
