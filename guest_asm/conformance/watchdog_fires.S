/*
 * A watchdog of one second that the guest does not set again: it ends the domain, whose vCPU waits for nothing else.
 * MMU on.
 */
#include "include/conformance.h"
#include "include/structure.S"

    .text
kernel_main:
    bl      boot_mmu
    clear_structure
    put32   4, 1                        // struct sched_watchdog: id 0, a new one; timeout in seconds
    operation HYPERVISOR_sched_op, SCHEDOP_watchdog
1:  wfi
    b       1b
    .ltorg

#include "lib/end.S"
