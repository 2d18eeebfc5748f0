/*
 * Event channels: the page in which they show, and the calls that most cases make.  Include it after structure.S.
 *
 *     bl      map_shared_info                     x0 = 0 or an errno; from then on `shared` is Xen's page
 *     event   EVTCHNOP_status                     x0 = the result; the structure is the argument
 *     open_ipi x19, 0                             x19 = a new port that notifies vCPU 0
 *     send_event 19                               to the port in x19; x0 = the result
 *     port_bit x0, 19, shared_info_evtchn_mask    x0 = 1 if the bit of the port in x19 is set there, else 0
 *     set_port_bit 19, shared_info_evtchn_mask    and clear_port_bit
 *
 * vCPU 0's vcpu_info is at the start of the shared page.  MMU on.
 */
#ifndef CONFORMANCE_EVENT_CHANNELS_S
#define CONFORMANCE_EVENT_CHANNELS_S

#include "structure.S"

    page    shared

.macro event command:req
    operation HYPERVISOR_event_channel_op, \command
.endm
.macro open_ipi reg:req, vcpu:req
    put32   evtchn_bind_ipi_vcpu, \vcpu
    event   EVTCHNOP_bind_ipi
    get32   \reg, evtchn_bind_ipi_port
.endm
.macro send_event reg:req
    put32_reg 0, w\reg
    event   EVTCHNOP_send
.endm
.macro close_port reg:req
    put32_reg 0, w\reg
    event   EVTCHNOP_close
.endm
/* reg: a number of a register; where: an offset in the shared page. Spoils x9 and x10. */
.macro port_bit result:req, reg:req, where:req
    address x9, shared
    add     x9, x9, #(\where)
    lsr     x10, x\reg, #6
    ldr     x9, [x9, x10, lsl #3]
    lsr     x9, x9, x\reg               // modulo 64
    and     \result, x9, #1
.endm
.macro change_port_bit reg:req, where:req, instruction:req
    address x9, shared
    add     x9, x9, #(\where)
    lsr     x10, x\reg, #6
    add     x9, x9, x10, lsl #3
    mov     x10, #1
    lsl     x10, x10, x\reg
    ldr     x11, [x9]
    \instruction x11, x11, x10
    str     x11, [x9]
.endm
/* Also spoil x11. */
.macro set_port_bit reg:req, where:req
    change_port_bit \reg, \where, orr
.endm
.macro clear_port_bit reg:req, where:req
    change_port_bit \reg, \where, bic
.endm
/* Clears everything pending: vCPU 0's words, and the first word of ports. */
.macro clear_events
    address x9, shared
    strb    wzr, [x9, #vcpu_info_evtchn_upcall_pending]
    str     xzr, [x9, #vcpu_info_evtchn_pending_sel]
    str     xzr, [x9, #shared_info_evtchn_pending]
    str     xzr, [x9, #shared_info_evtchn_mask]
.endm

    .text
map_shared_info:
    str     x30, [sp, #-16]!
    clear_structure
    put16   xen_add_to_physmap_domid, DOMID_SELF
    put32   xen_add_to_physmap_space, XENMAPSPACE_shared_info
    address x0, shared
    bl      virt_to_phys
    lsr     x0, x0, #12
    put64_reg xen_add_to_physmap_gpfn, x0
    operation HYPERVISOR_memory_op, XENMEM_add_to_physmap
    clear_structure
    ldr     x30, [sp], #16
    ret
    .ltorg

#endif
