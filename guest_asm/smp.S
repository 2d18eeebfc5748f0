/*
 * smp: all the vCPUs that the domain has.
 *
 * vCPU 0 tries to start vCPUs 1 to 7 through PSCI CPU_ON, until one does not exist.  They run at the same
 * time, with their MMUs on, and take turns on the console: a number in memory says whose turn it is.  A
 * waiting vCPU yields, so one physical CPU is enough.  Each turns itself off by CPU_OFF; vCPU 0 powers off.
 */
#define NR_CPUS 8
#include "lib/kernel.h"

    .bss
    .balign 64
turn:                                   // the number of the vCPU that may speak; 0: none yet
    .space  8

    .text
kernel_main:
    bl      boot_mmu
    mov     x19, #1                     // x19: the vCPU to start next
1:  mov     x0, x19
    address x1, speak_in_turn
    bl      cpu_on
    mov     x20, x0
    cbnz    x20, 2f
    add     x19, x19, #1
    cmp     x19, #NR_CPUS
    b.lo    1b
    b       3f
2:  print   "smp: vCPU "
    print_unsigned x19
    print   " does not start: "
    print_signed x20
    print   "\n"

3:  mov     x0, #1
    bl      pass_turn_to
    mov     x0, x19                     // after the last one has spoken it is the turn of nobody's number
    bl      wait_for_turn
    print   "smp: vCPUs that ran beside vCPU 0: "
    sub     x19, x19, #1
    print_unsigned x19
    print   "\n"
    b       power_off

/* vCPUs 1 and up, on their own stacks: x0 = the number. Returning turns the vCPU off. */
speak_in_turn:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    bl      wait_for_turn
    print   "smp: here is vCPU "
    print_unsigned x19
    print   "\n"
    add     x0, x19, #1
    bl      pass_turn_to
    ldp     x19, x30, [sp], #16
    ret

/* A vCPU that sees its turn also sees everything that was written before. */
pass_turn_to:
    address x1, turn
    stlr    x0, [x1]
    ret

/* Waits until it is the turn of number x0. */
wait_for_turn:
    mov     x5, x0
1:  address x4, turn
    ldar    x1, [x4]
    cmp     x1, x5
    b.eq    2f
    mov     x0, #SCHEDOP_yield
    mov     x1, #0
    hypercall HYPERVISOR_sched_op
    b       1b
2:  ret

#include "lib/end.S"
