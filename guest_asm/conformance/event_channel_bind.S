/*
 * Ports for interrupts between vCPUs and for virtual interrupts, and which vCPU a port notifies.
 * MMU on; no interrupt is enabled, so events only set their bits.
 */
#include "include/conformance.h"
#include "include/event_channels.S"

#define NO_VCPU         99
#define NO_VIRQ         24
#define LAST_VIRQ       23
#define CLOSED_PORT     50

.macro bind_virq virq:req, vcpu:req
    clear_structure
    put32   evtchn_bind_virq_virq, \virq
    put32   evtchn_bind_virq_vcpu, \vcpu
    event   EVTCHNOP_bind_virq
.endm
.macro report_bind_virq id:req, virq:req, vcpu:req
    bind_virq \virq, \vcpu
    report  "\id", "result", x0
.endm
.macro bind_vcpu reg:req, vcpu:req
    clear_structure
    put32_reg evtchn_bind_vcpu_port, w\reg
    put32   evtchn_bind_vcpu_vcpu, \vcpu
    event   EVTCHNOP_bind_vcpu
.endm
.macro report_bind_vcpu id:req, reg:req, vcpu:req
    bind_vcpu \reg, \vcpu
    report  "\id", "result", x0
.endm
/* Says what EVTCHNOP_status reports about the port in x\reg. */
.macro report_status id:req, reg:req
    clear_structure
    put16   evtchn_status_dom, DOMID_SELF
    put32_reg evtchn_status_port, w\reg
    event   EVTCHNOP_status
    get32   x1, evtchn_status_status
    get32   x2, evtchn_status_vcpu
    get32   x3, 16                      // u.virq, if it is a VIRQ
    rule    "\id"
    say     "result", x0
    say     "status", x1
    say     "vcpu", x2
    say     "virq", x3
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    bl      map_shared_info
    open_ipi x19, 0
    report_status "EVT-015", 19
    clear_structure
    put32   evtchn_bind_ipi_vcpu, NO_VCPU
    event   EVTCHNOP_bind_ipi
    report  "EVT-016", "result", x0
    bind_virq VIRQ_DEBUG, 0
    get32   x20, evtchn_bind_virq_port
    report_status "EVT-017", 20
    report_bind_virq "EVT-018", VIRQ_DEBUG, 0
    report_bind_virq "EVT-019", NO_VIRQ, 0
    report_bind_virq "EVT-020", VIRQ_DOM_EXC, 1
    report_bind_virq "EVT-021", VIRQ_DEBUG, NO_VCPU
    send_event 20
    report  "EVT-022", "result", x0
    clear_structure
    event   EVTCHNOP_bind_pirq
    report  "EVT-023", "result", x0
    put32   evtchn_bind_pirq_pirq, 1024
    event   EVTCHNOP_bind_pirq
    report  "EVT-104", "result", x0
    report_bind_vcpu "EVT-024", 19, 0
    report_bind_vcpu "EVT-025", 20, 0
    bind_virq LAST_VIRQ, 0              // a domain-wide one
    get32   x21, evtchn_bind_virq_port
    report_bind_vcpu "EVT-026", 21, 0
    mov     x22, #CLOSED_PORT
    report_bind_vcpu "EVT-027", 22, 0
    report_bind_vcpu "EVT-028", 22, NO_VCPU
    bl      second_vcpu
    cbz     x0, power_off
    bl      to_vcpu_1
    b       power_off
    .ltorg

/* vCPU 1 never runs, and has no vcpu_info: its notifications show nowhere. */
to_vcpu_1:
    str     x30, [sp, #-16]!
    bind_vcpu 21, 1
    report_status "EVT-029", 21
    clear_events
    open_ipi x23, 1
    send_event 23
    mov     x3, x0
    address x0, shared
    ldrb    w1, [x0, #vcpu_info_evtchn_upcall_pending]
    ldr     x2, [x0, #vcpu_info_evtchn_pending_sel]
    port_bit x4, 23, shared_info_evtchn_pending
    rule    "EVT-030"
    say     "result", x3
    say_yes_no "pending", x4
    say_yes_no "vcpu_0_told", x1
    say_yes_no "vcpu_0_selector", x2
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
