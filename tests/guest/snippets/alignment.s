    .global _start
_start:
    .byte 1
    .align 3
    .byte 2
    .p2align 2
    .byte 3
    .balign 16
    nop
    .balign 8, 0xff
    .byte 1
    .align 4,,3
    .p2align 4,,15
    .data
    .byte 1
    .align 4
    .byte 2
    .balign 8,0x55
    .byte 1
