    .global _start
_start:
    .ascii "a\tb\n", "c"
    .asciz "q\"\\", ""
    .string "x\101\x41;//no"
    .ascii "é\0"
    .asciz "a" "b"
