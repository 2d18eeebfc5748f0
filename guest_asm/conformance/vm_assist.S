/*
 * vm_assist: Xen/Arm's only assist is the runstate area's update flag.
 */
#include "include/conformance.h"

#define VMASST_TYPE_4gb_segments 0
#define NO_SUCH_TYPE    63

/* Calls vm_assist(command, type) and reports the result. */
.macro assist id:req, command:req, type:req
    ldr     x0, =\command
    ldr     x1, =\type
    hypercall HYPERVISOR_vm_assist
    report  "\id", "result", x0
.endm

    .text
kernel_main:
    bl      boot_mmu
    assist  "AST-001", VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag
    assist  "AST-002", VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag
    assist  "AST-003", VMASST_CMD_disable, VMASST_TYPE_runstate_update_flag
    assist  "AST-004", VMASST_CMD_disable, VMASST_TYPE_runstate_update_flag
    assist  "AST-005", VMASST_CMD_enable, VMASST_TYPE_4gb_segments
    assist  "AST-006", 2, VMASST_TYPE_runstate_update_flag
    assist  "AST-007", 2, NO_SUCH_TYPE
    assist  "AST-008", 0x100000000 + VMASST_CMD_enable, 0x100000000 + VMASST_TYPE_runstate_update_flag
    b       power_off
    .ltorg

#include "lib/end.S"
