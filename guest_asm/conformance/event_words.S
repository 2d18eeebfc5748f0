/*
 * What an event sets in the shared page: the port's bit, the vCPU's selector and its upcall byte; and what it does
 * not change.  MMU on; the event interrupt is not enabled.
 */
#include "include/conformance.h"
#include "include/event_channels.S"

#define PORTS           70              /* more than the first word has */

/* Says the bits of port x\reg, and vCPU 0's words. */
.macro report_words id:req, reg:req
    port_bit x1, \reg, shared_info_evtchn_pending
    port_bit x2, \reg, shared_info_evtchn_mask
    address x5, shared
    ldr     x3, [x5, #vcpu_info_evtchn_pending_sel]
    ldrb    w4, [x5, #vcpu_info_evtchn_upcall_pending]
    rule    "\id"
    say_yes_no "pending", x1
    say_yes_no "masked", x2
    say_hex "selector", x3
    say     "upcall", x4
    end_rule
.endm
.macro unmask reg:req
    put32_reg 0, w\reg
    event   EVTCHNOP_unmask
.endm

    .text
kernel_main:
    bl      boot_mmu
    bl      map_shared_info
    open_ipi x19, 0
    open_ipi x20, 0
    clear_events
    send_event 19
    report_words "EVT-052", 19
    address x21, shared
    strb    wzr, [x21, #vcpu_info_evtchn_upcall_pending]
    str     xzr, [x21, #vcpu_info_evtchn_pending_sel]
    send_event 19                       // its bit is still set
    report_words "EVT-053", 19
    clear_events
    mov     x22, #1
    str     x22, [x21, #vcpu_info_evtchn_pending_sel]
    send_event 19                       // its word is selected already
    report_words "EVT-054", 19
    clear_events
    set_port_bit 19, shared_info_evtchn_mask
    send_event 19
    report_words "EVT-055", 19
    unmask  19
    report_words "EVT-056", 19
    clear_events
    set_port_bit 19, shared_info_evtchn_mask
    unmask  19
    report_words "EVT-057", 19
    clear_events
    set_port_bit 19, shared_info_evtchn_pending
    unmask  19                          // it was not masked
    report_words "EVT-058", 19
    clear_events
    send_event 20
    close_port 20
    report_words "EVT-059", 20
    bl      a_port_of_the_second_word
    b       power_off
    .ltorg

a_port_of_the_second_word:
    str     x30, [sp, #-16]!
    mov     x23, #PORTS
1:  open_ipi x20, 0
    sub     x23, x23, #1
    cbnz    x23, 1b
    clear_events
    send_event 20                       // the last one
    report_words "EVT-060", 20
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
