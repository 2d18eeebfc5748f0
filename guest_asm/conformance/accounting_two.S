/*
 * Runstate accounting of two vCPUs on one physical CPU: what the area of a vCPU that was switched out says, and that
 * the times of both vCPUs agree to the nanosecond.
 *
 * MMU on; both areas are in the kernel's data.  vCPU 0 tells vCPU 1 what to do, and observes.
 */
#include "include/conformance.h"
#include "include/accounts.S"
#include "include/partner.S"

#define LOOPS           5000            /* between two looks */
#define LOOKS           20000           /* until nobody seems to come */

    .bss
    .balign 64
mine_before:
    .space  64
mine_after:
    .space  64

/* Says the state in the partner's area while the partner waits in the function. */
.macro left id:req, function:req
    tell    \function
    bl      let_partner_run
    look    other_area
    now_is  x19, vcpu_runstate_info_state
    bl      finish
    rule    "\id"
    say     "state", x19
    end_rule
.endm
/* reg = by how much a field of my area has grown. */
.macro my_growth reg:req, field:req
    address x9, mine_before
    ldr     x9, [x9, #(\field)]
    address x10, mine_after
    ldr     x10, [x10, #(\field)]
    sub     \reg, x10, x9
.endm
.macro say_equal key:req, a:req, b:req
    cmp     \a, \b
    cset    x0, eq
    say_yes_no "\key", x0
.endm

    .text
kernel_main:
    bl      boot_mmu
    address x0, own_area
    mov     x1, #0
    bl      register_area
    bl      compare_clocks
    bl      never_up
    bl      start_partner
    bl      first_time_up
    left    "ACC-023", wait_long
    left    "ACC-024", block_long
    left    "ACC-025", poll_long
    left    "ACC-026", suspend_long
    bl      preempted
    bl      waited
    bl      yielded
    bl      off_and_on
    b       power_off
    .ltorg

/* vCPU 1, which has never been started. */
never_up:
    stp     x19, x30, [sp, #-16]!
    address x0, other_area
    mov     x1, #1
    bl      register_area
    mov     x19, x0
    address x0, other_area
    bl      remember
    look    other_area
    rule    "ACC-019"
    say     "result", x19
    now_is  x0, vcpu_runstate_info_state
    say     "state", x0
    now_is  x0, TIME_running
    say_yes_no "running", x0
    now_is  x0, TIME_runnable
    say_yes_no "runnable", x0
    now_is  x0, TIME_blocked
    say_yes_no "blocked", x0
    now_is  x0, TIME_offline
    say_yes_no "offline", x0
    end_rule
    address x1, own_area
    ldr     x1, [x1, #ENTRY_TIME]
    now_is  x2, ENTRY_TIME
    now_is  x3, TIME_offline
    add     x3, x3, x2
    at_least x19, x3, x1                // it is as old as this vCPU
    at_least x20, x2, x1                // it entered its state when this vCPU ran already
    rule    "ACC-020"
    say_yes_no "age", x19
    say_yes_no "entered_now", x20
    end_rule
    mov     x0, #WAIT_MS
    bl      spin
    mov     x20, x0
    address x0, other_area
    mov     x1, #1
    bl      register_area
    look    other_area
    growth  x0, TIME_offline
    about   x19, x0, x20
    rule    "ACC-021"
    say_growth "entry_time", ENTRY_TIME
    say_yes_no "offline_as_the_counter", x19
    end_rule
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* The first fill when it registered its area itself, right after CPU_ON. */
first_time_up:
    str     x30, [sp, #-16]!
    look    first_fill
    rule    "ACC-022"
    now_is  x0, vcpu_runstate_info_state
    say     "state", x0
    now_is  x0, TIME_blocked
    say_yes_no "blocked", x0
    now_is  x0, TIME_offline
    say_yes_no "offline", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

/* From here on, growth is that of both areas. */
remember_both:
    str     x30, [sp, #-16]!
    address x0, own_area
    address x1, mine_before
    bl      runstate_read
    address x0, other_area
    bl      remember
    ldr     x30, [sp], #16
    ret
look_at_both:
    str     x30, [sp, #-16]!
    address x0, own_area
    address x1, mine_after
    bl      runstate_read
    look    other_area
    ldr     x30, [sp], #16
    ret

/*
 * Spins until its area says that this vCPU was switched, or gives up.  x0 = the longest time between two
 * looks at the counter, in ns.
 */
spin_until_back:
    stp     x29, x30, [sp, #-16]!
    address x3, own_area
    ldr     x4, [x3, #ENTRY_TIME]
    ldr     x5, =LOOKS
    mov     x0, #0
    read_counter x6
1:  mov     x7, #LOOPS
2:  subs    x7, x7, #1
    b.ne    2b
    read_counter x7
    sub     x8, x7, x6
    mov     x6, x7
    cmp     x8, x0
    csel    x0, x8, x0, hi
    ldr     x8, [x3, #ENTRY_TIME]
    cmp     x8, x4
    b.ne    3f
    subs    x5, x5, #1
    b.ne    1b
3:  bl      ticks_to_ns
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

preempted:
    stp     x19, x30, [sp, #-16]!
    tell    spin_for_ever
    bl      let_partner_run
    bl      remember_both
    bl      spin_until_back
    mov     x19, x0                     // the gap
    bl      look_at_both
    rule    "ACC-027"
    my_growth x0, TIME_running
    say_yes_no "running", x0
    my_growth x0, TIME_runnable
    say_yes_no "runnable", x0
    my_growth x0, TIME_blocked
    say_yes_no "blocked", x0
    my_growth x0, TIME_offline
    say_yes_no "offline", x0
    end_rule
    rule    "ACC-028"
    now_is  x0, vcpu_runstate_info_state
    say     "state", x0
    end_rule
    address x0, mine_after
    ldr     x0, [x0, #ENTRY_TIME]
    now_is  x1, ENTRY_TIME
    rule    "ACC-029"
    say_equal "same_instant", x0, x1
    end_rule
    my_growth x20, TIME_runnable
    growth  x21, TIME_running
    rule    "ACC-030"
    say_equal "same_time", x20, x21
    end_rule
    my_growth x21, TIME_running
    growth  x22, TIME_runnable
    rule    "ACC-031"
    say_equal "same_time", x21, x22
    end_rule
    about   x20, x19, x20
    report_yes_no "ACC-032", "as_the_counter", x20
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* vCPU 0 waits while vCPU 1 spins. */
waited:
    stp     x19, x30, [sp, #-16]!
    bl      nap
    bl      remember_both
    bl      nap
    bl      look_at_both
    my_growth x19, TIME_blocked
    my_growth x20, TIME_runnable
    add     x19, x19, x20
    growth  x20, TIME_running
    rule    "ACC-033"
    say_equal "same_time", x19, x20
    end_rule
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* Both yield, and neither waits. */
yielded:
    stp     x19, x30, [sp, #-16]!
    tell    yield_for_ever
    bl      nap
    bl      remember_both
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    bl      look_at_both
    rule    "ACC-034"
    my_growth x0, TIME_running
    say_yes_no "running", x0
    my_growth x0, TIME_runnable
    say_yes_no "runnable", x0
    my_growth x0, TIME_blocked
    say_yes_no "blocked", x0
    my_growth x0, TIME_offline
    say_yes_no "offline", x0
    end_rule
    rule    "ACC-035"
    now_is  x0, vcpu_runstate_info_state
    say     "state", x0
    end_rule
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

off_and_on:
    stp     x19, x30, [sp, #-16]!
    tell    go_off
    bl      finish
    bl      nap
    address x0, other_area
    bl      remember
    bl      nap
    bl      nap
    look    other_area
    rule    "ACC-036"
    now_is  x0, vcpu_runstate_info_state
    say     "state", x0
    end_rule
    rule    "ACC-037"
    say_growth "entry_time", ENTRY_TIME
    say_growth "offline", TIME_offline
    end_rule
    bl      start_partner
    bl      nap
    look    other_area
    growth  x19, TIME_offline
    ldr     x0, =(2 * NAP_NS)
    at_least x19, x19, x0
    rule    "ACC-038"
    say_yes_no "all_the_while", x19
    say_growth "blocked", TIME_blocked
    end_rule
    bl      imbalance
    report  "ACC-039", "lost", x0
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
