    .global _start
_start:
    mov x0, #0xffff0000
    mov x0, #0x12340000
    mov w0, #-1
    and x0, x0, #0xfffffffffffffff0
    and x0, x0, #~0xf
    orr w1, w1, #0xff00ff00
M = ~0xfff
    and x0, x0, #M
    mov x0, #M
    mov w1, #0xffffffff
    eor x0, x0, #1<<63
    bic x0, x0, #0xff
    movz x0, #1, lsl #48
    mvn x0, x1
