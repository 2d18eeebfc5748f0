    .global _start
_start:
s: .quad s, s+4, .-s, ., .
    .word . - s, e - s
e: .quad e-., (e-s)/2
