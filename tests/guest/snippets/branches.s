    .global _start
_start:
s: b e
    bl e
    b.eq s
    beq e
    b.cs s
    b.hs s
    b.lo s
    b.al e
    cbz w1, s
    cbnz x2, e
    tbz x3, #40, s
    tbnz w4, #5, e
    adr x0, s
    adrp x1, e
    ldr x2, s
    ldrsw x3, s
    ldr q1, s
    prfm pldl1keep, s
    b .+8
    b .
    b . - 4
e:
