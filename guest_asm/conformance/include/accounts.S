/*
 * A vCPU's runstate area as accounts: its contents at one time, and by how much its times have grown since then.
 * For cases; include it after conformance.h.
 *
 *     address x0, own_area                        remembers the area, which is registered
 *     bl      remember
 *     bl      wait
 *     look    own_area                            reads its contents now
 *     growth  x0, TIME_blocked                    ns
 *     bl      say_growths                         " running=yes runnable=yes blocked=yes offline=no"
 *
 * A copy is consistent even if the vCPU is preempted in the middle of it (lib/runstate.S).
 */
#ifndef CONFORMANCE_ACCOUNTS_S
#define CONFORMANCE_ACCOUNTS_S

#define ENTRY_TIME      vcpu_runstate_info_state_entry_time
#define TIME_running    (vcpu_runstate_info_time + RUNSTATE_running * 8)
#define TIME_runnable   (vcpu_runstate_info_time + RUNSTATE_runnable * 8)
#define TIME_blocked    (vcpu_runstate_info_time + RUNSTATE_blocked * 8)
#define TIME_offline    (vcpu_runstate_info_time + RUNSTATE_offline * 8)
#define MS              1000000         /* ns */
#define NAP_NS          250000
#define SPIN_LOOPS      10000           /* of two instructions */

    .bss
    .balign 8
counter_start:                          // system time at which the counter was 0, as precisely as a guest can tell
    .space  8
    .balign 64                          // so that none crosses a page
own_area:
    .space  64
other_area:
    .space  64
before:
    .space  64
after:
    .space  64

.macro look area:req
    address x0, \area
    bl      look_again
.endm
/* reg = how much a field has grown since remember; spoils x9 and x10. */
.macro growth reg:req, field:req
    address x9, before
    ldr     x9, [x9, #(\field)]
    address x10, after
    ldr     x10, [x10, #(\field)]
    sub     \reg, x10, x9
.endm
/* reg = the value of a field at the last look. */
.macro now_is reg:req, field:req
    address \reg, after
    ldr     \reg, [\reg, #(\field)]
.endm
.macro say_growth key:req, field:req
    growth  x0, \field
    say_yes_no "\key", x0
.endm
/* reg = 1 if \a is at least \b, both unsigned. */
.macro at_least reg:req, a:req, b:req
    cmp     \a, \b
    cset    \reg, hs
.endm
/* reg = 1 if \a is from \b on and less than \b plus a quarter of a millisecond. */
.macro about reg:req, a:req, b:req
    ldr     x9, =(MS / 4)
    sub     x10, \a, \b
    cmp     x10, x9
    cset    \reg, lo
.endm

    .text
/* From here on, growth is that of the area at x0. */
remember:
    address x1, before
    b       runstate_read
look_again:
    address x1, after
    b       runstate_read

say_growths:
    str     x30, [sp, #-16]!
    say_growth "running", TIME_running
    say_growth "runnable", TIME_runnable
    say_growth "blocked", TIME_blocked
    say_growth "offline", TIME_offline
    ldr     x30, [sp], #16
    ret

/* x0 = the sum of the four times at x0. */
sum_of_times:
    ldp     x1, x2, [x0, #TIME_running]
    ldp     x3, x4, [x0, #TIME_blocked]
    add     x0, x1, x2
    add     x0, x0, x3
    add     x0, x0, x4
    ret

/* x0 = by how much the growth of the four times differs from that of the entry time: 0, as it should be. */
imbalance:
    stp     x19, x30, [sp, #-16]!
    address x0, before
    bl      sum_of_times
    mov     x19, x0
    address x0, after
    bl      sum_of_times
    sub     x19, x0, x19
    growth  x0, ENTRY_TIME
    sub     x0, x0, x19
    ldp     x19, x30, [sp], #16
    ret

/*
 * Runs for x0 ms, and does nothing else.  x0 = how long that took by the counter, in ns.  It looks at the counter
 * seldom, for a look may cost more than a thousand other instructions.
 */
spin:
    stp     x29, x30, [sp, #-16]!
    bl      ms_to_ticks
    read_counter x3
1:  mov     x4, #SPIN_LOOPS
2:  subs    x4, x4, #1
    b.ne    2b
    read_counter x4
    sub     x5, x4, x3
    cmp     x5, x0
    b.lo    1b
    mov     x0, x5
    bl      ticks_to_ns
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* Learns what nap needs to know: own_area is registered, and nobody else wants the CPU yet. */
compare_clocks:
    stp     x29, x30, [sp, #-16]!
    bl      wait
    read_counter x0
    bl      ticks_to_ns
    address x1, own_area
    ldr     x1, [x1, #ENTRY_TIME]
    sub     x1, x1, x0
    address x0, counter_start
    str     x1, [x0]
    ldp     x29, x30, [sp], #16
    ret
/*
 * Waits for NAP_NS.  Where others want the CPU, too, this is the way: who is preempted between setting a timer and
 * WFI finds it fired, and then waits for ever, but SCHEDOP_poll knows what time it is.
 */
nap:
    stp     x29, x30, [sp, #-16]!
    read_counter x0
    bl      ticks_to_ns
    address x1, counter_start
    ldr     x1, [x1]
    add     x0, x0, x1
    ldr     x1, =NAP_NS
    add     x0, x0, x1
    bl      poll_until
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* Polls for no port until system time x0.  x0 = the result. */
poll_until:
    sub     sp, sp, #32
    stp     xzr, xzr, [sp]
    str     x0, [sp, #sched_poll_timeout]
    mov     x0, #SCHEDOP_poll
    mov     x1, sp
    hypercall HYPERVISOR_sched_op
    add     sp, sp, #32
    ret

#endif
