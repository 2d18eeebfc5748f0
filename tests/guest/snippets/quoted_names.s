    .global _start
_start:
"odd": nop
    b odd
