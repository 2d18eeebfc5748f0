/*
 * The vcpu_info of a second vCPU.  On Arm, shared_info has none for it: until one is registered, its events show only
 * in their ports' bits.
 */
#include "include/conformance.h"
#include "include/shared_page.S"
#include "include/register_info.S"

#define INFO_OFFSET     64
#define SHARED_OFFSET   2048            /* in shared_info behind all that Xen uses */

/* Sends an event to the port in \port. */
.macro send port:req
    mov     x1, \port
    mov     x0, #EVTCHNOP_send
    bl      port_op
.endm
/* Says upcall and selector of the vcpu_info at \at. */
.macro say_info at:req
    ldrb    w0, [\at, #vcpu_info_evtchn_upcall_pending]
    say     "upcall", x0
    ldr     x0, [\at, #vcpu_info_evtchn_pending_sel]
    say_hex "selector", x0
.endm

    .text
nothing:
    ret

kernel_main:
    bl      boot_mmu
    bl      second_vcpu
    cbz     x0, power_off
    bl      map_shared_info
    mov     x19, x0                     // x19: shared_info, and vCPU 0's vcpu_info
    mov     x0, #1
    bl      bind_ipi
    mov     x20, x0                     // x20: a port of vCPU 1, which is off

    send    x20
    rule    "VCI-020"
    ldr     x0, [x19, #shared_info_evtchn_pending]
    lsr     x0, x0, x20
    and     x0, x0, #1
    say     "pending", x0
    say_info x19
    end_rule

    // vCPU 1 gets one, in shared_info itself: any page of the domain works.
    add     x21, x19, #SHARED_OFFSET
    register_info SHARED_OFFSET, 1, SHARED_GFN
    rule    "VCI-021"
    say     "result", x0
    say_info x21
    end_rule
    ldrb    w0, [x21, #vcpu_info_evtchn_upcall_mask]
    ldr     x1, [x21, #vcpu_info_time]
    rule    "VCI-022"
    say     "mask", x0
    say_hex "rest", x1
    end_rule

    // Events for it show there, and only there.
    stp     xzr, xzr, [x21]
    str     xzr, [x19, #shared_info_evtchn_pending]
    send    x20
    rule    "VCI-023"
    say_info x21
    end_rule
    rule    "VCI-024"
    say_info x19
    end_rule
    mov     x0, #0
    bl      bind_ipi
    mov     x22, x0
    stp     xzr, xzr, [x21]
    send    x22
    rule    "VCI-025"
    say_info x21
    end_rule

    // It has been up and off meanwhile, and still has its vcpu_info.
    mov     x0, #1
    address x1, nothing
    bl      cpu_on
    bl      wait
    register_info INFO_OFFSET, 1
    report  "VCI-026", "result", x0
    b       power_off
    .ltorg

#include "lib/end.S"
