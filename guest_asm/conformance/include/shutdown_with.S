/*
 * The cases that shut the domain down with a REASON, which each of them defines: they observe how the domain ends.
 * MMU on, interrupts masked.  If the call returned, the vCPU would wait for ever.
 */
#include "conformance.h"
#include "structure.S"

    .text
kernel_main:
    bl      boot_mmu
    clear_structure
    put32   sched_shutdown_reason, REASON
    operation HYPERVISOR_sched_op, SCHEDOP_shutdown
1:  wfi
    b       1b
    .ltorg

#include "lib/end.S"
