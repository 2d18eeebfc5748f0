/*
 * Event channels from the domain to itself: opened, connected, closed; what EVTCHNOP_status and the shared page
 * say about them.  MMU on; no interrupt is enabled, so events only set their bits.
 */
#include "include/conformance.h"
#include "include/event_channels.S"

/* Asks for the status of the port in x\reg of our own domain: x0 = the result. */
.macro status_of reg:req
    clear_structure
    put16   evtchn_status_dom, DOMID_SELF
    put32_reg evtchn_status_port, w\reg
    event   EVTCHNOP_status
.endm
/* Says what EVTCHNOP_status reported, except for the union. */
.macro say_status
    get32   x1, evtchn_status_status
    get32   x2, evtchn_status_vcpu
    say     "result", x0
    say     "status", x1
    say     "vcpu", x2
.endm
/* x\reg = a new unbound port for the domain itself; x0 = the result. */
.macro open_unbound reg:req
    clear_structure
    put16   evtchn_alloc_unbound_dom, DOMID_SELF
    put16   evtchn_alloc_unbound_remote_dom, DOMID_SELF
    event   EVTCHNOP_alloc_unbound
    get32   x\reg, evtchn_alloc_unbound_port
.endm
/* x\reg = a new port, connected to the one in x\remote; x0 = the result. */
.macro connect reg:req, remote:req
    clear_structure
    put16   evtchn_bind_interdomain_remote_dom, DOMID_SELF
    put32_reg evtchn_bind_interdomain_remote_port, w\remote
    event   EVTCHNOP_bind_interdomain
    get32   x\reg, evtchn_bind_interdomain_local_port
.endm

    .text
kernel_main:
    bl      boot_mmu
    bl      map_shared_info
    open_unbound 19                     // x19: the future remote end
    rule    "EVT-001"
    say     "result", x0
    say     "port", x19
    end_rule
    status_of 19
    get16   x3, 16                      // u.unbound.dom
    rule    "EVT-002"
    say_status
    say     "domain", x3
    end_rule
    send_event 19
    mov     x3, x0
    port_bit x1, 19, shared_info_evtchn_pending
    rule    "EVT-003"
    say     "result", x3
    say_yes_no "pending", x1
    end_rule
    connect 20, 19                      // x20: the near end
    rule    "EVT-004"
    say     "result", x0
    say     "port", x20
    end_rule
    port_bit x1, 20, shared_info_evtchn_pending
    port_bit x2, 19, shared_info_evtchn_pending
    rule    "EVT-005"
    say_yes_no "near_pending", x1
    say_yes_no "far_pending", x2
    end_rule
    status_of 20
    get16   x3, 16                      // u.interdomain: dom, port
    get32   x4, 20
    rule    "EVT-006"
    say_status
    say     "domain", x3
    say     "port", x4
    end_rule
    bl      use_channel
    bl      close_channel
    b       power_off
    .ltorg

use_channel:
    str     x30, [sp, #-16]!
    connect 21, 19
    report  "EVT-007", "result", x0
    clear_events
    send_event 20
    mov     x3, x0
    port_bit x1, 20, shared_info_evtchn_pending
    port_bit x2, 19, shared_info_evtchn_pending
    rule    "EVT-008"
    say     "result", x3
    say_yes_no "near_pending", x1
    say_yes_no "far_pending", x2
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

close_channel:
    str     x30, [sp, #-16]!
    set_port_bit 19, shared_info_evtchn_mask
    close_port 19                       // with an event pending
    mov     x3, x0
    port_bit x1, 19, shared_info_evtchn_pending
    port_bit x2, 19, shared_info_evtchn_mask
    rule    "EVT-009"
    say     "result", x3
    say_yes_no "pending", x1
    end_rule
    report_yes_no "EVT-010", "masked", x2
    clear_events
    status_of 19
    rule    "EVT-011"
    say_status
    end_rule
    status_of 20
    get16   x3, 16
    rule    "EVT-012"
    say_status
    say     "domain", x3
    end_rule
    close_port 19
    report  "EVT-013", "result", x0
    open_unbound 21
    report  "EVT-014", "port", x21
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
