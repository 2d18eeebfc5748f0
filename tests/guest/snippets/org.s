    .global _start
_start:
s: nop
    .org 0x20
    nop
    .org s + 0x40, 0xaa
    nop
    . = s + 0x80
    .word 1
    .org . + 4
    .word 2
