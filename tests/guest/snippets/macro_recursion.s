    .global _start
_start:
    .macro c n
    .if \n
    .word \n
    c \n-1
    .endif
    .endm
    c 5
    .macro x n
    .rept \n
    .if . > 64
    .exitm
    .endif
    .word 1
    .endr
    .endm
