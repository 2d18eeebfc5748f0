/*
 * SCHEDOP_shutdown_code, and then SCHEDOP_shutdown with another reason: the domain ends with the first one.
 * MMU on.
 */
#include "include/conformance.h"
#include "include/structure.S"

    .text
kernel_main:
    bl      boot_mmu
    clear_structure
    put32   sched_shutdown_reason, SHUTDOWN_reboot
    operation HYPERVISOR_sched_op, SCHEDOP_shutdown_code
    report  "SCH-052", "result", x0
    b       power_off
    .ltorg

#include "lib/end.S"
