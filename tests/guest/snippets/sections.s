    .global _start
_start:
    .data
    .byte 3
    .section .rodata
    .asciz "x"
    .text
    nop
    .section .rodata.str,"a"
    .word 7
    .bss
    .skip 20
    .section .data.x,"aw"
    .quad _end,__bss_start,_text,_etext,_edata,__bss_end
    .section .head.text,"ax"
    nop
    .section .vec,"ax",%progbits
    .balign 2048
    b .
    .section .note,"",@note
    .word 9
    .section .own,"aw"
    .word 1
