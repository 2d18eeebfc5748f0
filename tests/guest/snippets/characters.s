    .global _start
_start:
    .byte 'a', 'b', ' ', ',', ';', '\\'
    mov x0, #'z'
    cmp w1, #'/'
    mov w2, '0'
    add x1, x2, #'a'-10
