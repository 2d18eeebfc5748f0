/* The kind of this domain, and the context switches that most cases need.  Part of conformance.h. */

#define XENFEAT_DOM0_BIT 11             /* XENFEAT_dom0, public/features.h */
#define WAIT_MS         1

    .text
/* x0 = 1 in dom0, 0 in a domU.  Spoils what a call spoils. */
is_dom0:
    stp     xzr, x30, [sp, #-16]!       // struct xen_feature_info: submap_idx 0, submap
    mov     x0, #XENVER_get_features
    mov     x1, sp
    hypercall HYPERVISOR_xen_version
    ldr     w0, [sp, #4]
    ubfx    x0, x0, #XENFEAT_DOM0_BIT, #1
    ldp     xzr, x30, [sp], #16
    ret

/* x0 = 1 if there is a vCPU 1, 0 if not: the errno of a call for it with an unreadable argument tells. */
second_vcpu:
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, #1
    mov     x2, #0xffff000000000000     // not canonical, so never mapped
    hypercall HYPERVISOR_vcpu_op
    cmn     x0, #ENOENT
    cset    x0, ne
    ret

/* Waits for the timer once, by WFI: the vCPU is switched out and in again, in the kernel.  MMU on. */
wait:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer
    wfi
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret

/* Asks Xen to keep the runstate of vCPU x1 at virtual address x0.  x0 = 0 or an errno. */
register_area:
    str     x0, [sp, #-16]!
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x2, sp
    hypercall HYPERVISOR_vcpu_op
    add     sp, sp, #16
    ret
