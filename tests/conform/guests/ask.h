/*
 * For guests that ask the hypervisor one question after another: each answer on a line of its own.
 */
#ifndef CONFORM_ASK_H
#define CONFORM_ASK_H

#include "lib/boot.S"
#include "lib/print.S"

/* "title: " and what is in x20, signed. */
.macro answer title:req
    mov     x20, x0
    print   "\title: "
    print_signed x20
    print   "\n"
.endm

/* The same in hexadecimal. */
.macro answer_hex title:req
    mov     x20, x0
    print   "\title: "
    print_hex x20
    print   "\n"
.endm

/* A hypercall with up to four arguments that are numbers. */
.macro ask title:req, number:req, a0=0, a1=0, a2=0, a3=0
    ldr     x0, =\a0
    ldr     x1, =\a1
    ldr     x2, =\a2
    ldr     x3, =\a3
    hypercall \number
    answer  "\title"
.endm

/* A call to HVC #0 with up to three arguments that are numbers. */
.macro ask_firmware title:req, function:req, a1=0, a2=0, a3=0
    ldr     x1, =\a1
    ldr     x2, =\a2
    ldr     x3, =\a3
    psci    \function
    answer_hex "\title"
.endm

#endif
