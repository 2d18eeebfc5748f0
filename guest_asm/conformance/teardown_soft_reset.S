/*
 * The domain asks for a soft reset while a runstate area is registered whose page was given back.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

    .text
kernel_main:
    bl      boot_mmu
    gfns
    address x0, given
    mov     x1, #0
    bl      register_area
    adjust  XENMEM_decrease_reservation
    bl      wait
    lay     SHUTDOWN_soft_reset         // struct sched_shutdown: the reason
    ask     HYPERVISOR_sched_op, SCHEDOP_shutdown
1:  wfi
    b       1b
    .ltorg

#include "lib/end.S"
