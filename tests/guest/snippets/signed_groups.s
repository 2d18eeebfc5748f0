    .global _start
_start:
    .global LINK_BASE
    .equ LINK_BASE, 0xffffffff80000000
    movz x0, #:abs_g2_s:s
    movz x0, #:abs_g1_s:s
    movk x0, #:abs_g0_nc:s
s: nop
