/*
 * PSCI CPU_OFF of the only vCPU that is on: how the domain ends, or that it does not.
 */
#include "include/conformance.h"

    .text
kernel_main:
    psci    PSCI_CPU_OFF
    b       power_off                       // not reached: it does not come back

#include "lib/end.S"
