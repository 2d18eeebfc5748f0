/*
 * Every register of the CPU interface with every kind of value: what it holds afterwards, and what the others do.
 */
#include "include/gic_sweep.S"

#define UNTOUCHED       0x5555          /* in the register of a read that does nothing */
#define SGIS            0xffff
#define SOME_SGIS       0x70

.macro fields name:req, reg:req
    sweep_word "\name"
    address x24, values
1:  ldr     x19, [x24], #8
    mov     x22, #UNTOUCHED
    cmp     x19, x22
    b.eq    4f
    mov     x20, #0                     // ESR, if the write is undefined
    adr     x28, 2f
    msr     \reg, x19
2:  isb
    mix     x20
    bl      look_around
    mov     x20, #0
    mov     x0, #UNTOUCHED
    adr     x28, 3f
    mrs     x0, \reg
3:  mix     x20
    sweep_say x0
    b       1b
4:  bl      reset_fields
.endm

    .text
kernel_main:
    bl      sweep_init
    add     x26, x26, #GICR_PRIVATE
    mov     w0, #SGIS
    str     w0, [x26, #ISENABLER]
    mov     w0, #SOME_SGIS              // three are pending, as long as nobody acknowledges them
    str     w0, [x26, #ISPENDR]
    mov     x18, #0

    sweep_rule "GIC-045"
    fields  "PMR", S3_0_C4_C6_0
    fields  "IAR0", S3_0_C12_C8_0
    fields  "EOIR0", S3_0_C12_C8_1
    fields  "HPPIR0", S3_0_C12_C8_2
    fields  "AP0R0", S3_0_C12_C8_4
    fields  "AP0R1", S3_0_C12_C8_5
    fields  "AP0R2", S3_0_C12_C8_6
    fields  "AP0R3", S3_0_C12_C8_7
    fields  "AP1R0", S3_0_C12_C9_0
    fields  "AP1R1", S3_0_C12_C9_1
    fields  "AP1R2", S3_0_C12_C9_2
    fields  "AP1R3", S3_0_C12_C9_3
    fields  "NMIAR1", S3_0_C12_C9_5
    fields  "DIR", S3_0_C12_C11_1
    fields  "RPR", S3_0_C12_C11_3
    fields  "SGI1R", S3_0_C12_C11_5
    fields  "ASGI1R", S3_0_C12_C11_6
    fields  "SGI0R", S3_0_C12_C11_7
    fields  "HPPIR1", S3_0_C12_C12_2
    fields  "CTLR", S3_0_C12_C12_4
    fields  "SRE", S3_0_C12_C12_5
    fields  "IGRPEN0", S3_0_C12_C12_6
    fields  "IGRPEN1", S3_0_C12_C12_7
    fields  "EOIR1", S3_0_C12_C12_1
    fields  "IAR1", S3_0_C12_C12_0
    sweep_word "all_else"
    sweep_say x18
    b       sweep_end

look_around:
    .irp    seen, ICC_PMR_EL1, ICC_HPPIR0_EL1, ICC_BPR0_EL1, ICC_AP0R0_EL1, ICC_AP1R0_EL1, ICC_RPR_EL1, \
        ICC_HPPIR1_EL1, ICC_BPR1_EL1, ICC_CTLR_EL1, ICC_IGRPEN1_EL1, isr_el1
    mrs     x0, \seen
    mix     x0
    .endr
    ret
reset_fields:
    msr     ICC_AP0R0_EL1, xzr
    msr     ICC_AP1R0_EL1, xzr
    msr     ICC_CTLR_EL1, xzr
    b       sweep_open
    .ltorg

    .section .rodata
    .balign 8
/*
 * Not for the binary points: a value from 8 on is 0 to QEMU 7.2, below the least, and it ends there.  The bits from 3
 * on are RES0 (Arm IHI 0069, ICV_BPR0_EL1), so hardware takes the lower three.
 */
values:
    .quad   0, 1, 2, 3, 4, 7, 0x80, 0xf8, 0xff, 0x100, 0x1ff, 0x3fc, 0x3fe, 0x3ff, 0x400, 0xffffff, 0x1000005
    .quad   0xffffffff, 0x100000000, 0x8000000000000000, -1, UNTOUCHED
    .text
#include "lib/end.S"
