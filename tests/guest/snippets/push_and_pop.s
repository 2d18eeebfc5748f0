    .global _start
_start:
    nop
    .pushsection .rodata
    .word 1
    .pushsection .data,"aw"
    .word 2
    .popsection
    .word 3
    .popsection
    nop
    .data
    .word 4
    .previous
    nop
    .previous
    .word 5
    .previous
    wfi
