    .global _start
_start:
# whole line ; nop
    nop // rest
/* two
lines */ nop /* inside */
    mov x0, /* between */ #1
    # indented
    .ascii "/* no */"
