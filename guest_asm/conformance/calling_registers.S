/*
 * The calling convention: which numbers are hypercalls, how wide arguments and results are, and what a hypercall
 * leaves in the registers.  A release build of Xen changes x0; a debug build also overwrites x16 and the arguments.
 *
 * MMU on, no interrupts.
 */
#include "include/conformance.h"
#include "include/registers.S"

#define ABOVE_32        0x100000000
#define TABLE           0x61f21363080       /* bit n: Xen/Arm has hypercall n, or may have */
#define NUMBERS         64
#define NO_SUCH_COMMAND 99
#define ENTRIES         64
#define TICKS           1000                /* some 16 us: sooner than the list is done */
#define DAIF_ALL        0x3c0

/* A hypercall with a distinct value in every register except x0, x1 and x16. */
.macro call number:req, first:req, second:req
    fill_registers
    set_register 0, \first
    set_register 1, \second
    set_register 16, \number
    observe hvc #XEN_HYPERCALL_TAG
.endm
.macro result_of id:req, number:req, first:req, second:req
    call    \number, \first, \second
    register_after x0, 0
    report  "\id", "result", x0
.endm
.macro changed_by id:req, number:req, first:req, second:req
    call    \number, \first, \second
    changed_registers x0
    report_hex "\id", "changed", x0
.endm

    .bss
    .balign 8
list:                                       // struct multicall_entry: op, result, six arguments
    .space  ENTRIES * 64

    .text
kernel_main:
    bl      boot_mmu
    result_of "CAL-001", HYPERVISOR_xen_version, XENVER_pagesize, 0
    bl      numbers
    result_of "CAL-003", ABOVE_32 + HYPERVISOR_xen_version, XENVER_pagesize, 0
    result_of "CAL-004", HYPERVISOR_xen_version, ABOVE_32 + XENVER_pagesize, 0
    result_of "CAL-005", HYPERVISOR_xen_version, XENVER_pagesize, ABOVE_32
    call    HYPERVISOR_xen_version, NO_SUCH_COMMAND, 0
    register_after x0, 0
    report_hex "CAL-006", "x0", x0
    call    HYPERVISOR_physdev_op, 0, 0
    register_after x0, 0
    report_hex "CAL-007", "x0", x0

    changed_by "CAL-008", HYPERVISOR_xen_version, XENVER_pagesize, 0
    changed_by "CAL-009", HYPERVISOR_console_io, CONSOLEIO_read, 0
    changed_by "CAL-010", HYPERVISOR_domctl, 0, 0
    changed_by "CAL-011", NUMBERS, 0, 0
    changed_by "CAL-012", HYPERVISOR_xen_version, NO_SUCH_COMMAND, 0
    call    HYPERVISOR_xen_version, XENVER_pagesize, 0
    register_after x0, AFTER_NZCV
    register_after x1, AFTER_SP
    rule    "CAL-013"
    say_hex "nzcv", x0
    say     "sp", x1
    end_rule
    bl      masks
    bl      system_registers
    bl      fp_registers
    bl      long_list
    b       power_off
    .ltorg

