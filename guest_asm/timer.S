/*
 * timer: three ways to sleep until a time, and the state in which Xen leaves the timer.
 *
 * Interrupts stay masked and the interrupt controller is never used.  Still the virtual timer ends a
 * WFI and a SCHEDOP_block: it is enough that Xen has an interrupt to deliver.  Xen masks the timer
 * (CNTV_CTL_EL0.IMASK) when it delivers, which the guest can see afterwards.  SCHEDOP_poll without ports
 * has a timeout of its own, in Xen's system time; the guest learns that time from its runstate area.
 */
#include "lib/kernel.h"

#define SLEEP_MS        2
#define SLEEP_NS        2000000

    .bss
    .balign 64
    .global runstate_area
runstate_area:
    .space  vcpu_runstate_info_size

    .text
kernel_main:
    bl      boot_mmu
    address x0, runstate_area
    bl      runstate_register

    mov     x0, #SLEEP_MS
    bl      arm_timer
    mov     x19, x0                     // x19: the counter value to sleep until
    wfi
    print   "timer: wfi: "
    bl      report

    mov     x0, #SLEEP_MS
    bl      arm_timer
    mov     x19, x0
    mov     x0, #SCHEDOP_block
    mov     x1, #0
    hypercall HYPERVISOR_sched_op
    mov     x20, x0
    print   "timer: block answers "
    print_signed x20
    print   ": "
    bl      report

    msr     cntv_ctl_el0, xzr
    mov     x0, #SLEEP_MS
    bl      ms_to_ticks
    read_counter x1
    add     x19, x0, x1
    bl      poll
    mov     x20, x0
    print   "timer: poll answers "
    print_signed x20
    print   ": "
    bl      report
    b       power_off

/*
 * SCHEDOP_poll of no port, for at least SLEEP_NS.  x0 = 0 or an errno.  The switch at the end of the block
 * above wrote Xen's time of that moment into the area; some time has passed since, so SLEEP_NS are added.
 */
poll:
    address x1, runstate_area
    ldr     x0, [x1, #vcpu_runstate_info_state_entry_time]
    ldr     x1, =(2 * SLEEP_NS)
    add     x0, x0, x1
    stp     xzr, xzr, [sp, #-32]!       // struct sched_poll: no ports
    str     x0, [sp, #sched_poll_timeout]
    mov     x0, #SCHEDOP_poll
    mov     x1, sp
    hypercall HYPERVISOR_sched_op
    add     sp, sp, #32
    ret
    .ltorg

/* Says whether the time x19 has come, and what is in the timer's control register. */
report:
    stp     x29, x30, [sp, #-16]!
    read_counter x0
    mrs     x21, cntv_ctl_el0
    cmp     x0, x19
    b.lo    1f
    print   "slept long enough, CNTV_CTL_EL0 = "
    b       2f
1:  print   "woke too early, CNTV_CTL_EL0 = "
2:  print_unsigned x21
    print   "\n"
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
