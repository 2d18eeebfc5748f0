/*
 * A new watchdog with a timeout of 0: it fires at once, while the guest still runs.
 * MMU on.
 */
#include "include/conformance.h"
#include "include/structure.S"
#include "include/stopwatch.S"

    .text
kernel_main:
    bl      boot_mmu
    clear_structure
    operation HYPERVISOR_sched_op, SCHEDOP_watchdog
    start_watch
1:  waited  x0                          // half of WAIT_MS is more than enough for it to fire
    cbz     x0, 1b
    b       power_off
    .ltorg

#include "lib/end.S"
