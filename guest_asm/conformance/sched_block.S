/*
 * SCHEDOP_yield and SCHEDOP_block: what they do to PSTATE, what ends a wait, and what prevents one.
 * MMU on.  No interrupt is enabled at the interrupt controller, so none is taken: they only wake the vCPU.
 */
#include "include/conformance.h"
#include "include/event_channels.S"
#include "include/stopwatch.S"

    .bss
    .balign 8
seen:                                   // whether vCPU 1 has run
    .space  8
port_of_0:                              // notifies vCPU 0
    .space  8

    .text
/* x0 = the result of SCHEDOP_block, x1 = whether it took long; the virtual timer would end it. */
block:
    str     x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer
    start_watch
    mov     x0, #SCHEDOP_block
    mov     x1, #0
    hypercall HYPERVISOR_sched_op
    waited  x1
    msr     cntv_ctl_el0, xzr
    ldr     x30, [sp], #16
    ret

.macro report_block id:req
    bl      block
    rule    "\id"
    say     "result", x0
    say_yes_no "waited", x1
    end_rule
.endm

/* vCPU 1. */
say_hello:
    mov     x1, #1
    address x0, seen
    str     x1, [x0]
    ret
send_to_0:
    sub     sp, sp, #16
    address x0, port_of_0
    ldr     x0, [x0]
    str     x0, [sp]
    mov     x0, #EVTCHNOP_send
    mov     x1, sp
    hypercall HYPERVISOR_event_channel_op
    add     sp, sp, #16
    ret

kernel_main:
    bl      boot_mmu
    msr     daifset, #15
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    mrs     x1, daif
    report_hex "SCH-021", "daif", x1
    bl      block                       // the timer wakes it although I is masked
    mrs     x2, daif
    rule    "SCH-022"
    say     "result", x0
    say_yes_no "waited", x1
    end_rule
    tst     x2, #(1 << 7)
    cset    x3, ne
    report_yes_no "SCH-023", "masked", x3
    report_hex "SCH-024", "daif", x2

    bl      map_shared_info
    address x19, shared                 // with vCPU 0's vcpu_info
    mov     w20, #1
    strb    w20, [x19, #vcpu_info_evtchn_upcall_pending]
    report_block "SCH-025"
    strb    w20, [x19, #vcpu_info_evtchn_upcall_mask]
    report_block "SCH-026"
    strh    wzr, [x19, #vcpu_info_evtchn_upcall_pending]        // and its mask
    mov     x20, #-1                    // everything except that one byte says that events are pending
    str     x20, [x19, #vcpu_info_evtchn_pending_sel]
    str     x20, [x19, #shared_info_evtchn_pending]
    report_block "SCH-027"
    clear_events
    bl      block_with_an_event_in_flight
    bl      second_vcpu
    cbz     x0, power_off
    bl      with_vcpu_1
    b       power_off
    .ltorg

block_with_an_event_in_flight:
    str     x30, [sp, #-16]!
    open_ipi x21, 0
    address x0, port_of_0
    str     x21, [x0]
    send_event 21                       // its interrupt is not enabled, so it stays pending
    report_block "SCH-028"
    clear_events
    ldr     x30, [sp], #16
    ret
    .ltorg

with_vcpu_1:
    str     x30, [sp, #-16]!
    mov     x0, #1
    address x1, say_hello
    bl      cpu_on
    address x19, seen
    ldr     x20, [x19]
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    ldr     x21, [x19]
    rule    "SCH-029"
    say_yes_no "before", x20
    say_yes_no "after", x21
    end_rule
    bl      wait_for_vcpu_1
    mov     x0, #1
    address x1, send_to_0
    bl      cpu_on
    report_block "SCH-030"
    ldr     x30, [sp], #16
    ret

/* Waits until PSCI says that vCPU 1 is off. */
wait_for_vcpu_1:
    mov     x1, #1
    mov     x2, #0
    psci    PSCI_AFFINITY_INFO_64
    cbz     x0, 1f
    ret
1:  str     x30, [sp, #-16]!
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    ldr     x30, [sp], #16
    b       wait_for_vcpu_1

#include "lib/end.S"
