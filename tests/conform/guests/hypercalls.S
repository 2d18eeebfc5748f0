/*
 * hypercalls: what Xen answers to right and wrong arguments. The MMU is off, so pointers are IPAs; NOWHERE is
 * one where a domU has no memory.
 */
#include "ask.h"

#define NOWHERE 0x1000

    .text
kernel_main:
    bl      ask_version
    bl      ask_console
    bl      ask_sched
    bl      ask_vcpu
    bl      ask_firmware_calls
    ask     "hypercall 0", 0
    ask     "hypercall 6", 6
    ask     "hypercall 63", 63
    ldr     x16, =0x100000011           // xen_version in the low half only: all 64 bits count
    hvc     #XEN_HYPERCALL_TAG
    answer  "hypercall 17 + 2^32"
    b       power_off
    .ltorg

ask_version:
    mov     x28, x30
    mov     x0, #XENVER_version
    hypercall HYPERVISOR_xen_version
    answer_hex "xen_version 0"
    ask     "xen_version 1, NULL", HYPERVISOR_xen_version, XENVER_extraversion
    ask     "xen_version 6, NULL", HYPERVISOR_xen_version, XENVER_get_features
    ask     "xen_version 7, NULL", HYPERVISOR_xen_version, XENVER_pagesize
    ask     "xen_version 7, NOWHERE", HYPERVISOR_xen_version, XENVER_pagesize, NOWHERE
    ask     "xen_version 10, NULL", HYPERVISOR_xen_version, XENVER_build_id
    ask     "xen_version 15", HYPERVISOR_xen_version, 15
    ask     "xen_version -1", HYPERVISOR_xen_version, -1
    mov     x0, #XENVER_get_features
    address x1, submap
    hypercall HYPERVISOR_xen_version
    answer  "get_features"
    address x0, submap
    ldr     w0, [x0, #4]
    answer_hex "get_features, submap 0"
    ret     x28
    .ltorg

ask_console:
    mov     x28, x30
    ask     "console_io write, count 0", HYPERVISOR_console_io, CONSOLEIO_write, 0, NOWHERE
    ask     "console_io write, NULL", HYPERVISOR_console_io, CONSOLEIO_write, 4, 0
    ask     "console_io read, nothing there", HYPERVISOR_console_io, CONSOLEIO_read, 4, 0
    ask     "console_io read, count 2^31", HYPERVISOR_console_io, CONSOLEIO_read, 0x80000000, 0
    ask     "console_io 2", HYPERVISOR_console_io, 2, 4, 0
    ret     x28
    .ltorg

ask_sched:
    mov     x28, x30
    ask     "sched_op yield", HYPERVISOR_sched_op, SCHEDOP_yield
    ask     "sched_op yield + 2^32", HYPERVISOR_sched_op, 0x100000000
    ask     "sched_op shutdown, NULL", HYPERVISOR_sched_op, SCHEDOP_shutdown
    ask     "sched_op poll, NULL", HYPERVISOR_sched_op, SCHEDOP_poll
    ask     "sched_op remote_shutdown, NULL", HYPERVISOR_sched_op, SCHEDOP_remote_shutdown
    ask     "sched_op shutdown_code, NULL", HYPERVISOR_sched_op, SCHEDOP_shutdown_code
    ask     "sched_op watchdog, NULL", HYPERVISOR_sched_op, SCHEDOP_watchdog
    ask     "sched_op pin_override, NULL", HYPERVISOR_sched_op, SCHEDOP_pin_override
    ask     "sched_op 8", HYPERVISOR_sched_op, 8
    mov     x0, #SCHEDOP_poll
    address x1, poll_past
    hypercall HYPERVISOR_sched_op
    answer  "poll, no ports, timeout in the past"
    mov     x0, #SCHEDOP_poll
    address x1, poll_many
    hypercall HYPERVISOR_sched_op
    answer  "poll, 129 ports"
    ask     "vm_assist enable 5", HYPERVISOR_vm_assist, 0, 5
    ask     "vm_assist disable 5", HYPERVISOR_vm_assist, 1, 5
    ask     "vm_assist 2, 5", HYPERVISOR_vm_assist, 2, 5
    ask     "vm_assist 2, 4", HYPERVISOR_vm_assist, 2, 4
    ask     "vm_assist enable 64", HYPERVISOR_vm_assist, 0, 64
    ret     x28
    .ltorg

ask_vcpu:
    mov     x28, x30
    ask     "vcpu_op 0", HYPERVISOR_vcpu_op, 0
    ask     "vcpu_op 3", HYPERVISOR_vcpu_op, 3
    ask     "vcpu_op 5, NULL", HYPERVISOR_vcpu_op, 5
    ask     "vcpu_op 5, no such vCPU", HYPERVISOR_vcpu_op, 5, 9
    ask     "vcpu_op 99, no such vCPU", HYPERVISOR_vcpu_op, 99, 9
    ask     "vcpu_op 14", HYPERVISOR_vcpu_op, 14
    ask     "vcpu_op -1", HYPERVISOR_vcpu_op, -1
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, #0
    address x2, zero
    hypercall HYPERVISOR_vcpu_op
    answer  "vcpu_op 5, unregister"
    ret     x28
    .ltorg

ask_firmware_calls:
    mov     x28, x30
    ask_firmware "PSCI_VERSION", 0x84000000
    ask_firmware "PSCI_FEATURES(CPU_ON_64)", 0x8400000a, 0xc4000003
    ask_firmware "PSCI_FEATURES(SMCCC_VERSION)", 0x8400000a, 0x80000000
    ask_firmware "PSCI_FEATURES(SYSTEM_RESET2)", 0x8400000a, 0x84000012
    ask_firmware "SMCCC_VERSION", 0x80000000
    ask_firmware "AFFINITY_INFO(0)", 0xc4000004, 0
    ask_firmware "AFFINITY_INFO(9)", 0xc4000004, 9
    ask_firmware "AFFINITY_INFO(0, level 4)", 0xc4000004, 0, 4
    ask_firmware "MIGRATE_INFO_TYPE", 0x84000006
    ask_firmware "CPU_ON(itself)", 0xc4000003, 0, 0x40000000
    ask_firmware "CPU_ON(9)", 0xc4000003, 9, 0x40000000
    ask_firmware "unknown function", 0x80000010
    ret     x28
    .ltorg

    .data
    .balign 8
submap: .word   0, 0                    // struct xen_feature_info
zero:   .quad   0
poll_past:                              // struct sched_poll
    .quad   0
    .word   0, 0
    .quad   1
poll_many:
    .quad   0
    .word   129, 0
    .quad   1

#include "lib/end.S"
