    .global _start
_start:
    .macro l
    l\@: b l\@
    .L\@x: b .L\@x
    .endm
    l
    l
    .macro o
    l
    .word \@
    l
    .endm
    o
    o
