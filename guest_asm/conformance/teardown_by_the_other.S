/*
 * The domain ends while both vCPUs have runstate areas: vCPU 0 waits, vCPU 1 runs and calls PSCI SYSTEM_OFF.
 */
#include "include/conformance.h"
#include "include/accounts.S"
#include "include/partner.S"

    .text
kernel_main:
    bl      boot_mmu
    address x0, own_area
    mov     x1, #0
    bl      register_area
    bl      compare_clocks
    bl      start_partner
    tell    end_it
1:  bl      nap
    b       1b
    .ltorg

end_it:
    psci    PSCI_SYSTEM_OFF
    ret

#include "lib/end.S"
