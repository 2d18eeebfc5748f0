/*
 * The domain's shared_info page, mapped at an otherwise unused gfn, and an event channel to set bits in it.
 */
#ifndef CONFORMANCE_SHARED_PAGE_S
#define CONFORMANCE_SHARED_PAGE_S

#define SHARED_GFN      (1 << 25)               /* an IPA of 1 << 37: nothing is there, in dom0 and in a domU */
#define SHARED_VA       (WINDOW_VA + 16 * PAGE_SIZE)

    .bss
    .balign 8
shared_request:                         // the argument of memory_op and event_channel_op
    .space  xen_add_to_physmap_size

    .text
/* XENMEM_add_to_physmap of page x1 of shared_info at the frame number x0.  x0 = the result. */
add_shared_info:
    address x2, shared_request
    mov     x3, #DOMID_SELF
    mov     x4, #XENMAPSPACE_shared_info
    orr     x3, x3, x4, lsl #32
    stp     x3, x1, [x2, #xen_add_to_physmap_domid]
    str     x0, [x2, #xen_add_to_physmap_gpfn]
    mov     x0, #XENMEM_add_to_physmap
    mov     x1, x2
    hypercall HYPERVISOR_memory_op
    ret
/* Maps it at SHARED_GFN and SHARED_VA; x0 = SHARED_VA. */
map_shared_info:
    stp     x29, x30, [sp, #-16]!
    ldr     x0, =SHARED_GFN
    mov     x1, #0
    bl      add_shared_info
    ldr     x0, =SHARED_VA
    ldr     x1, =(SHARED_GFN << 12) + KERNEL_DATA
    bl      map_page
    ldr     x0, =SHARED_VA
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* Binds a port for events from the domain to its vCPU x0; x0 = the port. */
bind_ipi:
    address x1, shared_request
    str     x0, [x1]
    mov     x0, #EVTCHNOP_bind_ipi
    hypercall HYPERVISOR_event_channel_op
    address x1, shared_request
    ldr     w0, [x1, #evtchn_bind_ipi_port]
    ret
/* EVTCHNOP_send or _unmask, x0, of port x1. */
port_op:
    address x2, shared_request
    str     x1, [x2]
    mov     x1, x2
    hypercall HYPERVISOR_event_channel_op
    ret

#endif
