    .global _start
_start:
    mov x0, #N
    add x0, x0, #N*2
    ldr x1, [x2, #N]
    .equ N, 48
