    .global _start
_start:
    .weak absent
    .quad absent
    .global here
here: ldr x0, =absent
    .hidden here
    .type here, %function
    .size here, . - here
