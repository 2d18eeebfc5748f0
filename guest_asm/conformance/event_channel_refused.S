/*
 * What event_channel_op refuses: commands, pointers, other domains, bad ports, and FIFO commands without a control
 * block.  MMU on.  At the end, EVTCHNOP_reset closes all ports.
 */
#include "include/conformance.h"
#include "include/event_channels.S"

#define NO_DOMAIN       0x7000
#define CLOSED_PORT     50
#define NO_PORT         100000
#define NO_VCPU         99

.macro report_event id:req, command:req
    event   \command
    report  "\id", "result", x0
.endm
.macro about_port id:req, command:req, port:req
    clear_structure
    put32   0, \port
    report_event "\id", \command
.endm
.macro about_status id:req, domain:req, port:req
    clear_structure
    put16   evtchn_status_dom, \domain
    put32   evtchn_status_port, \port
    report_event "\id", EVTCHNOP_status
.endm
.macro about_unbound id:req, domain:req, remote:req
    clear_structure
    put16   evtchn_alloc_unbound_dom, \domain
    put16   evtchn_alloc_unbound_remote_dom, \remote
    report_event "\id", EVTCHNOP_alloc_unbound
.endm
.macro about_interdomain id:req, domain:req, port:req
    clear_structure
    put16   evtchn_bind_interdomain_remote_dom, \domain
    put32   evtchn_bind_interdomain_remote_port, \port
    report_event "\id", EVTCHNOP_bind_interdomain
.endm
.macro about_reset id:req, domain:req
    clear_structure
    put16   0, \domain
    report_event "\id", EVTCHNOP_reset
.endm

    .text
kernel_main:
    bl      boot_mmu
    bl      map_shared_info
    operation_at HYPERVISOR_event_channel_op, EVTCHNOP_send, NOWHERE
    report  "EVT-031", "result", x0
    operation_at HYPERVISOR_event_channel_op, 99, NOWHERE
    report  "EVT-032", "result", x0
    open_ipi x19, 0
    put32_reg 0, w19
    report_event "EVT-033", (0x100000000 + EVTCHNOP_send)
    about_port "EVT-034", EVTCHNOP_send, 0
    about_port "EVT-035", EVTCHNOP_send, CLOSED_PORT
    about_port "EVT-036", EVTCHNOP_unmask, NO_PORT
    about_port "EVT-037", EVTCHNOP_unmask, CLOSED_PORT
    about_status "EVT-038", DOMID_SELF, NO_PORT
    about_status "EVT-039", NO_DOMAIN, 1
    about_unbound "EVT-040", NO_DOMAIN, DOMID_SELF
    about_unbound "EVT-041", DOMID_SELF, NO_DOMAIN
    about_interdomain "EVT-042", NO_DOMAIN, 1
    about_interdomain "EVT-043", DOMID_SELF, CLOSED_PORT
    bl      other_abi
    bl      about_dom0
    bl      reset
    b       power_off
    .ltorg

about_dom0:
    str     x30, [sp, #-16]!
    about_status "EVT-044", 0, 1
    about_status "EVT-105", 0, 200000
    about_unbound "EVT-045", 0, DOMID_SELF
    about_reset "EVT-046", NO_DOMAIN
    ldr     x30, [sp], #16
    ret
    .ltorg

other_abi:
    str     x30, [sp, #-16]!
    clear_structure
    put32   evtchn_init_control_vcpu, NO_VCPU
    report_event "EVT-047", EVTCHNOP_init_control
    clear_structure
    put32   evtchn_init_control_offset, 1
    report_event "EVT-048", EVTCHNOP_init_control
    clear_structure
    report_event "EVT-049", EVTCHNOP_expand_array
    clear_structure
    put32_reg evtchn_set_priority_port, w19
    report_event "EVT-050", EVTCHNOP_set_priority
    ldr     x30, [sp], #16
    ret
    .ltorg

reset:
    str     x30, [sp, #-16]!
    clear_structure
    put16   0, DOMID_SELF
    event   EVTCHNOP_reset
    mov     x20, x0
    put32_reg 0, w19
    event   EVTCHNOP_send
    rule    "EVT-051"
    say     "result", x20
    say     "send_result", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
