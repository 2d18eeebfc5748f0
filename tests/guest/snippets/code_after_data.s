    .global _start
_start:
    .byte 1
m: nop
l: nop
    .byte 2
    .inst 0xd503201f, 0xd503205f
    b l
    .word l
    .data
    .byte 1
    nop
