    .global _start
_start:
    .macro r n, s=x
    mov \s\n, #\n
    mov w\n\(), #1
    ldr \s\()\n, [x1, #\n*8]
    .endm
    .irp i,1,2,3
    r \i
    .endr
    r 4, w
