/*
 * exceptions: what a guest at EL1 gets for what it must not do. For each: the syndrome, where ELR_EL1 points from
 * the instruction (0: at it, 4: after it), and FAR_EL1 (from the instruction, where the instruction is what faults).
 */
#include "ask.h"

#define NOWHERE     0x70000000          /* nothing there for a small domU, nor for a small dom0 */
#define NEVER       0xdead

/* Runs one instruction; an exception comes back after it, with ESR, ELR and FAR noted. */
.macro try title:req, instruction:vararg
    address x9, .Lafter\@
    msr     tpidr_el0, x9               // where the vector returns to
    ldr     x10, =NEVER
    mov     x11, #0
    mov     x12, #0
    ldr     x0, =NOWHERE
    msr     far_el1, xzr
.Lat\@:
    \instruction
.Lafter\@:
    address x9, .Lat\@
    mov     x21, x10
    sub     x22, x11, x9
    mov     x23, x12
    print   "\title: "
    print_hex x21
    print   ", ELR "
    print_signed x22
    print   ", FAR "
    print_hex x23
    print   "\n"
.endm

    .text
kernel_main:
    address x0, vectors
    msr     vbar_el1, x0
    isb
    try     "HVC #1", hvc #1
    try     "SMC #1", smc #1
    try     "BRK #5", brk #5
    try     "SVC #7", svc #7
    try     "UDF", .word 0
    try     "MRS HCR_EL2", mrs x1, hcr_el2
    try     "load", ldr x1, [x0]
    try     "store", str x1, [x0]
    try     "store a byte", strb w1, [x0, #3]
    try     "load a pair", ldp x1, x2, [x0]
    b       power_off
    .ltorg

    .balign 2048
vectors:
    .rept   16
    mrs     x10, esr_el1
    mrs     x11, elr_el1
    mrs     x12, far_el1
    mrs     x9, tpidr_el0
    msr     elr_el1, x9
    eret
    .balign 128
    .endr

#include "lib/end.S"
