/*
 * Stolen time that the kernel does not see: a vCPU is preempted while its runstate area cannot be found, in user mode
 * under KPTI, or between break and make of a change of its tables.
 *
 * MMU on.  vCPU 1 spins all the time, so vCPU 0 is preempted sooner or later; the counter tells it when, and for how
 * long.  The area is on first_page, at AREA_VA or in the lower half.
 */
#define KPTI
#include "include/conformance.h"
#include "include/areas.S"
#include "include/accounts.S"
#include "include/partner.S"
#include "lib/gap.h"

#define PATIENCE_MS     200

    user_code user_page
user_spin:
    spin_until_gap
    svc     #0
    user_code_end

/* Says, after away, whether it was away, whether the area was written, and whether that contains the stolen time. */
.macro say_stolen id:req
    cmp     x19, #0
    cset    x21, ne
    rule    "\id"
    say_yes_no "away", x21
    say_growth "updated", ENTRY_TIME
    bl      stolen_seen
    say_yes_no "stolen_time", x0
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    mov     x0, #CNTKCTL_EL0VCTEN
    msr     cntkctl_el1, x0
    address x0, user_page
    bl      user_init
    address x0, own_area
    mov     x1, #0
    bl      register_area
    bl      compare_clocks
    bl      start_partner
    tell    spin_for_ever
    bl      under_kpti
    bl      break_before_make
    bl      by_physical_address
    b       power_off
    .ltorg

under_kpti:
    stp     x29, x30, [sp, #-16]!
    map     AREA_VA, first_page, KERNEL_DATA
    register AREA_VA
    address x0, away_in_user_mode
    bl      away
    say_stolen "CLM-001"
    bl      nap
    look    first_page
    say_stolen "CLM-002"
    map     LOWER_VA, first_page, KERNEL_DATA
    register LOWER_VA
    address x0, away_in_user_mode
    bl      away
    say_stolen "CLM-003"
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

break_before_make:
    stp     x29, x30, [sp, #-16]!
    register AREA_VA
    address x0, away_in_the_window
    bl      away
    say_stolen "CLM-004"
    bl      nap
    look    first_page
    say_stolen "CLM-005"
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

by_physical_address:
    stp     x29, x30, [sp, #-32]!
    address x0, first_page
    bl      virt_to_phys
    str     x0, [sp, #16]
    mov     x0, #VCPUOP_register_runstate_phys_area
    mov     x1, #0
    add     x2, sp, #16
    hypercall HYPERVISOR_vcpu_op
    cbnz    x0, 1f
    address x0, away_in_user_mode
    bl      away
    say_stolen "CLM-006"
    b       2f
1:  report  "CLM-006", "result", x0     // this Xen has no such areas
2:  ldp     x29, x30, [sp], #32
    ret
    .ltorg

/*
 * Calls the function at x0 with x1, the counter value at which it gives up; growth is that of this call.
 * x19 = how long it was away, in ns; 0 if it was not.
 */
away:
    stp     x20, x30, [sp, #-16]!
    mov     x20, x0
    bl      nap
    address x0, first_page
    bl      remember
    mov     x0, #PATIENCE_MS
    bl      ms_to_ticks
    read_counter x1
    add     x1, x1, x0
    blr     x20
    bl      ticks_to_ns
    mov     x19, x0
    look    first_page
    ldp     x20, x30, [sp], #16
    ret
/* x0 = 1 if the area says as much stolen time as the counter, or an eighth less: the counter's gap contains a burst. */
stolen_seen:
    str     x30, [sp, #-16]!
    address x0, before
    bl      stolen_time
    mov     x2, x0
    address x0, after
    bl      stolen_time
    sub     x0, x0, x2
    sub     x1, x19, x19, lsr #3
    cmp     x0, x1
    cset    x0, ge                      // it may have become less
    ldr     x30, [sp], #16
    ret

away_in_user_mode:
    address x0, user_spin
    b       call_user
away_in_the_window:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x1
    unmap   AREA_VA
    mov     x0, x19
    spin_until_gap
    mov     x19, x0
    map     AREA_VA, first_page, KERNEL_DATA
    mov     x0, x19
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
