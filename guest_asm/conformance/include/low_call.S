/*
 * Running without the kernel's half: calls a routine at its physical address, through the identity map, with TCR_EL1,
 * TTBR1_EL1 and SCTLR_EL1 as the caller wants them.  So the upper half may be empty, walks in it may be disabled, and
 * the MMU may be off.
 */
#ifndef CONFORMANCE_LOW_CALL_S
#define CONFORMANCE_LOW_CALL_S

#define TCR_EPD1        (1 << 23)
#define SCTLR_M         1

/* Loads what low_call expects, with the present values of the registers. */
.macro live_registers
    mrs     x10, tcr_el1
    mrs     x11, ttbr1_el1
    mrs     x12, sctlr_el1
.endm
/* The three ways in which the kernel's half can be missing. */
.macro without_walks
    live_registers
    orr     x10, x10, #TCR_EPD1
.endm
.macro with_empty_tables
    live_registers
    virtual_offset x0, x1
    adrp    x11, reserved_pg_dir
    sub     x11, x11, x0
.endm
.macro without_mmu
    live_registers
    bic     x12, x12, #SCTLR_M
.endm

    .text
/*
 * Calls the routine at x9 (its address in the image) with TCR_EL1 = x10, TTBR1_EL1 = x11, SCTLR_EL1 = x12, and the
 * address in x2 made physical.  The routine has no stack, may use x0 to x7 and x16, and returns x0.
 */
low_call:
    stp     x19, x30, [sp, #-16]!
    virtual_offset x13, x14
    mrs     x14, ttbr0_el1
    mrs     x15, tcr_el1
    mrs     x17, ttbr1_el1
    mrs     x18, sctlr_el1
    adrp    x19, identity_pg_dir
    sub     x19, x19, x13
    msr     ttbr0_el1, x19
    isb
    tlbi    vmalle1                     // the identity map has replaced the process's lower half
    dsb     nsh
    isb
    sub     x9, x9, x13
    sub     x2, x2, x13
    adr     x19, 1f
    sub     x19, x19, x13
    br      x19
1:  msr     ttbr1_el1, x11              // PC is physical: nothing below needs the upper half
    msr     tcr_el1, x10
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    msr     sctlr_el1, x12
    isb
    blr     x9
    msr     sctlr_el1, x18
    isb
    msr     tcr_el1, x15
    msr     ttbr1_el1, x17
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    adr     x19, 2f
    add     x19, x19, x13
    br      x19
2:  msr     ttbr0_el1, x14              // the upper half is back, and PC in it
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    ldp     x19, x30, [sp], #16
    ret

/* Routines for low_call. */
low_vcpu_op:
    hypercall HYPERVISOR_vcpu_op
    ret
low_wfi:
    wfi
    ret

    .bss
    .balign 8
low_argument:
    .space  8

    .text
/* Registers the area at address x0 for this vCPU, under x10 to x12 as above.  x0 = the result. */
low_register:
    address x2, low_argument
    str     x0, [x2]
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, #0
    address x9, low_vcpu_op
    b       low_call
/* Waits for the timer under x10 to x12. */
low_wait:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer                   // keeps x10 and up
    address x9, low_wfi
    bl      low_call
    msr     cntv_ctl_el0, xzr
    ldp     x29, x30, [sp], #16
    ret

#endif
