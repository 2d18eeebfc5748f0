    .global _start
_start:
    .macro l r, a
    ldr \r, \a
    .endm
    l x0, "[x1, #8]"
    l x1, [x2]
    l x3, [x4]
    .macro e x
    .word \x
    .endm
    e (1 + 2)
    e 1 + 2
    e 3 - 1
