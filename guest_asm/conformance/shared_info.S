/*
 * shared_info: the one page that Xen shares with every domain, its contents at first, and where events show.
 */
#include "include/conformance.h"
#include "include/shared_page.S"

    .text
/* x0 = the doublewords from x0 up to x1, or-ed. */
or_of:
    mov     x2, #0
1:  ldr     x3, [x0], #8
    orr     x2, x2, x3
    cmp     x0, x1
    b.lo    1b
    mov     x0, x2
    ret
/* Says whether all bytes of shared_info from \from up to \to are 0. */
.macro say_zero key:req, from:req, to:req
    add     x0, x19, #(\from)
    add     x1, x19, #(\to)
    bl      or_of
    cmp     x0, #0
    cset    x0, eq
    say_yes_no "\key", x0
.endm
/* Says which fields of vcpu_info and which bits of the port in x20 are set. */
.macro say_event
    ldr     x0, [x19, #shared_info_evtchn_pending]
    lsr     x0, x0, x20
    and     x0, x0, #1
    say     "pending", x0
    ldrb    w0, [x19, #vcpu_info_evtchn_upcall_pending]
    say     "upcall", x0
    ldr     x0, [x19, #vcpu_info_evtchn_pending_sel]
    say_hex "selector", x0
.endm

kernel_main:
    bl      boot_mmu
    ldr     x0, =SHARED_GFN
    mov     x1, #1
    bl      add_shared_info
    report  "SHI-001", "result", x0
    ldr     x0, =SHARED_GFN
    mov     x1, #0
    bl      add_shared_info
    report  "SHI-002", "result", x0

    // x19: the page.  Nothing has happened yet.
    bl      map_shared_info
    mov     x19, x0
    rule    "SHI-003"
    say_zero "pending_clear", shared_info_evtchn_pending, shared_info_evtchn_mask
    say_zero "mask_clear", shared_info_evtchn_mask, shared_info_wc_version
    end_rule
    rule    "SHI-004"
    ldr     w0, [x19, #shared_info_wc_version]
    say     "version", x0
    end_rule
    rule    "SHI-005"
    say_zero "zero", shared_info_size, PAGE_SIZE
    end_rule
    rule    "SHI-006"
    ldrb    w0, [x19, #vcpu_info_evtchn_upcall_pending]
    say     "upcall", x0
    ldrb    w0, [x19, #vcpu_info_evtchn_upcall_mask]
    say     "mask", x0
    ldr     x0, [x19, #vcpu_info_evtchn_pending_sel]
    say_hex "selector", x0
    end_rule
    // Time passes and the vCPU is switched: Xen does not fill in vcpu_info's time.
    bl      wait
    rule    "SHI-007"
    say_zero "zero", vcpu_info_time, vcpu_info_size
    end_rule

    // x20: a port.  An event for it; masked; unmasked.
    mov     x0, #0
    bl      bind_ipi
    mov     x20, x0
    mov     x1, x20
    mov     x0, #EVTCHNOP_send
    bl      port_op
    rule    "SHI-008"
    say_event
    end_rule
    stp     xzr, xzr, [x19]
    str     xzr, [x19, #shared_info_evtchn_pending]
    mov     x0, #1
    lsl     x0, x0, x20
    str     x0, [x19, #shared_info_evtchn_mask]
    mov     x1, x20
    mov     x0, #EVTCHNOP_send
    bl      port_op
    rule    "SHI-009"
    say_event
    end_rule
    mov     x1, x20
    mov     x0, #EVTCHNOP_unmask
    bl      port_op
    rule    "SHI-010"
    say_event
    ldr     x0, [x19, #shared_info_evtchn_mask]
    say_hex "mask", x0
    end_rule
    stp     xzr, xzr, [x19]
    str     xzr, [x19, #shared_info_evtchn_pending]

    // What a guest writes to it stays, also where Xen uses nothing, and while it is not mapped.
    ldr     x0, =FILL
    str     x0, [x19, #(PAGE_SIZE - 8)]
    bl      wait
    ldr     x1, [x19, #(PAGE_SIZE - 8)]
    report_hex "SHI-011", "kept", x1
    address x1, shared_request          // struct xen_remove_from_physmap: domid, gpfn
    mov     x0, #DOMID_SELF
    ldr     x2, =SHARED_GFN
    stp     x0, x2, [x1]
    mov     x0, #XENMEM_remove_from_physmap
    hypercall HYPERVISOR_memory_op
    rule    "SHI-012"
    say     "removed_result", x0
    bl      map_shared_info
    ldr     x1, [x19, #(PAGE_SIZE - 8)]
    say_hex "kept", x1
    end_rule
    b       power_off
    .ltorg

#include "lib/end.S"
