    .global _start
_start:
    .zero 3
    .space 2, 0x41
    .skip 5
    .fill 3, 2, 0x1234
    .fill 2
    .fill 2,8,0x123456789
    .fill 3,4
    nop
