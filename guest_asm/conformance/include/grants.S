/*
 * A domain's own grants: its table, mapped where it can write it, and pages to grant to itself.  Include it after
 * conformance.h.
 *
 *     bl      prepare_grants                      w27 = the domain's own number; the table is at grant_table
 *     frame_of x0, lent                           x0 = the gfn of a page of the image
 *     grant_entry 8, GTF_permit_access, lent      entry 8 grants the page to the domain itself
 *     grant_flags x0, 8                           x0 = the flags of entry 8, including those that Xen has set
 *     grant   GNTTABOP_copy                       x0 = the result; the structure is the argument
 *
 * MMU on.  Keeps only x19 to x28; nothing here changes w27 again.
 */
#ifndef CONFORMANCE_GRANTS_S
#define CONFORMANCE_GRANTS_S

#include "structure.S"

    page    grant_table
    page    lent

.macro grant command:req, count=1
    operation HYPERVISOR_grant_table_op, \command, \count
.endm
.macro frame_of reg:req, label:req
    address x0, \label
    bl      virt_to_phys
    lsr     \reg, x0, #12
.endm
/* Spoils x0 to x2 and x9. */
.macro grant_entry reference:req, flags:req, label:req, domain=w27
    frame_of x0, \label
    grant_entry_of_frame \reference, \flags, w0, \domain
.endm
.macro grant_entry_of_frame reference:req, flags:req, frame:req, domain=w27
    address x9, grant_table
    str     \frame, [x9, #(\reference * grant_entry_v1_size + grant_entry_v1_frame)]
    strh    \domain, [x9, #(\reference * grant_entry_v1_size + grant_entry_v1_domid)]
    mov     w1, #(\flags)
    strh    w1, [x9, #(\reference * grant_entry_v1_size + grant_entry_v1_flags)]
    dmb     ish
.endm
.macro grant_flags reg:req, reference:req
    address x9, grant_table
    ldrh    w9, [x9, #(\reference * grant_entry_v1_size + grant_entry_v1_flags)]
    mov     \reg, x9
.endm

    .text
prepare_grants:
    str     x30, [sp, #-16]!
    clear_structure
    put16   evtchn_alloc_unbound_dom, DOMID_SELF
    put16   evtchn_alloc_unbound_remote_dom, DOMID_SELF
    operation HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound
    get32   x19, evtchn_alloc_unbound_port
    clear_structure
    put16   evtchn_status_dom, DOMID_SELF
    put32_reg evtchn_status_port, w19
    operation HYPERVISOR_event_channel_op, EVTCHNOP_status
    get16   x27, 16                     // who may bind: DOMID_SELF, replaced by its number
    clear_structure
    put16   xen_add_to_physmap_domid, DOMID_SELF
    put32   xen_add_to_physmap_space, XENMAPSPACE_grant_table
    frame_of x0, grant_table
    put64_reg xen_add_to_physmap_gpfn, x0
    operation HYPERVISOR_memory_op, XENMEM_add_to_physmap
    clear_structure
    ldr     x30, [sp], #16
    ret
    .ltorg

#endif
