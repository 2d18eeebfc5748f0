/*
 * Runstate areas by guest-physical address, VCPUOP_register_runstate_phys_area: what a Xen that has them does, and
 * what a Xen without them returns.
 *
 * MMU on, KPTI in user mode.  What Xen writes is counted in the pages of include/areas.S.
 */
#define KPTI
#include "include/conformance.h"
#include "include/areas.S"

#define FAR_OFFSET      512
#define LAST_OFFSET     (PAGE_SIZE - vcpu_runstate_info_size)
#define NO_ADDRESS      0xffffffffffffffff

    user_code user_page
user_wait:
    wfi
    svc     #0
    user_code_end

    .bss
    .balign 8
switched:                               // vCPU 1 has been switched out and in again
    .space  8

/* x0 = the physical address of a byte of a page of the image. */
.macro physical page:req, offset=0
    address x0, \page
    bl      virt_to_phys
    add     x0, x0, #\offset
.endm
/* Registers the area at physical address x0; x0 = the result. */
.macro register_physical vcpu=0
    mov     x1, #\vcpu
    bl      register_physical_area
.endm
.macro unregister_physical
    mov     x0, #NO_ADDRESS
    register_physical
.endm
.macro report_result id:req
    report  "\id", "result", x0
.endm
.macro report_overwritten id:req
    bl      pages_overwritten
    report  "\id", "written", x0
.endm
/* Says how much of each of the first two pages was overwritten. */
.macro say_each
    address x0, first_page
    bl      bytes_overwritten
    say     "first", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "second", x0
.endm

    .text
kernel_main:
    bl      boot_mmu
    address x0, user_page
    bl      user_init
    bl      fill_pages
    physical first_page
    register_physical
    report_result "PHY-001"
    bl      pages_overwritten
    report  "PHY-002", "filled", x0
    bl      features
    bl      refusals
    bl      switches
    bl      beside_the_other
    bl      again
    bl      for_vcpu_1
    b       power_off
    .ltorg

/* VCPUOP_register_runstate_phys_area of vCPU x1 at x0. */
register_physical_area:
    str     x0, [sp, #-16]!
    mov     x0, #VCPUOP_register_runstate_phys_area
    mov     x2, sp
    hypercall HYPERVISOR_vcpu_op
    add     sp, sp, #16
    ret

features:
    stp     xzr, x30, [sp, #-16]!       // struct xen_feature_info: submap 0
    mov     x0, #XENVER_get_features
    mov     x1, sp
    hypercall HYPERVISOR_xen_version
    ldr     w1, [sp, #xen_feature_info_submap]
    ubfx    x1, x1, #XENFEAT_runstate_phys_area, #1
    report_yes_no "PHY-003", "advertised", x1
    ldp     xzr, x30, [sp], #16
    ret

refusals:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #VCPUOP_register_runstate_phys_area
    mov     x1, #0
    ldr     x2, =NOWHERE                // an address without memory
    hypercall HYPERVISOR_vcpu_op
    report_result "PHY-004"
    physical first_page, 4
    register_physical
    report_result "PHY-005"
    physical first_page, LAST_OFFSET
    add     x0, x0, #8
    register_physical
    report_result "PHY-006"
    ldr     x0, =NOWHERE
    register_physical
    report_result "PHY-007"
    bl      fill_pages                  // the first area is still registered, or none ever was
    bl      wait
    report_overwritten "PHY-008"
    physical first_page, LAST_OFFSET
    register_physical
    report_result "PHY-009"
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

switches:
    stp     x29, x30, [sp, #-16]!
    physical first_page
    register_physical
    bl      wait
    address x0, first_page
    ldr     x1, [x0, #vcpu_runstate_info_state_entry_time]
    lsr     x1, x1, #XEN_RUNSTATE_UPDATE_BIT
    report  "PHY-010", "flag", x1
    bl      fill_pages
    address x0, first_page
    bl      unmap_page
    bl      wait
    address x0, first_page
    address x1, first_page
    ldr     x2, =KERNEL_DATA
    bl      map_area_page
    report_overwritten "PHY-011"
    bl      fill_pages
    mov     x0, #WAIT_MS
    bl      arm_timer
    address x0, user_wait
    bl      call_user
    msr     cntv_ctl_el0, xzr
    report_overwritten "PHY-012"
    map     AREA_VA, first_page, KERNEL_DATA
    bl      fill_pages
    map     AREA_VA, second_page, KERNEL_DATA
    bl      wait
    rule    "PHY-013"
    say_each
    end_rule
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* An area by virtual address, on the second page, beside the physical one on the first. */
beside_the_other:
    stp     x29, x30, [sp, #-16]!
    map     AREA_VA, second_page, KERNEL_DATA
    bl      fill_pages
    register AREA_VA
    rule    "PHY-014"
    say     "result", x0
    say_each
    end_rule
    bl      fill_pages
    bl      wait
    rule    "PHY-015"
    say_each
    end_rule
    unregister
    bl      fill_pages
    bl      wait
    rule    "PHY-016"
    say_each
    end_rule
    register AREA_VA
    unregister_physical
    report_result "PHY-017"
    bl      fill_pages
    bl      wait
    rule    "PHY-018"
    say_each
    end_rule
    unregister
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

again:
    stp     x19, x30, [sp, #-16]!
    unregister_physical
    report_result "PHY-019"
    physical first_page
    register_physical
    mov     x19, x0
    physical first_page, FAR_OFFSET
    register_physical
    bl      fill_pages
    bl      wait
    address x0, first_page
    ldr     x1, [x0]
    ldr     x2, [x0, #FAR_OFFSET]
    ldr     x3, =FILL
    cmp     x1, x3
    cset    x4, ne
    cmp     x2, x3
    cset    x5, ne
    rule    "PHY-020"
    say     "result", x19
    say_yes_no "former", x4
    say_yes_no "new", x5
    end_rule
    unregister_physical
    bl      fill_pages
    bl      wait
    report_overwritten "PHY-021"
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* For another vCPU: registered while it is off. */
for_vcpu_1:
    stp     x19, x30, [sp, #-16]!
    bl      fill_pages
    physical third_page
    register_physical 1
    rule    "PHY-022"
    say     "result", x0
    say_overwritten "filled"
    end_rule
    bl      second_vcpu
    cbz     x0, 2f
    mov     x0, #1
    address x1, come_and_go
    bl      cpu_on
    address x19, switched
1:  bl      wait
    ldar    x0, [x19]
    cbz     x0, 1b
    report_overwritten "PHY-023"
2:  ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* vCPU 1, which has time: vCPU 0 sets its timer again each time. */
come_and_go:
    str     x30, [sp, #-16]!
    mov     x0, #SCHEDOP_yield
    hypercall HYPERVISOR_sched_op
    address x0, switched
    mov     x1, #1
    stlr    x1, [x0]
    ldr     x30, [sp], #16
    ret

#include "lib/end.S"