/* Every number that is not in the table. */
numbers:
    stp     x30, x19, [sp, #-32]!
    stp     x20, x21, [sp, #16]
    ldr     x19, =TABLE
    mov     x20, #0                         // the number
    mov     x21, #0                         // bit n: number n did not return -ENOSYS
1:  lsr     x0, x19, x20
    tbnz    x0, #0, 2f
    mov     x0, #0
    mov     x1, #0
    mov     x16, x20
    hvc     #XEN_HYPERCALL_TAG
    cmn     x0, #ENOSYS
    cset    x0, ne
    lsl     x0, x0, x20
    orr     x21, x21, x0
2:  add     x20, x20, #1
    cmp     x20, #NUMBERS
    b.lo    1b
    report_hex "CAL-002", "others", x21
    ldp     x20, x21, [sp, #16]
    ldp     x30, x19, [sp], #32
    ret

/* The interrupt masks, once all set, once only I. */
masks:
    str     x30, [sp, #-16]!
    mrs     x19, daif
    msr     daifset, #15
    mov     x0, #XENVER_pagesize
    mov     x1, #0
    hypercall HYPERVISOR_xen_version
    mrs     x20, daif
    msr     daif, x19
    rule    "CAL-014"
    say_hex "all", x20
    msr     daifclr, #13
    mov     x0, #XENVER_pagesize
    mov     x1, #0
    hypercall HYPERVISOR_xen_version
    mrs     x20, daif
    msr     daif, x19
    say_hex "irq", x20
    end_rule
    ldr     x30, [sp], #16
    ret

.macro mark register:req
    msr     \register, x19
.endm
.macro compare_with_mark register:req
    mrs     x0, \register
    eor     x0, x0, x19
    orr     x20, x20, x0
.endm
.macro for_system_registers what:req
    .irp    register, elr_el1, esr_el1, far_el1, sp_el0, tpidr_el0, tpidrro_el0, contextidr_el1
    \what   \register
    .endr
.endm
/* Registers of EL1 and EL0 that an exception to EL1 would change, and the thread registers. */
system_registers:
    str     x30, [sp, #-16]!
    mov     x19, #0x300000                  // bits that all of them have
    for_system_registers mark
    mov     x0, #XENVER_pagesize
    mov     x1, #0
    hypercall HYPERVISOR_xen_version
    mov     x20, #0
    for_system_registers compare_with_mark
    cmp     x20, #0
    cset    x20, eq
    report_yes_no "CAL-015", "kept", x20
    ldr     x30, [sp], #16
    ret

.macro for_fp_registers what:req
    .irp    n, 0, 1, 2, 3, 7, 8, 15, 16, 23, 30, 31
    \what   \n
    .endr
.endm
.macro fill_fp number:req
    add     x0, x19, #\number
    dup     v\number\().2d, x0
.endm
.macro compare_fp number:req
    umov    x0, v\number\().d[0]
    umov    x1, v\number\().d[1]
    sub     x0, x0, #\number
    sub     x1, x1, #\number
    eor     x0, x0, x19
    eor     x1, x1, x19
    orr     x20, x20, x0
    orr     x20, x20, x1
.endm
fp_registers:
    str     x30, [sp, #-16]!
    mrs     x0, cpacr_el1
    orr     x0, x0, #0x300000               // FPEN: EL1 and EL0 may use them
    msr     cpacr_el1, x0
    isb
    ldr     x19, =PATTERN
    for_fp_registers fill_fp
    mov     x21, #0xc00000                  // FPCR.RMode
    msr     fpcr, x21
    mov     x0, #XENVER_pagesize
    mov     x1, #0
    hypercall HYPERVISOR_xen_version
    mov     x20, #0
    for_fp_registers compare_fp
    mrs     x0, fpcr
    eor     x0, x0, x21
    orr     x20, x20, x0
    cmp     x20, #0
    cset    x20, eq
    report_yes_no "CAL-016", "kept", x20
    ldr     x30, [sp], #16
    ret

/* A list that is not finished when a timer fires: Xen preempts the call and continues it. */
long_list:
    str     x30, [sp, #-16]!
    address x0, list
    mov     x1, #ENTRIES
1:  mov     x2, #HYPERVISOR_xen_version
    mov     x3, #FILL & 0xffff
    stp     x2, x3, [x0]
    mov     x2, #XENVER_pagesize
    stp     x2, xzr, [x0, #16]
    add     x0, x0, #64
    subs    x1, x1, #1
    b.ne    1b
    mov     x0, #TICKS
    msr     cntv_tval_el0, x0
    mov     x0, #TIMER_ENABLE
    msr     cntv_ctl_el0, x0
    isb
    fill_registers
    address x1, list
    set_register_from 0, x1
    set_register 1, ENTRIES
    set_register 16, HYPERVISOR_multicall
    observe hvc #XEN_HYPERCALL_TAG
    msr     cntv_ctl_el0, xzr
    address x0, list
    mov     x1, #ENTRIES
    mov     x19, #0
2:  ldr     x2, [x0, #8]
    cmp     x2, #4096
    cinc    x19, x19, eq
    add     x0, x0, #64
    subs    x1, x1, #1
    b.ne    2b
    register_after x0, 0
    rule    "CAL-017"
    say     "result", x0
    say     "made", x19
    end_rule
    changed_registers x0
    bic     x0, x0, #2                      // x1 counts down where the list was preempted
    report_hex "CAL-018", "changed", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
