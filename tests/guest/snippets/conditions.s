    .global _start
_start:
    .equ A, 2
    .if A == 2
    .byte 1
    .else
    .byte 2
    .endif
    .if A - 2
    .byte 3
    .elseif A > 1
    .byte 4
    .else
    .byte 5
    .endif
    .ifdef A
    .byte 6
    .endif
    .ifndef Z
    .byte 7
    .endif
    .ifeq A-2
    .byte 8
    .endif
    .ifne A
    .byte 9
    .endif
    .ifgt A
    .byte 10
    .endif
    .ifge A
    .byte 11
    .endif
    .iflt A
    .byte 12
    .endif
    .ifle A
    .byte 13
    .endif
    .ifc a,a
    .byte 14
    .endif
    .ifnc a , b
    .byte 15
    .endif
    .ifb
    .byte 16
    .endif
    .ifnb x
    .byte 17
    .endif
    .ifeqs "a","a"
    .byte 18
    .endif
    .if 0
    .if 1
    .byte 19
    .else
    .byte 20
    .endif
    .elseif 1
    .byte 21
    .endif
