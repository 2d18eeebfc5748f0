/*
 * vcpu_op apart from registering areas: which commands Xen/Arm has, what it checks first, and how many bits of the
 * arguments it uses.
 *
 * No domain here has a vCPU 9.
 */
#include "include/conformance.h"
#include "include/argument.S"

#define NO_VCPU         9
#define NO_COMMAND      99

/* x0 = vcpu_op(command, vcpu, the argument page or an address). */
.macro vcpu_op command:req, vcpu:req, at=here
    ldr     x1, =\vcpu
    .ifc \at, here
    address x2, argument
    .else
    ldr     x2, =\at
    .endif
    ldr     x0, =\command
    hypercall HYPERVISOR_vcpu_op
.endm
/* x21 = 0 if the result is anything but -EINVAL. */
.macro refused command:req
    vcpu_op \command, 0
    cmn     x0, #EINVAL
    csel    x21, x21, xzr, eq
.endm

    .text
kernel_main:
    bl      boot_mmu
    lay     0
    bl      not_on_arm
    bl      order_and_width
    b       power_off
    .ltorg

/* Commands that are in the public header, but not on Arm, which has PSCI and the timer instead. */
not_on_arm:
    str     x30, [sp, #-16]!
    mov     x21, #1
    refused VCPUOP_initialise
    refused VCPUOP_up
    refused VCPUOP_down
    report_yes_no "VCP-001", "all_einval", x21
    vcpu_op VCPUOP_is_up, 0
    report  "VCP-002", "result", x0
    lay     0
    vcpu_op VCPUOP_get_runstate_info, 0
    mov     x19, x0
    written x22
    rule    "VCP-003"
    say     "result", x19
    say     "written", x22
    end_rule
    mov     x21, #1
    refused VCPUOP_set_periodic_timer
    refused VCPUOP_stop_periodic_timer
    refused VCPUOP_set_singleshot_timer
    refused VCPUOP_stop_singleshot_timer
    report_yes_no "VCP-004", "all_einval", x21
    mov     x21, #1
    refused VCPUOP_send_nmi
    refused VCPUOP_get_physid
    report_yes_no "VCP-005", "all_einval", x21
    vcpu_op VCPUOP_register_vcpu_time_memory_area, 0
    report  "VCP-006", "result", x0
    vcpu_op VCPUOP_register_vcpu_time_phys_area, 0
    report  "VCP-007", "result", x0
    vcpu_op NO_COMMAND, 0, UNMAPPED_VA
    report  "VCP-008", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

order_and_width:
    str     x30, [sp, #-16]!
    vcpu_op NO_COMMAND, NO_VCPU
    report  "VCP-009", "result", x0
    vcpu_op VCPUOP_register_vcpu_info, NO_VCPU, UNMAPPED_VA
    report  "VCP-010", "result", x0
    vcpu_op (0x100000000 + VCPUOP_register_vcpu_info), NO_VCPU
    report  "VCP-011", "result", x0
    vcpu_op VCPUOP_register_vcpu_info, 0x100000000, UNMAPPED_VA
    report  "VCP-012", "result", x0
    vcpu_op VCPUOP_register_vcpu_info, -1
    report  "VCP-013", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
