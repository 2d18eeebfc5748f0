/*
 * Runstate accounting of a vCPU that has its physical CPU to itself: which of its four times grow, and by how much,
 * when it waits in each possible way, and when it does not wait.
 *
 * MMU on; the area is in the kernel's data.  Each wait begins right after a switch, so that the area is up to date.
 */
#include "include/conformance.h"
#include "include/accounts.S"

#define WAITS           4

    .bss
    .balign 8
lost:                                   // every difference found between the four times and the entry time
    .space  8

    user_code user_page
user_wait:
    wfi
    svc     #0
    user_code_end

/* Waits in one way, and says whether the vCPU was switched and which of its times have grown. */
.macro way id:req, function:req
    address x0, \function
    bl      go
    rule    "\id"
    say_growth "switched", ENTRY_TIME
    bl      say_growths
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    address x0, user_page
    bl      user_init
    bl      first_look
    way     "ACC-002", wait
    bl      how_long
    way     "ACC-005", block
    way     "ACC-006", poll_1_ms
    way     "ACC-007", suspend
    way     "ACC-008", wait_in_user_mode
    way     "ACC-009", yield
    way     "ACC-011", call
    bl      polls
    bl      running_time
    bl      waits
    b       power_off
    .ltorg

/* The area before the vCPU has ever waited, as registration filled it. */
first_look:
    str     x30, [sp, #-16]!
    address x0, own_area
    mov     x1, #0
    bl      register_area
    look    own_area
    rule    "ACC-001"
    now_is  x0, vcpu_runstate_info_state
    say     "state", x0
    now_is  x0, TIME_blocked
    say_yes_no "blocked", x0
    end_rule
    now_is  x0, TIME_offline
    report_yes_no "ACC-040", "offline", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Calls the function at x0 right after a switch; growth is that of this call, and lost is updated. */
go:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    bl      wait
    address x0, own_area
    bl      remember
    blr     x19
    look    own_area
    bl      imbalance
    address x1, lost
    ldr     x2, [x1]
    orr     x2, x2, x0
    str     x2, [x1]
    ldp     x19, x30, [sp], #16
    ret

/* After WFI: how long the vCPU was blocked, and its state now. */
how_long:
    str     x30, [sp, #-16]!
    growth  x0, TIME_blocked
    ldr     x1, =(WAIT_MS * MS - MS / 8)
    about   x2, x0, x1
    report_yes_no "ACC-003", "a_millisecond", x2
    rule    "ACC-004"
    now_is  x0, vcpu_runstate_info_state
    say     "state", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

block:
    str     x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer
    mov     x0, #SCHEDOP_block
    hypercall HYPERVISOR_sched_op
    msr     cntv_ctl_el0, xzr
    ldr     x30, [sp], #16
    ret
poll_1_ms:
    address x0, before
    ldr     x0, [x0, #ENTRY_TIME]
    ldr     x1, =MS
    add     x0, x0, x1
    b       poll_until
suspend:
    str     x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer
    mov     x1, #0                      // standby, the simplest power_state; the other arguments are ignored
    mov     x2, #0
    psci    PSCI_CPU_SUSPEND_64
    msr     cntv_ctl_el0, xzr
    ldr     x30, [sp], #16
    ret
wait_in_user_mode:
    str     x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer
    address x0, user_wait
    bl      call_user
    msr     cntv_ctl_el0, xzr
    ldr     x30, [sp], #16
    ret
yield:
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    ret
call:
    mov     x0, #XENVER_version
    mov     x1, #0
    hypercall HYPERVISOR_xen_version
    ret
    .ltorg

/* SCHEDOP_poll's timeout is a time of the same clock as the entry time. */
poll_until_then:
    address x0, before
    ldr     x0, [x0, #ENTRY_TIME]
    b       poll_until
polls:
    stp     x19, x30, [sp, #-16]!
    way     "ACC-012", poll_until_then
    address x0, poll_1_ms
    bl      go
    now_is  x0, ENTRY_TIME              // when it ran again, minus its wait for the CPU: when it was woken
    growth  x1, TIME_runnable
    sub     x0, x0, x1
    address x1, before
    ldr     x1, [x1, #ENTRY_TIME]
    ldr     x2, =MS
    add     x1, x1, x2
    about   x2, x0, x1
    report_yes_no "ACC-013", "woken_at_the_timeout", x2
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* The time that it ran: none of it shows before the next switch, and all of it afterwards. */
running_time:
    stp     x19, x30, [sp, #-16]!
    address x0, spin_and_register
    bl      go
    rule    "ACC-014"
    say_growth "entry_time", ENTRY_TIME
    bl      say_growths
    end_rule
    address x0, spin_and_wait
    bl      go
    growth  x0, TIME_running
    about   x2, x0, x26
    report_yes_no "ACC-015", "as_the_counter", x2
    ldp     x19, x30, [sp], #16
    ret
    .ltorg
spin_and_register:
    str     x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      spin
    address x0, own_area
    mov     x1, #0
    bl      register_area
    ldr     x30, [sp], #16
    ret
/* x26 = the time that it ran at least. */
spin_and_wait:
    str     x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      spin
    mov     x26, x0
    bl      wait
    ldr     x30, [sp], #16
    ret

/* Several waits: x19 counts times that decreased, x20 entry times that did not increase. */
waits:
    stp     x29, x30, [sp, #-16]!
    mov     x19, #0
    mov     x20, #0
    mov     x21, #WAITS
1:  address x0, wait
    bl      go
    mov     x22, #TIME_running
2:  address x0, before
    ldr     x0, [x0, x22]
    address x1, after
    ldr     x1, [x1, x22]
    cmp     x1, x0
    cinc    x19, x19, lo
    add     x22, x22, #8
    cmp     x22, #vcpu_runstate_info_size
    b.lo    2b
    growth  x0, ENTRY_TIME
    cmp     x0, #0
    cinc    x20, x20, le
    subs    x21, x21, #1
    b.ne    1b
    report_yes_no "ACC-016", "less", x19
    report_yes_no "ACC-017", "not_more", x20
    address x0, lost
    ldr     x0, [x0]
    report  "ACC-018", "lost", x0
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
