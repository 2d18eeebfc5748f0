    .global _start
_start:
1: b 1f
1: b 1b
    cbz x0, 1f
2: b.ne 2b
    tbz w0, #1, 1b
1: .word 1b-2b
    adr x0, 10f
10: nop
