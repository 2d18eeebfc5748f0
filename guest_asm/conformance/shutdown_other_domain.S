/*
 * SCHEDOP_remote_shutdown of domain 0: dom0 may shut itself down this way, a domU may not shut down anybody.
 * MMU on.
 */
#include "include/conformance.h"
#include "include/structure.S"

    .text
kernel_main:
    bl      boot_mmu
    clear_structure
    put16   0, 0                        // struct sched_remote_shutdown: domain_id, reason
    put32   4, SHUTDOWN_reboot
    operation HYPERVISOR_sched_op, SCHEDOP_remote_shutdown
    report  "SCH-055", "result", x0
    b       power_off
    .ltorg

#include "lib/end.S"
