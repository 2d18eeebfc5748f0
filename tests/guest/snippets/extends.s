    .global _start
_start:
    add x0, x1, w2, uxtw #2
    ldr x0, [x1, w2, sxtw #3]
    sub sp, sp, x0, uxtx #1
    S=3
    add x0, x1, x2, lsl #S
    ldr x0, [x1, x2, lsl #S]
    ldrb w0, [x1, x2]
    str x0, [x1, x2, lsl 3]
    ldr w0, [x1, w3, uxtw]
