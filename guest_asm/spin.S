/*
 * spin: the neighbour.
 *
 * Wants a physical CPU for ever and gives nothing back.  Runs beside a guest whose stolen time is of
 * interest, as kpti.S's with one vCPU.
 *
 * harness: expect status 5
 * harness: max-insns 100000
 */
#include "lib/boot.S"

    .text
kernel_main:
    b       kernel_main

#include "lib/end.S"
