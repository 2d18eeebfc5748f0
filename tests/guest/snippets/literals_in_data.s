    .global _start
_start:
    .byte 1
    ldr x0, =0x1234
    nop
    .byte 1
