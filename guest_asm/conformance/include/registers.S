/*
 * What a call does to the registers: gives each one a distinct value, makes the call, and compares them
 * all.  For cases; include it after conformance.h.
 *
 *     fill_registers                              every register gets its own pattern
 *     set_register 0, XENVER_version              except these
 *     set_register 16, HYPERVISOR_xen_version
 *     observe hvc #XEN_HYPERCALL_TAG
 *     register_after x0, 0                        the value of x0 after the call
 *     changed_registers x0                        bit n: the call changed xn
 *
 * Only SP leads back, so a call that spoils SP ends the case.  The macros spoil x0 to x5 and the flags.
 */
#ifndef CONFORMANCE_REGISTERS_S
#define CONFORMANCE_REGISTERS_S

#define REGISTERS       31
#define PATTERN         0x0123456789abcd00      /* plus the register's number */
#define AFTER_SP        31                      /* behind x0 to x30: SP less what it was, and the flags */
#define AFTER_NZCV      32

    .bss
    .balign 16
registers_before:
    .space  (REGISTERS + 1) * 8
registers_after:
    .space  (REGISTERS + 3) * 8

.macro set_register number:req, value:req
    ldr     x1, =\value
    address x0, registers_before
    str     x1, [x0, #(\number * 8)]
.endm
/* The same from a register other than x0. */
.macro set_register_from number:req, reg:req
    address x0, registers_before
    str     \reg, [x0, #(\number * 8)]
.endm
.macro fill_registers
    bl      fill_registers_before
.endm
.macro register_after reg:req, number:req
    address \reg, registers_after
    ldr     \reg, [\reg, #(\number * 8)]
.endm
.macro changed_registers reg:req
    bl      compare_registers
    mov     \reg, x0
.endm

/* Executes one instruction with x0 to x30 from registers_before and the flags N, Z, C and V set. */
.macro observe instruction:vararg
    str     x30, [sp, #-16]!
    bl      load_registers
    address x30, registers_before
    ldr     x30, [x30, #240]
    \instruction
    stp     x29, x30, [sp, #-16]!
    bl      store_registers
    ldr     x30, [sp], #16
.endm

    .text
fill_registers_before:
    address x0, registers_before
    ldr     x1, =PATTERN
    add     x2, x1, #REGISTERS
1:  str     x1, [x0], #8
    add     x1, x1, #1
    cmp     x1, x2
    b.lo    1b
    ret

/* Pushes x19 to x29, and loads x0 to x29 and the flags for the call. */
load_registers:
    sub     sp, sp, #96
    stp     x19, x20, [sp]
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    stp     x25, x26, [sp, #48]
    stp     x27, x28, [sp, #64]
    str     x29, [sp, #80]
    address x29, registers_before
    mov     x0, sp
    str     x0, [x29, #(AFTER_SP * 8)]
    mov     x0, #0xf0000000
    msr     nzcv, x0
    ldp     x0, x1, [x29]
    ldp     x2, x3, [x29, #16]
    ldp     x4, x5, [x29, #32]
    ldp     x6, x7, [x29, #48]
    ldp     x8, x9, [x29, #64]
    ldp     x10, x11, [x29, #80]
    ldp     x12, x13, [x29, #96]
    ldp     x14, x15, [x29, #112]
    ldp     x16, x17, [x29, #128]
    ldp     x18, x19, [x29, #144]
    ldp     x20, x21, [x29, #160]
    ldp     x22, x23, [x29, #176]
    ldp     x24, x25, [x29, #192]
    ldp     x26, x27, [x29, #208]
    ldp     x28, x29, [x29, #224]
    ret

/* Stores x0 to x28, x29 and x30 from the stack, SP's change and the flags; pops what load_registers pushed. */
store_registers:
    address x29, registers_after
    stp     x0, x1, [x29]
    stp     x2, x3, [x29, #16]
    stp     x4, x5, [x29, #32]
    stp     x6, x7, [x29, #48]
    stp     x8, x9, [x29, #64]
    stp     x10, x11, [x29, #80]
    stp     x12, x13, [x29, #96]
    stp     x14, x15, [x29, #112]
    stp     x16, x17, [x29, #128]
    stp     x18, x19, [x29, #144]
    stp     x20, x21, [x29, #160]
    stp     x22, x23, [x29, #176]
    stp     x24, x25, [x29, #192]
    stp     x26, x27, [x29, #208]
    str     x28, [x29, #224]
    mrs     x1, nzcv
    str     x1, [x29, #(AFTER_NZCV * 8)]
    ldp     x0, x1, [sp], #16
    stp     x0, x1, [x29, #232]
    address x1, registers_before
    ldr     x1, [x1, #(AFTER_SP * 8)]
    mov     x0, sp
    sub     x0, x0, x1
    str     x0, [x29, #(AFTER_SP * 8)]
    ldp     x19, x20, [sp]
    ldp     x21, x22, [sp, #16]
    ldp     x23, x24, [sp, #32]
    ldp     x25, x26, [sp, #48]
    ldp     x27, x28, [sp, #64]
    ldr     x29, [sp, #80]
    add     sp, sp, #96
    ret

/* x0 = a bit for each register that is not what it was before the call. */
compare_registers:
    address x1, registers_before
    address x2, registers_after
    mov     x0, #0
    mov     x3, #1
1:  ldr     x4, [x1], #8
    ldr     x5, [x2], #8
    cmp     x4, x5
    orr     x4, x0, x3
    csel    x0, x0, x4, eq
    lsl     x3, x3, #1
    tbz     x3, #REGISTERS, 1b
    ret
    .ltorg

#endif
