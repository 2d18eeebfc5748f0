    .global _start
_start:
    .global LINK_BASE
    .equ LINK_BASE, 0xffff800012345000
    movz x0, #:abs_g3:s
    movk x0, #:abs_g2_nc:s
    movk x0, #:abs_g1_nc:s
    movk x0, #:abs_g0_nc:s
s: nop
    .quad s
