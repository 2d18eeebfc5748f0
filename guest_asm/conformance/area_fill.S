/*
 * What a runstate area contains when it has just been registered: the running vCPU's state as Xen last stored it, not
 * brought up to the present.
 */
#include "include/conformance.h"
#include "include/areas.S"

    .text
/* Runs for a while without a switch. */
work:
    mov     x0, #10000
1:  subs    x0, x0, #1
    b.ne    1b
    ret

kernel_main:
    bl      boot_mmu
    map     AREA_VA, first_page, KERNEL_DATA
    map     NEXT_VA, second_page, KERNEL_DATA
    bl      wait                        // all times except offline have grown by now
    bl      fill_pages
    register AREA_VA
    address x19, first_page
    address x20, second_page

    rule    "RST-170"
    ldr     w0, [x19, #vcpu_runstate_info_state]
    say     "state", x0
    end_rule
    rule    "RST-171"
    ldr     w0, [x19, #4]
    say     "padding", x0
    end_rule
    bl      work
    register NEXT_VA
    rule    "RST-172"
    ldr     x0, [x19, #vcpu_runstate_info_state_entry_time]
    ldr     x1, [x20, #vcpu_runstate_info_state_entry_time]
    cmp     x0, x1
    cset    x0, eq
    say_yes_no "same_entry_time", x0
    ldr     x0, [x19, #(vcpu_runstate_info_time + RUNSTATE_running * 8)]
    ldr     x1, [x20, #(vcpu_runstate_info_time + RUNSTATE_running * 8)]
    cmp     x0, x1
    cset    x0, eq
    say_yes_no "same_running", x0
    end_rule
    // The same area, overwritten by the guest, by a second registration, and by a switch.
    mov     x0, #99
    str     w0, [x20, #vcpu_runstate_info_state]
    register NEXT_VA
    rule    "RST-173"
    ldr     w0, [x20, #vcpu_runstate_info_state]
    say     "state", x0
    end_rule
    bl      wait
    rule    "RST-174"
    ldr     x0, [x19, #vcpu_runstate_info_state_entry_time]
    ldr     x1, [x20, #vcpu_runstate_info_state_entry_time]
    cmp     x1, x0
    cset    x0, hi
    say_yes_no "entry_time_later", x0
    ldr     x0, [x19, #(vcpu_runstate_info_time + RUNSTATE_running * 8)]
    ldr     x1, [x20, #(vcpu_runstate_info_time + RUNSTATE_running * 8)]
    cmp     x1, x0
    cset    x0, hi
    say_yes_no "more_running", x0
    end_rule
    b       power_off
    .ltorg

#include "lib/end.S"
