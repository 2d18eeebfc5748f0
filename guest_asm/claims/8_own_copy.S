/*
 * Claim 8: the flag is set in Xen's own copy of the runstate, too, and can be left there.
 *
 * The 2020 patch asks twice in one update whether the guest wants the flag: before it sets it, and before
 * it clears it.  Here vCPU 1, on a physical CPU of its own, watches the area of vCPU 0; when it sees the
 * flag, it turns the assist off.  If the flag is then left in Xen's own entry time, that time lies 292
 * years ahead, every difference to it is negative, and the accounting of vCPU 0 stops until the assist is
 * turned on again.  A reader that waits for the flag to be cleared waits just as long.
 *
 * An update is so short that vCPU 1 hardly ever runs during one.  The order file beside this kernel
 * stretches one.
 *     harness run 8_own_copy.S --vcpus 2 --pcpus 2 --order 8_own_copy.order --abi vmap
 */
#define NR_CPUS 2
#include "claim.h"

#define WAITS           4

    page    area
    .bss
    .balign 64
watching:                               // vCPU 1: 0 not yet, 1 watching, 2 has turned the assist off
    .space  8

    .text
kernel_main:
    bl      boot_mmu
    print   "claim 8: "
    address x0, area
    mov     x1, x0
    mov     x2, #0
    bl      register_area
    bl      runstate_enable_update_flag
    mov     x0, #1
    address x1, turn_off_in_an_update
    bl      cpu_on
    address x1, watching
1:  ldar    x0, [x1]
    cbz     x0, 1b

    bl      wait_repeatedly             // in one of these updates it happens
    print   "claim 8: assist turned off during an update: "
    address x1, watching
    ldar    x0, [x1]
    lsr     x0, x0, #1
    bl      put_yes_or_no
    bl      wait_repeatedly
    print   "claim 8: assist off: flag left in the area: "
    bl      report
    bl      runstate_enable_update_flag
    bl      wait_repeatedly
    print   "claim 8: assist on again: flag left in the area: "
    bl      report
    b       power_off

/* vCPU 1. */
turn_off_in_an_update:
    address x1, watching
    mov     x0, #1
    stlr    x0, [x1]
    address x2, area
1:  ldr     x0, [x2, #vcpu_runstate_info_state_entry_time]
    tbz     x0, #XEN_RUNSTATE_UPDATE_BIT, 1b
    mov     x0, #VMASST_CMD_disable
    mov     x1, #VMASST_TYPE_runstate_update_flag
    hypercall HYPERVISOR_vm_assist
    address x1, watching
    mov     x0, #2
    stlr    x0, [x1]
    ret                                 // and goes off

/* WAITS waits.  x20 = the growth of the sum of the area's times from the first to the last wait, ns. */
wait_repeatedly:
    stp     x29, x30, [sp, #-16]!
    bl      wait
    bl      sum_of_times
    mov     x20, x0
    mov     x21, #(WAITS - 1)
1:  bl      wait
    subs    x21, x21, #1
    b.ne    1b
    bl      sum_of_times
    sub     x20, x0, x20
    ldp     x29, x30, [sp], #16
    ret

/* x0 = the sum of the area's times.  The area is vCPU 0's own, and not written while vCPU 0 runs. */
sum_of_times:
    address x3, area
    ldp     x0, x1, [x3, #vcpu_runstate_info_time]
    add     x0, x0, x1
    ldp     x1, x2, [x3, #(vcpu_runstate_info_time + 16)]
    add     x0, x0, x1
    add     x0, x0, x2
    ret

/* Ends the line, and prints the effect of the waits: x20 is how much the times grew. */
report:
    stp     x29, x30, [sp, #-16]!
    address x0, area
    bl      entry_time
    lsr     x0, x0, #XEN_RUNSTATE_UPDATE_BIT
    bl      put_yes_or_no
    print   "claim 8: its times grow in three waits: "
    mov     x0, x20
    bl      put_yes_or_no
    print   "time: by "
    print_unsigned x20
    print   " ns\n"
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
