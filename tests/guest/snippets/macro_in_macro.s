    .global _start
_start:
    .macro o n
    .macro i\n a
    .word \n, \a
    .endm
    i\n 3
    .endm
    o 1
    i1 9
    .purgem i1
    .macro i1
    .byte 1
    .endm
    i1
