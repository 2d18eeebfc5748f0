    .global _start
_start:
    .macro e n
    .word 1
    .if \n
    .word 2
    .exitm
    .endif
    .word 3
    .endm
    e 0
    e 1
    .word 4
