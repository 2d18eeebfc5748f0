/*
 * multicall: a list of hypercalls in one.  Each entry holds what its call returned; x0, what the multicall returned.
 * MMU on.
 */
#include "include/conformance.h"
#include "include/structure.S"

#define UNKNOWN_HYPERCALL 59
#define MANY            64

    page    edge
    page    beyond
    .bss
    .balign 64
nested:
    .space  multicall_entry_size
many:
    .space  MANY * multicall_entry_size

/* Entry number `at`: its result is 0x77 before the call. */
.macro entry at:req, number:req, first, second
    put64   (\at * multicall_entry_size + multicall_entry_op), \number
    put64   (\at * multicall_entry_size + multicall_entry_result), 0x77
    .ifnb \first
    put64   (\at * multicall_entry_size + multicall_entry_args), \first
    .endif
    .ifnb \second
    put64   (\at * multicall_entry_size + multicall_entry_args + 8), \second
    .endif
.endm
.macro result_of reg:req, at:req
    get64   \reg, (\at * multicall_entry_size + multicall_entry_result)
.endm
.macro make_list count:req
    address x0, structure
    ldr     x1, =\count
    hypercall HYPERVISOR_multicall
.endm
/* Entries that enable an assist: they succeed. */
.macro assist at:req
    entry   \at, HYPERVISOR_vm_assist, VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag
.endm

    .text
kernel_main:
    bl      boot_mmu
    clear_structure
    entry   0, HYPERVISOR_xen_version, XENVER_pagesize, 0
    assist  1
    make_list 2
    result_of x1, 0
    result_of x2, 1
    rule    "MUL-001"
    say     "result", x0
    say     "first", x1
    say     "second", x2
    end_rule
    clear_structure
    entry   0, UNKNOWN_HYPERCALL
    assist  1
    make_list 2
    result_of x1, 0
    result_of x2, 1
    rule    "MUL-002"
    say     "result", x0
    say     "first_result", x1
    say     "second", x2
    end_rule
    clear_structure
    entry   0, (0x100000000 + HYPERVISOR_xen_version), XENVER_pagesize, 0
    make_list 1
    result_of x1, 0
    report  "MUL-003", "result", x1
    bl      lists_in_lists
    bl      counts
    bl      lists_that_end
    bl      a_long_list
    b       power_off
    .ltorg

lists_in_lists:
    str     x30, [sp, #-16]!
    clear_structure
    entry   0, HYPERVISOR_multicall
    address x0, nested                  // an entry of zeros: an unknown hypercall
    put64_reg multicall_entry_args, x0
    put64   (multicall_entry_args + 8), 1
    assist  1
    make_list 2
    result_of x1, 0
    result_of x2, 1
    rule    "MUL-004"
    say     "result", x0
    say     "first_result", x1
    say     "second", x2
    end_rule
    clear_structure
    entry   0, HYPERVISOR_sched_op, SCHEDOP_yield, 0
    make_list 1
    result_of x1, 0
    rule    "MUL-005"
    say     "result", x0
    say     "first_result", x1
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

counts:
    str     x30, [sp, #-16]!
    ldr     x0, =NOWHERE
    mov     x1, #0
    hypercall HYPERVISOR_multicall
    report  "MUL-006", "result", x0
    ldr     x0, =NOWHERE
    mov     x1, #1
    hypercall HYPERVISOR_multicall
    report  "MUL-007", "result", x0
    clear_structure
    assist  0
    assist  1
    make_list 1
    result_of x1, 0
    result_of x2, 1
    rule    "MUL-008"
    say     "first", x1
    say     "second", x2
    end_rule
    ldr     x0, =NOWHERE
    ldr     x1, =0x100000000            // 4.20 uses all 64 bits
    hypercall HYPERVISOR_multicall
    report  "MUL-009", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Two entries, of which the second is on a page that is not mapped. */
lists_that_end:
    str     x30, [sp, #-16]!
    address x0, beyond
    bl      unmap_page
    address x19, edge
    add     x19, x19, #(PAGE_SIZE - multicall_entry_size)
    mov     x0, #UNKNOWN_HYPERCALL
    mov     x1, #0x77
    stp     x0, x1, [x19]
    mov     x0, x19
    mov     x1, #2
    hypercall HYPERVISOR_multicall
    ldr     x1, [x19, #multicall_entry_result]
    rule    "MUL-010"
    say     "result", x0
    say     "first_result", x1
    end_rule
    address x0, edge                    // it may be read, but not written
    bl      virt_to_phys
    ldr     x1, =KERNEL_RODATA
    add     x1, x1, x0
    address x0, edge
    bl      map_page
    mov     x0, x19
    mov     x1, #1
    hypercall HYPERVISOR_multicall
    report  "MUL-011", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

/* A list that takes long: other vCPUs and events may interrupt it, and the guest does not notice. */
a_long_list:
    str     x30, [sp, #-16]!
    address x19, many
    mov     x20, #MANY
    mov     x21, #HYPERVISOR_xen_version
    mov     x22, #XENVER_pagesize
    mov     x23, #0x77
1:  stp     x21, x23, [x19], #16
    stp     x22, xzr, [x19], #16
    stp     xzr, xzr, [x19], #32
    sub     x20, x20, #1
    cbnz    x20, 1b
    address x0, many
    mov     x1, #MANY
    hypercall HYPERVISOR_multicall
    address x19, many
    mov     x20, #MANY
    mov     x21, #0
2:  ldr     x22, [x19, #multicall_entry_result]
    cmp     x22, #PAGE_SIZE
    cinc    x21, x21, eq
    add     x19, x19, #multicall_entry_size
    sub     x20, x20, #1
    cbnz    x20, 2b
    rule    "MUL-012"
    say     "result", x0
    say     "right", x21
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
