    .global _start
_start:
    mov fp, lr
    add x0, ip0, ip1
    blr lr
    ldr lr, [sp, #8]
    str x0, [fp, #-8]!
    br ip0
