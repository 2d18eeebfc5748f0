/*
 * PSCI SYSTEM_OFF: how the domain ends.
 */
#include "include/conformance.h"

    .text
kernel_main:
    psci    PSCI_SYSTEM_OFF
    mov     x0, #SHUTDOWN_crash         // not reached: SYSTEM_OFF does not return
    b       shutdown

#include "lib/end.S"
