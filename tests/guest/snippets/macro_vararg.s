    .global _start
_start:
    .macro v a, b:vararg
    .word \a
    .ifnb \b
    v \b
    .endif
    .endm
    v 1, 2, 3,4
    .macro s f, r:vararg
    .ascii "\f"
    .word \r
    .endm
    s "a,b", 1, 2
