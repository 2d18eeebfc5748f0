/*
 * The event interrupt as the guest takes it: a PPI, raised when evtchn_upcall_pending goes from 0 to 1 and not while it
 * stays 1.  MMU on; IRQs are masked except where a comment says otherwise.
 */
#include "include/conformance.h"
#include "include/event_channels.S"
#include "include/interrupts.S"

/* Says which interrupts were taken since it was last said. */
.macro report_taken id:req
    interrupts_taken x0, x1
    rule    "\id"
    say     "taken", x0
    end_rule
.endm

    .text
kernel_main:
    bl      turn_on_interrupts
    bl      boot_mmu
    bl      take_interrupts
    bl      map_shared_info
    open_ipi x19, 0
    open_ipi x20, 0
    clear_events
    let_interrupts_in                   // takes any interrupt that is pending from before
    interrupts_taken x0, x1
    send_event 19
    report_taken "EVT-061"              // IRQs are masked
    let_interrupts_in
    interrupts_taken x0, x1
    rule    "EVT-062"
    say     "taken", x0
    say     "interrupt", x1
    end_rule
    address x21, shared
    str     xzr, [x21, #vcpu_info_evtchn_pending_sel]   // and not evtchn_upcall_pending
    send_event 20
    let_interrupts_in
    report_taken "EVT-063"
    clear_events
    send_event 20
    let_interrupts_in
    report_taken "EVT-064"
    clear_events
    set_port_bit 19, shared_info_evtchn_mask
    send_event 19
    put32_reg 0, w19
    event   EVTCHNOP_unmask
    let_interrupts_in
    report_taken "EVT-065"
    b       power_off
    .ltorg

#include "lib/end.S"
