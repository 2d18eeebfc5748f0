/*
 * Numbers on the console: unsigned, signed, hexadecimal.  Each is put together from its last digit
 * backwards in 32 bytes of stack, and written in one hypercall, so that vCPUs do not mix digits.
 */
#ifndef GUEST_PRINT_S
#define GUEST_PRINT_S

#include "console.S"

/* print_unsigned x3, print_signed x3, print_hex x3: spoil the same registers as a call. */
.macro print_unsigned reg:req
    mov     x0, \reg
    bl      put_unsigned
.endm

.macro print_signed reg:req
    mov     x0, \reg
    bl      put_signed
.endm

.macro print_hex reg:req
    mov     x0, \reg
    bl      put_hex
.endm

    .text
/* x0 as a signed decimal number. */
put_signed:
    mov     x7, #0                      // no sign ...
    tbz     x0, #63, put_decimal
    neg     x0, x0
    mov     x7, #'-'                    // ... or this one
    b       put_decimal
/* x0 as an unsigned decimal number. */
put_unsigned:
    mov     x7, #0
put_decimal:
    stp     x29, x30, [sp, #-48]!       // 32 bytes of buffer above: 20 digits and a sign fit
    add     x1, sp, #48                 // x1: the text begins here and grows downwards
    mov     x2, #10
1:  udiv    x3, x0, x2
    msub    x4, x3, x2, x0              // x4 = x0 % 10
    add     w4, w4, #'0'
    strb    w4, [x1, #-1]!
    mov     x0, x3
    cbnz    x0, 1b
    cbz     x7, put_buffer
    strb    w7, [x1, #-1]!
    b       put_buffer

/* x0 as 0x and sixteen digits. */
put_hex:
    stp     x29, x30, [sp, #-48]!
    add     x1, sp, #48
    mov     x2, #16
1:  and     w3, w0, #15
    add     w4, w3, #'0'
    add     w5, w3, #('a' - 10)
    cmp     w3, #10
    csel    w4, w4, w5, lo
    strb    w4, [x1, #-1]!
    lsr     x0, x0, #4
    sub     x2, x2, #1
    cbnz    x2, 1b
    mov     w3, #'x'
    strb    w3, [x1, #-1]!
    mov     w3, #'0'
    strb    w3, [x1, #-1]!
/* Reached from above: the text runs from x1 to the end of the 48 bytes that the caller allocated on the stack. */
put_buffer:
    mov     x0, x1
    add     x2, sp, #48
    sub     x1, x2, x1
    bl      console_write
    ldp     x29, x30, [sp], #48
    ret

#endif
