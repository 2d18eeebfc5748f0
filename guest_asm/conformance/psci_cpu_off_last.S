/*
 * PSCI CPU_OFF of the only vCPU that is on: whether and how the domain ends.
 */
#include "include/conformance.h"

    .text
kernel_main:
    psci    PSCI_CPU_OFF
    b       power_off                       // not reached: CPU_OFF does not return

#include "lib/end.S"
