/*
 * PSCI CPU_SUSPEND: Xen lets the vCPU wait, as for WFI, and ignores everything else that the caller asks for.
 *
 * MMU on, interrupts masked; the virtual timer ends each wait.  A runstate area shows the vCPU's state.
 */
#include "include/conformance.h"
#include "include/smccc_call.S"

#define POWER_DOWN      0x10000             /* the state's type bit: lose everything, begin at the entry point */
#define CONTEXT         0xc0ffee
#define RUNSTATE_blocked_TIME (16 + 2 * 8)  /* struct vcpu_runstate_info: time[RUNSTATE_blocked] */
#define A_MS_AT_LEAST   900000              /* most of the wait, in ns */

    .bss
    .balign 64
area:
    .space  64
entered:                                    // whether the entry point was entered
    .space  8

/* Suspends for a millisecond; registers_after then holds the registers, and x19 = whether it waited that long. */
.macro suspend function:req, state:req
    mov     x0, #WAIT_MS
    bl      arm_timer
    mov     x19, x0
    fill_registers
    set_register 0, \function
    set_register 1, \state
    address x1, entry_point
    set_register_from 2, x1
    set_register 3, CONTEXT
    observe hvc #0
    read_counter x0
    msr     cntv_ctl_el0, xzr
    cmp     x0, x19
    cset    x19, hs
.endm

.macro suspended id:req, function:req, state:req
    suspend \function, \state
    register_after x0, 0
    rule    "\id"
    say     "answer", x0
    say_yes_no "waited", x19
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    suspended "SMC-091", PSCI_CPU_SUSPEND_64, 0
    changed_registers x0
    report_hex "SMC-092", "changed", x0
    suspended "SMC-093", PSCI_CPU_SUSPEND_32, 0
    suspended "SMC-094", PSCI_CPU_SUSPEND_64, 0xffffffff
    suspend PSCI_CPU_SUSPEND_64, POWER_DOWN
    address x0, entered
    ldr     x0, [x0]
    rule    "SMC-095"
    say     "entered", x0
    say_yes_no "waited", x19
    end_rule
    msr     daifset, #15
    suspend PSCI_CPU_SUSPEND_64, 0
    mrs     x20, daif
    rule    "SMC-096"
    say_hex "daif", x20
    say_yes_no "waited", x19
    end_rule

    address x0, area
    mov     x1, #0
    bl      register_area
    bl      wait                            // the area is up to date from here on
    address x0, area
    ldr     x20, [x0, #RUNSTATE_blocked_TIME]
    suspend PSCI_CPU_SUSPEND_64, 0
    address x0, area
    ldr     x0, [x0, #RUNSTATE_blocked_TIME]
    sub     x0, x0, x20
    ldr     x1, =A_MS_AT_LEAST
    cmp     x0, x1
    cset    x0, hs
    report_yes_no "SMC-097", "blocked", x0
    b       power_off
    .ltorg

/* Where a vCPU would continue that had been powered down. */
entry_point:
    address x0, entered
    mov     x1, #1
    str     x1, [x0]
    b       power_off

#include "lib/end.S"
