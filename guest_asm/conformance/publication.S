/*
 * When a runstate area is written: at every switch to or from the vCPU, at whichever exception level it runs, provided
 * that the tables live at that time map the area; and at no other time.
 */
#include "include/conformance.h"
#include "include/areas.S"
#include "include/low_call.S"

    user_code user_page
user_wfi:
    wfi
    svc     #0
    user_code_end

    .bss
    .balign 8
poll_argument:                          // struct sched_poll
    .space  24

/* Reports what \what writes of the area. */
.macro publishes id:req, what:req
    bl      fill_pages
    bl      \what
    rule    "\id"
    say_overwritten "written"
    end_rule
.endm
/* xd = the entry time of the area minus the sum of its times: it never changes. */
.macro age xd:req, tmp:req
    address \tmp, first_page
    ldr     \xd, [\tmp, #vcpu_runstate_info_state_entry_time]
    .irp    each, 0, 8, 16, 24
    ldr     x0, [\tmp, #(vcpu_runstate_info_time + \each)]
    sub     \xd, \xd, x0
    .endr
.endm

    .text
wait_in_user_mode:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer
    address x0, user_wfi
    bl      call_user
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret
wait_without_walks:
    mov     x9, x30
    without_walks
    mov     x30, x9
    b       low_wait
wait_with_empty_tables:
    mov     x9, x30
    with_empty_tables
    mov     x30, x9
    b       low_wait
wait_by_block:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer
    mov     x0, #SCHEDOP_block
    hypercall HYPERVISOR_sched_op
    msr     daifset, #15                // SCHEDOP_block has unmasked interrupts
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret
wait_by_poll:                           // of no port, until a time long past
    address x1, poll_argument
    mov     x0, #1
    str     x0, [x1, #sched_poll_timeout]
    mov     x0, #SCHEDOP_poll
    hypercall HYPERVISOR_sched_op
    ret
yield:
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    ret
ask_version:
    mov     x0, #XENVER_version
    hypercall HYPERVISOR_xen_version
    ret

kernel_main:
    bl      boot_mmu
    address x0, user_page
    bl      user_init
    map     AREA_VA, first_page, KERNEL_DATA
    register AREA_VA

    // The kernel's tables are live in user mode, too.
    publishes "PUB-001", wait
    publishes "PUB-002", wait_in_user_mode
    publishes "PUB-003", wait_by_block
    publishes "PUB-004", wait_by_poll
    publishes "PUB-005", yield
    publishes "PUB-006", ask_version

    // The upper half is not mapped meanwhile, then it is again.
    bl      wait
    age     x19, x1
    address x1, first_page
    ldr     x20, [x1, #vcpu_runstate_info_time + RUNSTATE_blocked * 8]
    publishes "PUB-008", wait_without_walks
    publishes "PUB-009", wait_with_empty_tables
    publishes "PUB-010", wait
    age     x21, x1
    cmp     x19, x21
    cset    x0, eq
    rule    "PUB-011"
    say_yes_no "sum_right", x0
    ldr     x21, [x1, #vcpu_runstate_info_time + RUNSTATE_blocked * 8]
    sub     x21, x21, x20
    ldr     x0, =2500000
    cmp     x21, x0                     // three waits of a millisecond, two of which were not published
    cset    x0, hi
    say_yes_no "all_three_waits", x0
    end_rule
    b       power_off
    .ltorg

#include "lib/end.S"
