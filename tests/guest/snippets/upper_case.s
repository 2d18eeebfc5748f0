    .global _start
_start:
    MOV X0, #1
    ADD X1, X0, X2, LSL #3
    B.EQ .
    LDR X3, [X4, #8]!
