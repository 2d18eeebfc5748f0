    .global _start
_start:
    adrp x0, far
    add x0, x0, :lo12:far
    add x0, x0, #:lo12:far+4
    ldr x1, [x0, :lo12:far]
    ldr w1, [x0, #:lo12:far+4]
    ldrb w1, [x0, :lo12:far+1]
    adrp x2, :pg_hi21:far
    str q0, [x3, :lo12:far]
    .data
    .space 0x12340
    .balign 16
far: .quad 0,0
