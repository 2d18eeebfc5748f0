/*
 * PSCI CPU_ON and CPU_OFF with a second vCPU: the states that it goes through, what each call returns in them, and the
 * registers of a vCPU that is started again.
 *
 * MMU off on both vCPUs: each sees at once what the other writes, and Xen takes addresses as physical.  vCPU 1 starts
 * at other_entry each time, notes what it sees, waits if told to, and switches itself off.  vCPU 0 lets it run by
 * waiting for its own timer.
 */
#include "include/conformance.h"
#include "include/smccc_call.S"

#define CONTEXT         0xc0ffee0123456789
#define ABOVE_32        0x100000000
#define MARK            0x300000        /* written to system registers, all of which have these bits */
#define OTHER           1
#define OTHER_WAITS_MS  4
#define MOST_WAITS      10

    .bss
    .balign 8
seen:                                   // what vCPU 1 found, and whether CPU_OFF returned
    .space  24 + 17 * 8
    .equ    SEEN_starts, 0
    .equ    SEEN_context, 8
    .equ    SEEN_returns, 16
orders:                                 // for vCPU 1: how long to wait, in ms, and by which call to go off
    .space  16

/* System registers and where vCPU 1 notes them. */
.macro for_cleared_registers what:req
    \what   sctlr_el1, 24
    \what   tcr_el1, 32
    \what   ttbr0_el1, 40
    \what   ttbr1_el1, 48
    \what   elr_el1, 56
    \what   spsr_el1, 64
    \what   sp_el0, 72
.endm
.macro for_kept_registers what:req
    \what   vbar_el1, 80
    \what   mair_el1, 88
    \what   cpacr_el1, 96
    \what   esr_el1, 104
    \what   far_el1, 112
    \what   contextidr_el1, 120
    \what   tpidr_el0, 128
    \what   tpidrro_el0, 136
    \what   tpidr_el1, 144
    \what   cntv_cval_el0, 152
.endm

/* CPU_ON in one of its forms, for vCPU 1; begins the line with the result. */
.macro start id:req, function:req, context=CONTEXT, mpidr=OTHER
    fill_registers
    set_register 0, \function
    set_register 1, \mpidr
    address x2, other_entry
    set_register_from 2, x2
    set_register 3, \context
    observe hvc #0
    register_after x0, 0
    rule    "\id"
    say     "answer", x0
.endm

.macro affinity reg:req
    ldr     x0, =PSCI_AFFINITY_INFO_64
    mov     x1, #OTHER
    mov     x2, #0
    hvc     #0
    mov     \reg, x0
.endm

.macro seen reg:req, what:req
    address \reg, seen
    ldr     \reg, [\reg, #SEEN_\what]
.endm

.macro say_kept name:req, offset:req
    address x0, seen
    ldr     x0, [x0, #\offset]
    cmp     x0, #MARK
    cset    x0, eq
    say_yes_no "\name", x0
.endm

.macro note_and_mark name:req, offset:req
    mrs     x1, \name
    str     x1, [x19, #\offset]
    msr     \name, x2                   // so that the next start may find it
.endm

.macro order wait_ms:req, off:req
    address x0, orders
    mov     x1, #\wait_ms
    ldr     x2, =\off
    stp     x1, x2, [x0]
.endm

    .text
kernel_main:
    bl      second_vcpu
    cbz     x0, power_off
    order   0, PSCI_CPU_OFF
    affinity x0
    report  "SMC-071", "answer", x0

    start   "SMC-072", PSCI_CPU_ON_64
    changed_registers x0
    say_hex "changed", x0
    bl      wait_until_off
    seen    x0, starts
    say     "starts", x0
    end_rule
    seen    x0, context
    report_hex "SMC-073", "x0", x0
    affinity x0
    rule    "SMC-074"
    say     "answer", x0
    seen    x0, returns
    say     "returns", x0
    end_rule

    bl      while_it_waits
    rule    "SMC-078"                   // what the second start finds of the first one
    for_cleared_registers say_kept
    end_rule
    rule    "SMC-079"
    for_kept_registers say_kept
    end_rule

    // The other forms; each time it goes off again.
    start   "SMC-080", PSCI_CPU_ON_64, 7
    bl      wait_until_off
    seen    x0, starts
    say     "starts", x0
    seen    x0, context
    say_hex "x0", x0
    end_rule
    start   "SMC-081", PSCI_CPU_ON_32
    bl      wait_until_off
    seen    x0, context
    say_hex "x0", x0
    end_rule
    bl      by_psci_0_1
    b       power_off
    .ltorg

/* The results while vCPU 1 is on but not running. */
while_it_waits:
    str     x30, [sp, #-16]!
    order   OTHER_WAITS_MS, PSCI_CPU_OFF
    start   "SMC-075", PSCI_CPU_ON_64
    affinity x0
    say     "affinity_info", x0         // it has not run yet
    end_rule
    bl      wait
    affinity x0
    report  "SMC-076", "affinity_info", x0
    start   "SMC-077", PSCI_CPU_ON_64
    end_rule
    bl      wait_until_off
    order   0, PSCI_CPU_OFF
    ldr     x30, [sp], #16
    ret

by_psci_0_1:
    str     x30, [sp, #-16]!
    order   0, PSCI_0_1_CPU_OFF
    start   "SMC-082", PSCI_0_1_CPU_ON
    bl      wait_until_off
    seen    x0, context
    say_hex "x0", x0
    end_rule
    rule    "SMC-083"
    affinity x0
    say     "affinity_info", x0
    seen    x0, returns
    say     "returns", x0
    end_rule
    start   "SMC-084", PSCI_0_1_CPU_ON, 0, ABOVE_32 + OTHER
    end_rule
    start   "SMC-085", PSCI_0_1_CPU_ON
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Waits until vCPU 1 is off; not for ever. */
wait_until_off:
    stp     x30, x19, [sp, #-16]!
    mov     x19, #MOST_WAITS
1:  bl      wait
    affinity x0
    cbnz    x0, 2f
    subs    x19, x19, #1
    b.ne    1b
2:  ldp     x30, x19, [sp], #16
    ret

/* Xen starts vCPU 1 here; it runs nothing else. It uses a stack only for the wait. */
other_entry:
    address x19, seen
    ldr     x1, [x19, #SEEN_starts]
    add     x1, x1, #1
    stp     x1, x0, [x19, #SEEN_starts]
    mov     x2, #MARK
    for_cleared_registers note_and_mark
    for_kept_registers note_and_mark
    address x0, stacks
    add     sp, x0, #(2 * STACK_SIZE)
    address x20, orders
    ldr     x0, [x20]
    cbz     x0, 1f
    bl      arm_timer
    wfi
    msr     cntv_ctl_el0, xzr
1:  ldr     x0, [x20, #8]
    hvc     #0
    ldr     x1, [x19, #SEEN_returns]
    add     x1, x1, #1
    str     x1, [x19, #SEEN_returns]
2:  wfi
    b       2b

#include "lib/end.S"
