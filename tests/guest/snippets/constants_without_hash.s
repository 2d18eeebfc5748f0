    .global _start
_start:
    .equ N, 40
    add x0, x1, N
    ldr x0, [x1, N]
    mov x2, N
    sub sp, sp, N*2
    svc N
