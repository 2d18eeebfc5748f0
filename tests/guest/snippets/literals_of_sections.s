    .global _start
_start:
    ldr x0, =0x11
    .section .a,"ax"
    ldr x0, =0x22
    ldr w1, =3
    .text
    ldr x1, =0x33
    .byte 1
