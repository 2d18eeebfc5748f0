/*
 * spin: the neighbour.
 *
 * Uses a physical CPU for ever and never yields.  Runs beside a guest whose stolen time is to be
 * observed, such as kpti.S with one vCPU.
 *
 * harness: expect status 5
 * harness: max-insns 100000
 */
#include "lib/boot.S"

    .text
kernel_main:
    b       kernel_main

#include "lib/end.S"
