/*
 * What a runstate area says while its vCPU does not run: Xen wrote it at the last switch, so it says why.
 */
#include "include/conformance.h"
#include "include/areas.S"

    .bss
    .balign 8
second_may_run:                         // vCPU 1 runs without waiting as long as this is not 0
    .space  8
second_saw:                             // what vCPU 1 read in vCPU 0's area
    .space  8

.macro second_does what:req
    mov     x0, #1
    address x1, \what
    bl      cpu_on
.endm
/* Reports the state in vCPU 1's area, in second_page. */
.macro state_of_second id:req
    address x1, second_page
    ldr     w1, [x1, #vcpu_runstate_info_state]
    report  "\id", "state", x1
.endm

    .text
register_its_own:
    ldr     x0, =NEXT_VA
    mov     x1, #1
    b       register_area
    .ltorg
look_at_first:
    address x0, first_page
    ldr     w0, [x0, #vcpu_runstate_info_state]
    address x1, second_saw
    str     x0, [x1]
    ret
spin:
    address x0, second_may_run
1:  ldr     x1, [x0]
    cbnz    x1, 1b
    ret
nap:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #(3 * WAIT_MS)
    bl      arm_timer
    wfi
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret
wait_long:
    stp     x19, x30, [sp, #-16]!
    mov     x19, #4
1:  bl      wait
    subs    x19, x19, #1
    b.ne    1b
    ldp     x19, x30, [sp], #16
    ret

kernel_main:
    bl      boot_mmu
    bl      second_vcpu
    cbz     x0, power_off
    map     AREA_VA, first_page, KERNEL_DATA
    map     NEXT_VA, second_page, KERNEL_DATA
    register AREA_VA
    second_does register_its_own
    bl      wait_long

    // vCPU 1 reads the area of vCPU 0, which waits.
    second_does look_at_first
    bl      wait_long
    address x0, second_saw
    ldr     x0, [x0]
    report  "PUB-030", "state", x0
    // vCPU 1 is off; then it is woken, and vCPU 0 goes on; then it waits, then it runs without end and is preempted.
    state_of_second "PUB-031"
    second_does nap
    state_of_second "PUB-032"
    bl      wait
    state_of_second "PUB-033"
    bl      wait_long
    address x0, second_may_run
    mov     x1, #1
    str     x1, [x0]
    second_does spin
    bl      wait
    state_of_second "PUB-034"
    // It is still preempted while vCPU 0 is switched in and out: only the areas of switched vCPUs are written.
    bl      fill_pages
    bl      ask_yield
    rule    "PUB-035"
    address x0, first_page
    bl      bytes_overwritten
    say     "mine", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "its", x0
    end_rule
    address x0, second_may_run
    str     xzr, [x0]
    bl      wait_long
    b       power_off
ask_yield:
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    ret
    .ltorg

#include "lib/end.S"
