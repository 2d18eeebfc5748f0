    .global _start
_start:
    msr ttbr1_el1, x0
    mrs x1, esr_el1
    msr daifset, #2
    msr daifclr, #0xf
    msr spsel, #1
    tlbi vmalle1
    tlbi vae1is, x0
    dc cvac, x1
    ic iallu
    at s1e1r, x2
    dsb ish
    dmb ishst
    isb
    msr S3_0_C4_C2_3, x0
    mrs x0, S3_3_C14_C0_2
    sys #0, C7, C8, #0, x0
    hint #20
    sevl
    wfe
    wfi
    hvc #0xea1
    smc #0
    svc #7
    eret
    brk #1
    hlt #2
    clrex
    udf #3
    csdb
    msr daif, x0
    dc zva, x3
