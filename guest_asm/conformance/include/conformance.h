/*
 * What the cases of the conformance suite share.  A case is a kernel that does a few things for which the ABI has
 * rules, and reports for each rule, by its ID, what it saw:
 *
 *     report  "AST-003", "result", x0             one line, "AST-003 result=-22"
 *
 *     rule    "RST-007"                           a line of several words,
 *     say     "result", x0                        "RST-007 result=0 written=48 readable=yes"
 *     say     "written", x1
 *     say_yes_no "readable", x2
 *     end_rule
 *
 * It does not judge: whoever reads the console knows which answer is right.  So one binary runs on every
 * Xen, here and elsewhere.  For that, its report must not depend on where it was loaded, how fast it runs, or
 * how many microseconds a switch takes: it reports that a sum is right, not the sum itself.
 *
 * The macros keep every general register, but not the flags, and work with the MMU off or on, but only on one
 * vCPU at a time.  A line is one hypercall, so that none of Xen's log lines splits it; it has at most
 * 200 characters.  A case ends with power_off (or, if it is about how domains end, in another way).
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#ifndef NR_CPUS
#define NR_CPUS         2               /* the domain may have one or two vCPUs: second_vcpu asks */
#endif
#include "lib/kernel.h"
#include "lib/watch.S"

#define LINE_SIZE       256

    .bss
    .balign 8
line_end:                               // where the next character goes, counted from the start of the line
    .space  8
line:
    .space  LINE_SIZE

/* Keeps what the functions below spoil. */
.macro keep_registers
    stp     x29, x30, [sp, #-160]!
    stp     x0, x1, [sp, #16]
    stp     x2, x3, [sp, #32]
    stp     x4, x5, [sp, #48]
    stp     x6, x7, [sp, #64]
    stp     x8, x9, [sp, #80]
    stp     x10, x11, [sp, #96]
    stp     x12, x13, [sp, #112]
    stp     x14, x15, [sp, #128]
    stp     x16, x17, [sp, #144]
.endm
.macro give_registers_back
    ldp     x0, x1, [sp, #16]
    ldp     x2, x3, [sp, #32]
    ldp     x4, x5, [sp, #48]
    ldp     x6, x7, [sp, #64]
    ldp     x8, x9, [sp, #80]
    ldp     x10, x11, [sp, #96]
    ldp     x12, x13, [sp, #112]
    ldp     x14, x15, [sp, #128]
    ldp     x16, x17, [sp, #144]
    ldp     x29, x30, [sp], #160
.endm

/* One of the functions below with the address of a text in x0 and a register's value in x1. */
.macro line_call function:req, text:req, reg=xzr
    .pushsection .rodata
.Lline\@:
    .asciz  "\text"
    .popsection
    stp     x0, x1, [sp, #-32]!
    str     x30, [sp, #16]
    mov     x1, \reg
    address x0, .Lline\@
    bl      \function
    ldr     x30, [sp, #16]
    ldp     x0, x1, [sp], #32
.endm

/* Begins the line of a rule. */
.macro rule id:req
    line_call line_begin, "\id"
.endm
/* " key=-22": the register as a signed decimal number.  "result" is for errnos: people read -EINVAL. */
.macro say key:req, reg:req
    line_call line_signed, " \key=", \reg
.endm
/* " key=0x1f": in hexadecimal, without leading zeros. */
.macro say_hex key:req, reg:req
    line_call line_hex, " \key=0x", \reg
.endm
/* " key=yes" unless the register is 0. */
.macro say_yes_no key:req, reg:req
    line_call line_yes_no, " \key=", \reg
.endm
/* " word": a text as it is. */
.macro say_word text:req
    line_call line_text, " \text"
.endm
/* Writes the line. */
.macro end_rule
    str     x30, [sp, #-16]!
    bl      line_write
    ldr     x30, [sp], #16
.endm
.macro report id:req, key:req, reg:req
    rule    "\id"
    say     "\key", \reg
    end_rule
.endm
.macro report_hex id:req, key:req, reg:req
    rule    "\id"
    say_hex "\key", \reg
    end_rule
.endm
.macro report_yes_no id:req, key:req, reg:req
    rule    "\id"
    say_yes_no "\key", \reg
    end_rule
.endm

    .text
/* All of these keep every register but x0, x1 and x30. */
line_begin:
    str     x2, [sp, #-16]!
    address x2, line_end
    str     xzr, [x2]
    ldr     x2, [sp], #16
/* Adds the NUL-terminated text at x0. */
line_text:
    stp     x2, x3, [sp, #-32]!
    stp     x4, x5, [sp, #16]
    address x2, line_end
    ldr     x3, [x2]
    address x4, line
1:  ldrb    w5, [x0], #1
    cbz     w5, 2f
    strb    w5, [x4, x3]
    add     x3, x3, #1
    b       1b
2:  str     x3, [x2]
    ldp     x4, x5, [sp, #16]
    ldp     x2, x3, [sp], #32
    ret

line_yes_no:
    stp     x1, x30, [sp, #-16]!
    bl      line_text
    ldp     x1, x30, [sp], #16
    address x0, line_yes
    cbnz    x1, line_text
    address x0, line_no
    b       line_text

/* The text at x0, then x1 as a signed decimal number. */
line_signed:
    keep_registers
    mov     x9, x1
    bl      line_text
    tbz     x9, #63, 1f
    address x0, line_minus
    bl      line_text
    neg     x9, x9
1:  mov     x10, #10
    mov     x11, #0                     // digits not above 9 have no letters
    b       line_number
/* The text at x0, then x1 in hexadecimal. */
line_hex:
    keep_registers
    mov     x9, x1
    bl      line_text
    mov     x10, #16
    mov     x11, #('a' - 10 - '0')
/* x9 as a number of base x10; x11 is how far letters are from where digits would go on. */
line_number:
    sub     sp, sp, #32
    add     x0, sp, #32
    strb    wzr, [x0, #-1]!
2:  udiv    x12, x9, x10
    msub    x13, x12, x10, x9
    cmp     x13, #10
    csel    x14, x11, xzr, hs
    add     x13, x13, x14
    add     x13, x13, #'0'
    strb    w13, [x0, #-1]!
    mov     x9, x12
    cbnz    x9, 2b
    bl      line_text
    add     sp, sp, #32
    give_registers_back
    ret

line_write:
    keep_registers
    address x2, line_end
    ldr     x1, [x2]
    address x0, line
    mov     w3, #'\n'
    strb    w3, [x0, x1]
    add     x1, x1, #1
    bl      console_write
    give_registers_back
    ret

    .section .rodata
line_yes:
    .asciz  "yes"
line_no:
    .asciz  "no"
line_minus:
    .asciz  "-"

#include "caught.S"
#include "domain.S"

#endif
