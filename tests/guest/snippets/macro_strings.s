    .global _start
_start:
    .macro p t:req
    .asciz "\t"
    .endm
    p "hello; world, you"
    p abc
    p "a b"
    p "x\n"
