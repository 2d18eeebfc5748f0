    .global _start
_start:
    .equ A, 1
    .set B, A+1
C = B*2
    .equiv D, C
E == 9
    .set A, A+5
    .word A, B, C, D, E
F = G
G = 7
    .word F
