/*
 * The runstate area (struct vcpu_runstate_info, public/vcpu.h): Xen updates it in the guest's memory at
 * every switch of the vCPU, if it can reach the area.
 */
#ifndef GUEST_RUNSTATE_S
#define GUEST_RUNSTATE_S

#include "hypercall.h"

    .text
/*
 * Asks Xen to keep this vCPU's runstate at virtual address x0.  x0 = 0 or an errno.  Xen/Arm does not say
 * whether it can write there.
 */
runstate_register:
    str     x0, [sp, #-16]!             // struct vcpu_register_runstate_memory_area
    mov     x0, #VCPUOP_register_runstate_memory_area
    mrs     x1, tpidr_el1
    mov     x2, sp
    hypercall HYPERVISOR_vcpu_op
    add     sp, sp, #16
    ret

/*
 * Asks Xen to set bit 63 of state_entry_time while it is in the middle of an update (for the whole
 * domain).  x0 = 0 or an errno.
 */
runstate_enable_update_flag:
    mov     x0, #VMASST_CMD_enable
    mov     x1, #VMASST_TYPE_runstate_update_flag
    hypercall HYPERVISOR_vm_assist
    ret

/*
 * Copies the area at x0 to x1, as one consistent state: the copy counts only if no update was under way
 * (the flag), and none happened meanwhile (the same entry time before and after).
 */
runstate_read:
    ldr     x2, [x0, #vcpu_runstate_info_state_entry_time]
    tbnz    x2, #XEN_RUNSTATE_UPDATE_BIT, runstate_read
    dmb     ishld                       // the entry time was read before ...
    ldp     x3, x4, [x0]
    ldp     x5, x6, [x0, #16]
    ldp     x7, x8, [x0, #32]
    dmb     ishld                       // ... and is read again after the rest
    ldr     x9, [x0, #vcpu_runstate_info_state_entry_time]
    cmp     x9, x2
    b.ne    runstate_read
    stp     x3, x4, [x1]
    stp     x5, x6, [x1, #16]
    stp     x7, x8, [x1, #32]
    ret

/*
 * x0 = the stolen time in ns by the copy at x0, as Linux counts it: runnable but not running,
 * and offline.  Spoils x1.
 */
stolen_time:
    ldr     x1, [x0, #(vcpu_runstate_info_time + RUNSTATE_runnable * 8)]
    ldr     x0, [x0, #(vcpu_runstate_info_time + RUNSTATE_offline * 8)]
    add     x0, x0, x1
    ret

#endif
