/* How a sweep says its outcomes: a line for each CRm, with those of op2 0 to 7.  Part of sweep.S, which says how. */
#ifndef CONFORMANCE_SWEEP_REPORT_S
#define CONFORMANCE_SWEEP_REPORT_S

    .text
/* A line for each CRm that has anything but undefined instructions.  w0 = the first encoding. */
report_slots:
    stp     x19, x30, [sp, #-48]!
    stp     x20, x21, [sp, #16]
    str     x22, [sp, #32]
    mov     w19, w0
    ldr     x20, =OUTCOMES_VA
    mov     x21, #16
1:  bl      row_says_something
    cbz     x0, 3f
    bl      row_name
    mov     x22, #8
2:  bl      report_outcome
    add     x20, x20, #OUTCOME_SIZE
    add     w19, w19, #NEXT_OP2
    subs    x22, x22, #1
    b.ne    2b
    bl      line_write
    b       4f
3:  add     x20, x20, #(8 * OUTCOME_SIZE)
    add     w19, w19, #NEXT_CRM
4:  subs    x21, x21, #1
    b.ne    1b
    ldr     x22, [sp, #32]
    ldp     x20, x21, [sp, #16]
    ldp     x19, x30, [sp], #48
    ret
    .ltorg

/* x0 = whether one of the eight outcomes at x20 is not an undefined instruction. */
row_says_something:
    mov     x0, #0
    mov     x1, #(8 * OUTCOME_SIZE)
    ldr     w3, =ESR_UNDEFINED
1:  sub     x1, x1, #OUTCOME_SIZE
    add     x2, x20, x1
    ldr     x2, [x2, #OUTCOME_ESR]
    cmp     x2, x3
    csinc   x0, x0, x0, eq
    cbnz    x1, 1b
    ret
    .ltorg

.macro line_field key, lsb:req, width:req
    ubfx    w0, w19, #\lsb, #\width
    line_call line_signed, "\key", x0
.endm
/* "SYS-001+ 3_0_c1_c0": op0, op1, CRn and CRm. */
row_name:
    str     x30, [sp, #-16]!
    address x0, sweep_name
    ldr     x0, [x0]
    bl      line_begin
    line_call line_text, "+ "
    address x0, sweep_bit
    ldr     x1, [x0]
    cbz     x1, 1f
    sub     x1, x1, #1
    line_call line_signed, "bit_", x1
    line_call line_text, "_"
1:  address x0, sweep_nothing
    ubfx    w1, w19, #19, #2
    bl      line_signed
    line_field "_", 16, 3
    line_field "_c", 12, 4
    line_field "_c", 8, 4
    ldr     x30, [sp], #16
    ret

/* The outcome at x20, of the encoding w19; x22 = how many are left in the row. */
report_outcome:
    stp     x23, x30, [sp, #-16]!
    address x0, sweep_equals
    address x1, sweep_comma
    cmp     x22, #8
    csel    x0, x0, x1, eq
    bl      line_text
    address x0, slot_spsr
    ldr     x0, [x0]
    cmp     x0, #SPSR_EL0
    b.ne    1f
    if_listed skip_list, w19, 6f
1:  ldr     x23, [x20, #OUTCOME_ESR]
    cbnz    x23, 3f
    if_listed vary_list, w19, 5f
    ldr     x1, [x20]
2:  address x0, sweep_nothing
    bl      line_hex
    b       8f
3:  ldr     w0, =ESR_UNDEFINED
    cmp     x23, x0
    b.eq    7f
    bl      expected_trap
    cmp     x0, x23
    b.ne    4f
9:
    line_call line_text, "t"
    b       8f
4:  lsr     w0, w23, #ESR_EC_SHIFT
    tst     w19, #(3 << 19)
    ccmp    w0, #(ESR_TRAPPED >> ESR_EC_SHIFT), #0, eq
    b.eq    9b                                  // MSR (immediate): QEMU 7.2 has op1 and op2 the wrong way round
    line_call line_text, "esr:"
    mov     x1, x23
    b       2b
5:  line_call line_text, "v"
    b       8f
6:  line_call line_text, "-"
    b       8f
7:  line_call line_text, "."
8:  ldp     x23, x30, [sp], #16
    ret
    .ltorg

/* x0 = ESR_EL1 of a trapped access of w19: class 0x18, IL, and Op0, Op2, Op1, CRn, Rt, CRm, Direction in the ISS. */
expected_trap:
    ldr     w0, =ESR_TRAPPED
    ubfx    w1, w19, #19, #2
    orr     w0, w0, w1, lsl #20
    ubfx    w1, w19, #5, #3
    orr     w0, w0, w1, lsl #17
    ubfx    w1, w19, #16, #3
    orr     w0, w0, w1, lsl #14
    ubfx    w1, w19, #12, #4
    orr     w0, w0, w1, lsl #10
    ubfx    w1, w19, #8, #4
    orr     w0, w0, w1, lsl #1
    address x2, sweep_form
    ldr     w2, [x2]
    bfi     w0, w2, #5, #5
    ubfx    w1, w2, #21, #1
    orr     w0, w0, w1
    ret
    .ltorg

    .section .rodata
sweep_equals:
    .asciz  "="
sweep_comma:
    .asciz  ","
sweep_nothing:
    .asciz  ""
    .text

#endif
