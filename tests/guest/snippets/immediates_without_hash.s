    .global _start
_start:
    mov x0, 4
    add x0, x1, 8
    ldr x2, [x3, 16]
    lsl x0, x1, 3
    cmp x0, 'A'
    tst x0, 0xff
