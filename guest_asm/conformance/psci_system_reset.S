/*
 * PSCI SYSTEM_RESET: how the domain ends.
 */
#include "include/conformance.h"

    .text
kernel_main:
    psci    PSCI_SYSTEM_RESET
    mov     x0, #SHUTDOWN_crash         // not reached: SYSTEM_RESET does not return
    b       shutdown

#include "lib/end.S"
