/*
 * hello: the smallest guest.
 *
 * Xen starts it at EL1 with the MMU off; it prints one line through console_io and powers off through
 * sched_op.  Two hypercalls, no tables, no vectors: the rest is what every guest must have.
 *
 * harness: expect console "Hello from EL1, through console_io."
 */
#include "lib/boot.S"
#include "lib/console.S"

    .text
kernel_main:
    print   "Hello from EL1, through console_io.\n"
    b       power_off

#include "lib/end.S"
