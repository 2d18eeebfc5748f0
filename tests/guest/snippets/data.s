    .global _start
_start:
    .byte 1, -1, 255, 'a', '\n'
    .hword 0x1234, -2
    .2byte 5
    .short 6
    .word 0x12345678
    .4byte -1
    .long 2
    .int 3
    .quad 0x123456789abcdef0, -1
    .8byte 4
    .xword 5
    .dword 6
    .octa 7
    .float 1.5
    .double -2.25
    .single 3
