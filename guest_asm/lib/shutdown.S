/*
 * The end of a guest: SCHEDOP_shutdown with a reason.  Does not return.
 */
#ifndef GUEST_SHUTDOWN_S
#define GUEST_SHUTDOWN_S

#include "hypercall.h"

    .text
/* Ends the guest as a success. */
power_off:
    mov     x0, #SHUTDOWN_poweroff
/* x0: one of the SHUTDOWN_ reasons below. */
shutdown:
    adr     x1, shutdown_arguments
    add     x1, x1, x0, lsl #2
    mov     x0, #SCHEDOP_shutdown
    hypercall HYPERVISOR_sched_op
1:  wfi                                 // Xen stops every vCPU on its way out of the hypercall
    b       1b

/* One struct sched_shutdown for each reason.  They are constants in the image and not built on the stack,
 * so Xen reads the right one even if the guest's caches are off. */
    .balign 4
shutdown_arguments:
    .word   SHUTDOWN_poweroff, SHUTDOWN_reboot, SHUTDOWN_suspend, SHUTDOWN_crash

#endif
