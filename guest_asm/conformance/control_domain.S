/*
 * Hypercalls for the control domain: platform_op, sysctl, domctl, hypfs_op, and two that Xen/Arm does not support,
 * physdev_op and dm_op.  What Xen checks before it checks the caller, and what dom0 and a domU get.
 *
 * The first three take one argument, a structure that begins with a command and the version of the interface.
 */
#include "include/conformance.h"
#include "include/argument.S"

#define NO_COMMAND      999
#define PLATFORM_VERSION 0x03000001
#define FIRST_VERSION   1               /* of sysctl and domctl, to be tried one after the other */
#define LAST_VERSION    0x40
#define NO_DOMAIN       77
#define DOMCTL_DOMAIN   8
#define HYPFS_GET_VERSION 0
#define HYPFS_READ      1
#define PATH            64              /* offset in the argument page */

/* x0 = the result of the hypercall with the argument page, or another address, in x0. */
.macro operate number:req, at=here
    .ifc \at, here
    address x0, argument
    .else
    ldr     x0, =\at
    .endif
    hypercall \number
.endm
.macro lay_operation version:req, domain=0
    lay     ((\version << 32) + NO_COMMAND), \domain
.endm
/* x19 = the version for which the hypercall does not return -EACCES, or 0; x0 = what it returns for that one. */
.macro find_version number:req
    mov     x19, #FIRST_VERSION
1:  address x0, argument
    str     w19, [x0, #4]
    hypercall \number
    cmn     x0, #EACCES
    b.ne    2f
    add     x19, x19, #1
    cmp     x19, #LAST_VERSION
    b.ls    1b
    mov     x19, #0
2:
.endm
/* x0 = hypfs_op(command, a path in the argument page, its length, no buffer). */
.macro hypfs command:req, length:req, at=here
    .ifc \at, here
    address x1, argument
    add     x1, x1, #PATH
    .else
    ldr     x1, =\at
    .endif
    ldr     x0, =\command
    ldr     x2, =\length
    mov     x3, #0
    mov     x4, #0
    hypercall HYPERVISOR_hypfs_op
.endm

    .text
kernel_main:
    bl      boot_mmu
    bl      platform
    bl      control
    bl      nothing
    bl      file_system
    b       power_off
    .ltorg

platform:
    str     x30, [sp, #-16]!
    operate HYPERVISOR_platform_op, UNMAPPED_VA
    report  "PRV-001", "result", x0
    lay_operation 1
    operate HYPERVISOR_platform_op
    report  "PRV-002", "result", x0
    lay_operation PLATFORM_VERSION
    operate HYPERVISOR_platform_op
    report  "PRV-003", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

control:
    str     x30, [sp, #-16]!
    operate HYPERVISOR_sysctl, UNMAPPED_VA
    report  "PRV-004", "result", x0
    lay_operation 0
    operate HYPERVISOR_sysctl
    report  "PRV-005", "result", x0
    find_version HYPERVISOR_sysctl
    mov     x22, x0
    report_hex "PRV-006", "version", x19
    report  "PRV-007", "result", x22
    operate HYPERVISOR_domctl, UNMAPPED_VA
    report  "PRV-008", "result", x0
    lay_operation 0
    operate HYPERVISOR_domctl
    report  "PRV-009", "result", x0
    find_version HYPERVISOR_domctl
    mov     x22, x0
    report_hex "PRV-010", "version", x19
    report  "PRV-011", "result", x22
    address x0, argument
    mov     w1, #NO_DOMAIN
    strh    w1, [x0, #DOMCTL_DOMAIN]
    operate HYPERVISOR_domctl
    report  "PRV-012", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

nothing:
    str     x30, [sp, #-16]!
    ask     HYPERVISOR_physdev_op, 0, UNMAPPED_VA
    report_hex "PRV-013", "x0", x0
    mov     x0, #NO_DOMAIN
    mov     x1, #1
    ldr     x2, =UNMAPPED_VA
    hypercall HYPERVISOR_dm_op
    report  "PRV-014", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

file_system:
    str     x30, [sp, #-16]!
    hypfs   HYPFS_GET_VERSION, 0, 0
    report  "PRV-015", "result", x0
    hypfs   HYPFS_GET_VERSION, 1, 0
    report  "PRV-016", "result", x0
    hypfs   HYPFS_READ, 5, UNMAPPED_VA
    report  "PRV-017", "result", x0
    lay     0
    lay_at  PATH, 0x65726568772f        // "/where"
    hypfs   HYPFS_READ, 0
    report  "PRV-018", "result", x0
    hypfs   HYPFS_READ, 1025
    report  "PRV-019", "result", x0
    hypfs   HYPFS_READ, 6
    report  "PRV-020", "result", x0
    hypfs   HYPFS_READ, 7
    report  "PRV-021", "result", x0
    lay_at  PATH, 0x6572656877          // "where"
    hypfs   HYPFS_READ, 6
    report  "PRV-022", "result", x0
    lay_at  PATH, 0x2f                  // "/"
    hypfs   NO_COMMAND, 2
    report  "PRV-023", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
