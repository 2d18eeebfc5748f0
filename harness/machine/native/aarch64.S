/*
 * x86_64.S for an AArch64 host, by the procedure call standard: the hooks' own argument is in x3, and x4 to x11 may be
 * overwritten.
 */
        .set    COUNT, 0x00
        .set    LIMIT, 0x08
        .set    BLOCK, 0x10
        .set    SIZE, 0x18
        .set    EXIT, 0x20
        .set    STOP, 0x28
        .set    PSTATE, 0x30
        .set    CNTKCTL, 0x38
        .set    SHIFT, 0x40
        .set    CLOCK, 0x48
        .set    PHYSICAL, 0x50
        .set    VIRTUAL, 0x58

        .set    VA, 0x00
        .set    REGISTER, 0x08
        .set    TARGET, 0x10
        .set    METER, 0x18
        .set    PYTHON, 0x20

        .set    SPSR, 0x00
        .set    REFUSE, 0x08

/* count_block(x0 engine, x1 address, w2 bytes, x3 meter): UC_HOOK_BLOCK, before the block's first instruction. */
        ldr     x4, [x3, #EXIT]
        ldr     w5, [x4]
        tbnz    w5, #31, 1f             // the engine leaves before the block runs, and begins it again later
        mov     w2, w2                  // only the low half was passed
        ldp     x4, x5, [x3, #COUNT]    // COUNT, LIMIT
        add     x4, x4, x2, lsr #2
        cmp     x4, x5
        b.hi    2f
        str     x4, [x3, #COUNT]
        stp     x1, x2, [x3, #BLOCK]    // BLOCK, SIZE
1:      ret
2:      ldr     x4, [x3, #STOP]
        br      x4                      // with x0 still the engine: it leaves before the block

        .balign 16

/* read_counter(x0 engine, w1 register, x2 access, x3 site): UC_HOOK_INSN of an MRS; w0: whether that was all. */
        ldr     x4, [x3, #METER]
        ldr     x10, [x4, #SHIFT]
        cbz     x10, 4f
        ldr     w5, [x3, #REGISTER]
        cmp     w5, w1                  // the address may hold other code by now, or in another address space
        b.ne    4f
        ldr     x5, [x2]
        cmp     x5, #14                 // CRn 14, CRm 0
        b.ne    4f
        ldp     w5, w6, [x2, #8]        // op0, op1
        cmp     w5, #3
        b.ne    4f
        cmp     w6, #3
        b.ne    4f
        ldr     w9, [x2, #16]           // op2: 1 is CNTPCT_EL0, 2 is CNTVCT_EL0
        sub     w5, w9, #1
        cmp     w5, #1
        b.hi    4f
        ldr     x5, [x4, #PSTATE]
        ldr     w5, [x5]
        tst     w5, #0xc
        b.ne    1f
        ldr     x5, [x4, #CNTKCTL]
        ldr     w5, [x5]
        tst     w5, w9                  // at EL0: EL0PCTEN is bit 0, EL0VCTEN bit 1
        b.eq    4f
1:      ldr     x5, [x3, #VA]
        ldp     x6, x7, [x4, #BLOCK]    // BLOCK, SIZE
        sub     x5, x5, x6
        sub     x5, x5, x7
        ldp     x6, x7, [x4, #COUNT]    // COUNT, LIMIT
        add     x5, x6, x5, asr #2      // all, minus the rest of the block from here on
        add     x5, x5, #1              // instructions up to this one, itself included
        cmp     x5, x7
        b.hs    4f                      // the budget ends with it: something may be due, so Python answers
        ldr     x6, [x4, #CLOCK]
        add     x5, x5, x6
        add     x6, x4, #PHYSICAL - 8
        ldr     x6, [x6, x9, lsl #3]
        sub     x5, x5, x6
        lsr     x5, x5, x10
        ldr     x6, [x3, #TARGET]
        str     x5, [x6]
        mov     w0, #1
        ret
4:      ldr     x4, [x3, #PYTHON]
        ldr     x3, [x3, #VA]
        br      x4

        .balign 16

/* check_return(x0 engine, x1 address, w2 bytes, x3 return): UC_HOOK_CODE of an ERET. */
        ldr     x4, [x3, #SPSR]
        ldr     w4, [x4]
        mov     w5, #0x1f               // the mode, ...
        movk    w5, #0x10, lsl #16      // ... and IL
        ands    w4, w4, w5
        b.eq    1f                      // to EL0
        sub     w4, w4, #4              // to EL1, on SP_EL0 or SP_EL1
        cmp     w4, #1
        b.hi    2f
1:      ret
2:      ldr     x4, [x3, #REFUSE]
        mov     w3, #0x03e0             // the instruction
        movk    w3, #0xd69f, lsl #16
        br      x4
