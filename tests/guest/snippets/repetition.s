    .global _start
_start:
    .rept 3
    .byte 1
    .rept 2
    .byte 2
    .endr
    .endr
    .irp x, 1, 2,3
    .irp y 5,6
    .byte \x*10+\y
    .endr
    .endr
    .irpc c, 0123
    .byte \c
    .endr
    .rept 0
    .byte 9
    .endr
    .irp r, x0, x1
    mov \r, #1
    .endr
