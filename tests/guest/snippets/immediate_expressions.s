    .global _start
_start:
A = 3
    add x0, x0, #(A+1)*2
    ldr x0, [x1, #A*8]
    stp x0, x1, [sp, #-(16*17)]!
    movk x0, #A<<4, lsl #(A*16)
    ubfx x0, x1, #A, #A+2
    and x0, x0, #~(A<<1)
    mov x0, #-A
    mov w0, #~A
    cmp x0, #'a'-A
