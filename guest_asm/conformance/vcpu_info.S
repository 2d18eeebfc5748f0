/*
 * VCPUOP_register_vcpu_info for vCPU 0: its vcpu_info, with the upcall byte and the selector, moves from shared_info
 * to a page of the guest, once and for all.
 */
#include "include/conformance.h"
#include "include/shared_page.S"
#include "include/register_info.S"

#define NO_SUCH_VCPU    9
#define NO_SUCH_GFN     (1 << 24)
#define INFO_OFFSET     64

    .text
kernel_main:
    bl      boot_mmu
    bl      map_shared_info             // x19: vCPU 0's vcpu_info, until it moves
    mov     x19, x0

    // What is refused before anything is registered.
    mov     x0, #VCPUOP_register_vcpu_info
    mov     x1, #0
    mov     x2, #0
    hypercall HYPERVISOR_vcpu_op
    report  "VCI-001", "result", x0
    refusal "VCI-002", INFO_OFFSET, NO_SUCH_VCPU
    mov     x0, #VCPUOP_register_vcpu_info
    mov     x1, #NO_SUCH_VCPU
    mov     x2, #0
    hypercall HYPERVISOR_vcpu_op
    report  "VCI-003", "result", x0
    refusal "VCI-004", 4
    refusal "VCI-005", PAGE_SIZE - vcpu_info_size + 8
    refusal "VCI-006", PAGE_SIZE
    refusal "VCI-007", INFO_OFFSET, 0, NO_SUCH_GFN

    // It moves with its contents: the upcall mask and, in an unused place, a word.
    mov     w0, #1
    strb    w0, [x19, #vcpu_info_evtchn_upcall_mask]
    ldr     x20, =0x1122334455667788
    str     x20, [x19, #vcpu_info_time]
    address x0, info_page
    bl      fill_page
    register_info INFO_OFFSET
    rule    "VCI-009"
    say     "result", x0
    address x0, info_page
    bl      bytes_overwritten
    say     "written", x0
    end_rule
    address x21, info_page
    add     x21, x21, #INFO_OFFSET
    ldrb    w0, [x21, #vcpu_info_evtchn_upcall_mask]
    ldr     x1, [x21, #vcpu_info_time]
    cmp     x1, x20
    cset    x1, eq
    rule    "VCI-010"
    say     "mask", x0
    say_yes_no "rest_copied", x1
    end_rule
    ldrb    w0, [x21, #vcpu_info_evtchn_upcall_pending]
    ldr     x1, [x21, #vcpu_info_evtchn_pending_sel]
    rule    "VCI-011"
    say     "upcall", x0
    say_hex "selector", x1
    end_rule
    ldrb    w0, [x19, #vcpu_info_evtchn_upcall_pending]
    ldr     x1, [x19, #vcpu_info_evtchn_pending_sel]
    rule    "VCI-012"
    say     "upcall", x0
    say_hex "selector", x1
    end_rule

    // A second registration, and one at a bad offset.
    refusal "VCI-013", 2 * INFO_OFFSET
    refusal "VCI-014", 4

    // An event shows in the new place, and no longer in the old one; the port's own bits stay in shared_info.
    stp     xzr, xzr, [x21]
    mov     x0, #0
    bl      bind_ipi
    mov     x20, x0
    mov     x1, x0
    mov     x0, #EVTCHNOP_send
    bl      port_op
    rule    "VCI-015"
    ldrb    w0, [x21, #vcpu_info_evtchn_upcall_pending]
    say     "new_upcall", x0
    ldrb    w0, [x19, #vcpu_info_evtchn_upcall_pending]
    say     "old_upcall", x0
    ldr     x0, [x19, #shared_info_evtchn_pending]
    lsr     x0, x0, x20
    and     x0, x0, #1
    say     "pending", x0
    end_rule
    b       power_off
    .ltorg

#include "lib/end.S"
