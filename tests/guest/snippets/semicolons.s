    .global _start
_start:
    mov x0, #1; mov x1, #2 ; 1: b 1b; .ascii ";//"; nop // ; not
