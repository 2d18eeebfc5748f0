    .global _start
_start:
    b 16
    b #-4
    cbz x0, 8
    adr x0, #12
    ldr x1, #16
    tbz x0, #1, 4
    b.eq #8
    adr x3, 5
