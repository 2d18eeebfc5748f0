/*
 * More vCPUs: PSCI CPU_ON and CPU_OFF.  A guest that includes this file defines how many stacks it needs
 * (NR_CPUS), and starts other vCPUs only when its own MMU is on.
 */
#ifndef GUEST_SMP_S
#define GUEST_SMP_S

#include "mmu.S"

    .bss
    .balign 8
secondary_functions:
    .space  NR_CPUS * 8

    .text
/*
 * Starts vCPU x0 (also its MPIDR: the first affinity level has room for 16), which calls the function at
 * x1 with its MMU on and x0 = its number, and turns itself off when the function returns.
 * x0 = PSCI_SUCCESS or an error: PSCI_INVALID_PARAMETERS if there is no such vCPU.
 */
cpu_on:
    stp     x29, x30, [sp, #-16]!
    address x2, secondary_functions
    str     x1, [x2, x0, lsl #3]
    mov     x3, x0                      // the context, which it will find in x0
    address x0, secondary
    bl      virt_to_phys                // spoils x1 and x2
    mov     x2, x0                      // where it begins
    mov     x1, x3                      // its MPIDR
    dsb     ishst                       // the function is in memory before anybody may look
    psci    PSCI_CPU_ON_64
    ldp     x29, x30, [sp], #16
    ret

/* Xen starts a new vCPU here: EL1, interrupts masked, MMU off, x0 = its number. The tables exist already. */
secondary:
    msr     tpidr_el1, x0
    address x1, stacks
    mov     x2, #STACK_SIZE
    madd    x1, x0, x2, x1
    add     sp, x1, #STACK_SIZE         // not touched before the MMU is on
    bl      enable_mmu
    mrs     x0, tpidr_el1
    address x1, secondary_functions
    ldr     x1, [x1, x0, lsl #3]
    blr     x1
/* Ends this vCPU. */
cpu_off:
    psci    PSCI_CPU_OFF
1:  wfi                                 // not reached: CPU_OFF does not return
    b       1b

#endif
