/*
 * The domain ends while a runstate area is registered whose page was given back.
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
    b       power_off
    .ltorg

#include "lib/end.S"
