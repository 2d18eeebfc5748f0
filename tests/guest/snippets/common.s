    .global _start
_start:
    .quad c, l, __bss_start
    .comm c, 24, 8
    .lcomm l, 10
    .bss
    .skip 3
