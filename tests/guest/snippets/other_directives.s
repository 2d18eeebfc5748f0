    .global _start
_start:
    .arch armv8-a
    .cpu cortex-a57
    .file "x.c"
    .ident "me"
f: nop
    .func g
    nop
    .endfunc
    .end
    junk here
