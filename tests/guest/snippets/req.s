    .global _start
_start:
    base .req x19
    count .req w3
    ldr x0, [base, #8]
    add count, count, #1
    mov base, x1
    .unreq count
    cbz base, .
