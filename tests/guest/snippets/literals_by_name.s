    .global _start
_start:
    ldr x0, =a
    ldr x1, =b
a:
b: ldr x2, =a
    ldr x3, =b
    ldr x4, =C
    ldr x5, =7
    .equ C, 7
    ldr x6, =C
