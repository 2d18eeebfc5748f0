/*
 * events: event channels, from EVTCHNOP_send to the interrupt.
 *
 * The guest lets Xen map its shared_info page.  A port for interrupts between vCPUs, and a channel from
 * the domain to itself, raise events; Xen sets their bits in the page and interrupts the vCPU by the
 * private interrupt for events.  An event on a masked port is held back until the port is unmasked.  At
 * the end the vCPU blocks while an event is pending already: SCHEDOP_block returns at once.
 */
#include "lib/boot.S"
#include "lib/vectors.S"
#include "lib/gic.S"

    .bss
    .balign 4096
shared:                                 // Xen puts its page in the place of this one
    .space  4096
taken:                                  // how many interrupts there were
    .space  8
ipi:                                    // the ports
    .space  8
far:
    .space  8
near:
    .space  8

    .text
kernel_main:
    address x0, vectors
    msr     vbar_el1, x0
    set_handler VECTOR_EL1_IRQ, on_interrupt
    bl      map_shared_info
    print   "events: map shared_info: "
    print_signed x19
    print   "\n"
    bl      gic_init
    bl      gic_event_interrupt
    mov     x1, #DEFAULT_PRIORITY
    bl      gic_enable
    msr     daifclr, #2

    mov     x0, #EVTCHNOP_bind_ipi
    mov     x1, #0                      // vCPU 0
    mov     x2, #0
    bl      event_channel_op
    lsr     x1, x1, #32                 // struct evtchn_bind_ipi: vcpu, port
    address x2, ipi
    str     x1, [x2]
    print   "events: an IPI\n"
    address x0, ipi
    bl      send
    mov     x0, #1
    bl      wait_for

    mov     x0, #EVTCHNOP_alloc_unbound
    ldr     x1, =(DOMID_SELF | DOMID_SELF << 16)
    mov     x2, #0
    bl      event_channel_op
    lsr     x1, x1, #32                 // struct evtchn_alloc_unbound: two domains, port
    address x2, far
    str     x1, [x2]
    print   "events: a channel to oneself: binding it is an event\n"
    mov     x0, #EVTCHNOP_bind_interdomain
    address x1, far
    ldr     x1, [x1]
    ldr     x2, =DOMID_SELF
    orr     x1, x2, x1, lsl #32
    mov     x2, #0
    bl      event_channel_op
    address x3, near                    // struct evtchn_bind_interdomain: remote_dom, remote_port, local_port
    str     x2, [x3]
    mov     x0, #2
    bl      wait_for
    print   "events: there\n"
    address x0, near
    bl      send
    mov     x0, #3
    bl      wait_for
    print   "events: and back\n"
    address x0, far
    bl      send
    mov     x0, #4
    bl      wait_for

    print   "events: masked\n"
    address x0, ipi
    ldr     x1, [x0]
    mov     x2, #1
    lsl     x2, x2, x1
    address x1, shared
    str     x2, [x1, #shared_info_evtchn_mask]
    bl      send
    print   "events: unmasked\n"
    mov     x0, #EVTCHNOP_unmask
    address x1, ipi
    ldr     x1, [x1]
    mov     x2, #0
    bl      event_channel_op
    mov     x0, #5
    bl      wait_for

    print   "events: block with one pending\n"
    msr     daifset, #2
    address x0, ipi
    bl      send
    mov     x0, #SCHEDOP_block          // lets interrupts in
    mov     x1, #0
    hypercall HYPERVISOR_sched_op
    mov     x0, #6
    bl      wait_for
    print   "events: done\n"
    b       power_off
    .ltorg

/* x19 = 0 or an errno. */
map_shared_info:
    address x3, shared
    lsr     x3, x3, #12
    ldr     x2, =DOMID_SELF
    sub     sp, sp, #32
    str     x2, [sp, #xen_add_to_physmap_domid]     // and space: XENMAPSPACE_shared_info, 0
    str     xzr, [sp, #xen_add_to_physmap_idx]
    str     x3, [sp, #xen_add_to_physmap_gpfn]
    mov     x0, #XENMEM_add_to_physmap
    mov     x1, sp
    hypercall HYPERVISOR_memory_op
    add     sp, sp, #32
    mov     x19, x0
    ret

/* Event channel operation x0 with the structure x1, x2.  x0 = 0 or an errno, x1 and x2 the structure afterwards. */
event_channel_op:
    stp     x1, x2, [sp, #-16]!
    mov     x1, sp
    hypercall HYPERVISOR_event_channel_op
    ldp     x1, x2, [sp], #16
    ret

/* Sends to the port at x0. */
send:
    ldr     x1, [x0]
    mov     x2, #0
    mov     x0, #EVTCHNOP_send
    b       event_channel_op

/* Waits until x0 interrupts have been taken. */
wait_for:
    address x1, taken
1:  ldr     x2, [x1]
    cmp     x2, x0
    b.lo    1b
    ret

/*
 * Events: first the vCPU's flag that some are pending, then the bits that say in which words, then the ports.
 * A handler that clears them in this order misses no event.  All ports here are in the first word.
 */
on_interrupt:
    stp     x19, x30, [sp, #-32]!
    stp     x20, x21, [sp, #16]
    mrs     x19, ICC_IAR1_EL1
    address x20, shared
    strb    wzr, [x20, #vcpu_info_evtchn_upcall_pending]
    dmb     ish
    str     xzr, [x20, #vcpu_info_evtchn_pending_sel]
    ldr     x21, [x20, #shared_info_evtchn_pending]
    str     xzr, [x20, #shared_info_evtchn_pending]
    bl      gic_event_interrupt
    cmp     x0, x19
    b.ne    1f
    print   "events: the event interrupt, pending ports "
    b       2f
1:  print   "events: another interrupt, pending ports "
2:  print_hex x21
    print   "\n"
    address x0, taken
    ldr     x1, [x0]
    add     x1, x1, #1
    str     x1, [x0]
    msr     ICC_EOIR1_EL1, x19
    isb
    ldp     x20, x21, [sp, #16]
    ldp     x19, x30, [sp], #32
    ret

#include "lib/end.S"
