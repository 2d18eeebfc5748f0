    .global _start
_start:
    .set n, 0
    .rept 4
    .word n
    .set n, n+1
    .endr
    .word n
    mov x0, #n
    .set n, 9
