    .global _start
_start:
    ldr x0, =1
    ldr x1, =0x1
    ldr x2, =0x123456789
    ldr w3, =1
    ldr x4, =s
    ldr x5, =s+8
    ldr x6, =-1
    ldr x7, =0xffffffffffffffff
    ldr d0, =1
    ldr s0, =0x3f800000
    ldrsw x8, =5
    ldr x9, =s
    .ltorg
    ldr x0, =1
s: nop
