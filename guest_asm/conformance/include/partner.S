/*
 * vCPU 1 as a partner that does what vCPU 0 tells it, while vCPU 0 observes its runstate area, other_area.
 * For cases about two vCPUs on one physical CPU; include it after accounts.S, and call compare_clocks first.
 *
 *     bl      start_partner                       when this returns, it has registered other_area
 *     tell    spin_for_ever
 *     bl      let_partner_run                     when this returns, it does what it was told
 *     bl      finish                              when this returns, it has finished that
 */
#ifndef CONFORMANCE_PARTNER_S
#define CONFORMANCE_PARTNER_S

#define LONG_MS         4               /* longer than vCPU 0 takes to look */
#define MOST_NAPS       100

    .bss
    .balign 64
told:                                   // a function, or 0
    .space  8
doing:                                  // 1 while it runs one
    .space  8
first_fill:                             // its area right after it registered it
    .space  48

.macro tell function:req
    address x0, \function
    bl      tell_partner
.endm

    .text
/* vCPU 1. */
partner:
    address x0, other_area
    mov     x1, #1
    bl      register_area
    address x0, other_area
    address x1, first_fill
    bl      runstate_read
obey:
    address x19, told
    address x20, doing
1:  ldar    x0, [x19]
    cbnz    x0, 2f
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    mov     x0, #SPIN_LOOPS             // so that it does not look too often
3:  subs    x0, x0, #1
    b.ne    3b
    b       1b
2:  mov     x1, #1
    stlr    x1, [x20]                   // first: whoever sees that it has begun also sees that it is doing it
    stlr    xzr, [x19]
    blr     x0
    stlr    xzr, [x20]
    b       1b

start_partner:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #1
    address x1, partner
    bl      cpu_on
    tell    nothing
    bl      finish
    ldp     x29, x30, [sp], #16
nothing:
    ret

/* Returns when the partner has begun the function at x0. */
tell_partner:
    address x1, told
    stlr    x0, [x1]
    mov     x0, x1
/* Naps until the word at x0 is 0, or so long that the partner must be missing. */
nap_until_zero:
    stp     x29, x30, [sp, #-32]!
    stp     x19, x20, [sp, #16]
    mov     x19, x0
    mov     x20, #MOST_NAPS
1:  bl      nap
    ldar    x0, [x19]
    cbz     x0, 2f
    subs    x20, x20, #1
    b.ne    1b
2:  ldp     x19, x20, [sp, #16]
    ldp     x29, x30, [sp], #32
    ret
/* vCPU 0 waits, so that the partner has the CPU for a while. */
let_partner_run:
    b       nap
finish:
    address x0, doing
    b       nap_until_zero

/* The functions that the partner may be told to run. */
spin_for_ever:
    address x0, told
1:  ldar    x1, [x0]
    cbz     x1, 1b
    ret
/* Spins a little between two yields, or the CPU would do nothing but yield. */
yield_for_ever:
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    mov     x0, #SPIN_LOOPS
1:  subs    x0, x0, #1
    b.ne    1b
    address x0, told
    ldar    x1, [x0]
    cbz     x1, yield_for_ever
    ret
wait_long:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #LONG_MS
    bl      arm_timer
    wfi
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret
block_long:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #LONG_MS
    bl      arm_timer
    mov     x0, #SCHEDOP_block
    hypercall HYPERVISOR_sched_op
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret
suspend_long:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #LONG_MS
    bl      arm_timer
    mov     x1, #0
    mov     x2, #0
    psci    PSCI_CPU_SUSPEND_64
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret
poll_long:
    address x0, other_area
    ldr     x0, [x0, #ENTRY_TIME]
    ldr     x1, =(4 * LONG_MS * MS)
    add     x0, x0, x1
    b       poll_until
go_off:
    address x0, doing
    stlr    xzr, [x0]
    b       cpu_off
    .ltorg

#endif
