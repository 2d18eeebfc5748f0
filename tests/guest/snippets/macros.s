    .global _start
_start:
    .macro m a, b=5, c
    .word \a, \b
    .ifnb \c
    .word \c
    .endif
    .endm
    m 1
    m 1, 2
    m 1, c=3
    m 1, , 4
    m a=7,b=8
    m 1 2 3
