/*
 * Random things that a vCPU does to interrupts, one after the other, with a checksum of what it sees after each.
 *
 *     bl      walk_step                           one step
 *     bl      walk_report                         the checksum, after each REPORT_STEPS steps
 *
 * x17 = the private frame that a step may change, x18 = the checksum, x19 = the generator's state, x23 = what was
 * acknowledged last, x24 = steps done, x25 = the distributor, x26 = this vCPU's private frame.  The same everywhere,
 * so the order of everything that the interrupt controller does is part of the answer.
 */
#ifndef CONFORMANCE_INTERRUPT_WALK_S
#define CONFORMANCE_INTERRUPT_WALK_S

#include "gic_sweep.S"

#define REPORT_STEPS    64
#define HALF_ENABLED    0x2aaa5555      /* not the timer, which is not random */
#define NOT_THE_TIMER   0xf7ffffff
#define SGI_OTHERS      (1 << 40)

/* \reg = so many random bits (Knuth's MMIX generator, the upper bits).  Spoils x9 and x10. */
.macro random reg:req, bits:req
    ldr     x9, =0x5851f42d4c957f2d
    ldr     x10, =0x14057b7ef767814f
    madd    x19, x19, x9, x10
    lsr     \reg, x19, #(64 - (\bits))
.endm
/* \reg: 32 bits, a quarter or an eighth of them set.  Spoils x1. */
.macro random_few reg:req, rarer=0
    random  \reg, 32
    random  x1, 32
    and     \reg, \reg, x1
    .if     \rarer
    random  x1, 32
    and     \reg, \reg, x1
    .endif
.endm

    .text
walk_init:
    mov     x18, #0
    mov     x19, #1
    mov     x24, #0
    ret
/* Of each vCPU. */
walk_begin:
    mov     x23, #0
    ldr     w0, =HALF_ENABLED
    str     w0, [x26, #ISENABLER]
    ret

walk_report:
    tst     x24, #(REPORT_STEPS - 1)
    b.ne    1f
    stp     x29, x30, [sp, #-16]!
    sweep_word "after_0x", x24
    sweep_say x18
    ldp     x29, x30, [sp], #16
1:  ret

walk_step:
    random  x0, 4
    adr     x1, walk_actions
    add     x1, x1, x0, lsl #2
    br      x1
walk_actions:
    b       send
    b       send
    b       send
    b       raise
    b       enable
    b       disable
    b       prioritise
    b       mask
    b       set_binary_point
    b       set_mode
    b       acknowledge
    b       acknowledge
    b       end
    b       end
    b       end
    b       do_other

/* An SGI to vCPU 0, 1, both or the others; now and then with anything in the register but another affinity 1. */
send:
    random  x0, 4
    lsl     x0, x0, #24
    random  x1, 2
    orr     x0, x0, x1
    random  x1, 3
    cbnz    x1, 1f
    orr     x0, x0, #SGI_OTHERS
1:  cmp     x1, #1
    b.ne    2f
    random  x1, 64
    random  x2, 40
    and     x0, x1, x2
    and     x0, x0, #~0xff0000
2:  msr     ICC_SGI1R_EL1, x0
    b       look

raise:
    random  x0, 1
    cbnz    x0, 1f
    random  x0, 5
    random  x1, 2
    mov     x2, #1
    orr     x2, x2, x1, lsl #3
    lsl     x2, x2, x0
    and     w2, w2, #NOT_THE_TIMER
    str     w2, [x17, #ISPENDR]
    b       look
1:  random  x0, 6                       // of 64 shared ones
    random  x1, 2
    mov     x2, #1
    orr     x2, x2, x1, lsl #3
    and     x3, x0, #31
    lsl     x2, x2, x3
    lsr     x0, x0, #5
    add     x3, x25, #(ISPENDR + 4)
    str     w2, [x3, x0, lsl #2]
    b       look

enable:
    random  x3, 2
    random_few x0
    cmp     x3, #2
    b.hs    1f
    and     w0, w0, #NOT_THE_TIMER
    str     w0, [x17, #ISENABLER]
    b       look
1:  and     x3, x3, #1
    add     x4, x25, #(ISENABLER + 4)
    str     w0, [x4, x3, lsl #2]
    b       look

disable:
    random  x3, 2
    random_few x0, rarer=1
    cmp     x3, #2
    b.hs    1f
    str     w0, [x17, #ICENABLER]
    b       look
1:  and     x3, x3, #1
    add     x4, x25, #(ICENABLER + 4)
    str     w0, [x4, x3, lsl #2]
    b       look

/* Four priorities; of shared ones now and then a route, too. */
prioritise:
    random  x3, 1
    random  x1, 32
    cbnz    x3, 1f
    random  x0, 3
    add     x2, x17, #IPRIORITYR
    str     w1, [x2, x0, lsl #2]
    b       look
1:  random  x0, 4
    add     x2, x25, #(IPRIORITYR + 32)
    str     w1, [x2, x0, lsl #2]
    random  x3, 2
    cbnz    x3, look
    random  x0, 6
    random  x1, 1
    mov     x2, #(IROUTER + 8 * 32)
    add     x2, x25, x2
    str     x1, [x2, x0, lsl #3]
    b       look

mask:
    random  x0, 8
    orr     x0, x0, #0x80
    msr     ICC_PMR_EL1, x0
    b       look

set_binary_point:
    random  x0, 3
    random  x1, 1
    cbz     x1, 1f
    msr     ICC_BPR0_EL1, x0
    b       look
1:  msr     ICC_BPR1_EL1, x0
    b       look

set_mode:
    random  x0, 32
    random  x1, 2
    cbnz    x1, 1f
    msr     ICC_CTLR_EL1, x0
1:  mrs     x0, ICC_CTLR_EL1
    mix     x0
    b       look

acknowledge:
    mrs     x0, ICC_IAR1_EL1
    mix     x0
    cmp     x0, #FIRST_SPECIAL
    csel    x23, x0, x23, lo
    b       look

/* The last one, or any; by EOIR, by DIR, or by both. */
end:
    random  x0, 6
    random  x1, 2
    cmp     x1, #0
    csel    x0, x0, x23, eq
    random  x1, 3
    cbz     x1, 1f
    msr     ICC_EOIR1_EL1, x0
    random  x1, 1
    cbz     x1, look
1:  msr     ICC_DIR_EL1, x0
    b       look

do_other:
    random  x0, 3
    adr     x11, other_actions
    add     x11, x11, x0, lsl #2
    random_few x0, rarer=1
    br      x11
other_actions:
    b       close_or_open
    b       forget_active0
    b       set_active0
    b       set_active1
    b       forget_active1
    b       end_group0
    b       end_any
    b       trap

close_or_open:                          // group 1
    random  x1, 2
    cmp     x1, #0
    cset    x0, ne
    msr     ICC_IGRPEN1_EL1, x0
    b       look
forget_active0:
    mov     x0, #0
set_active0:
    msr     ICC_AP0R0_EL1, x0
    b       look
set_active1:
    msr     ICC_AP1R0_EL1, x0
    b       look
end_group0:
    and     x0, x0, #0x7ff
    msr     ICC_EOIR0_EL1, x0
    b       look
#ifdef WALK_ALONE
/* PSTATE lets one interrupt in; the handler is walk_interrupt. */
forget_active1:
    msr     ICC_AP1R0_EL1, xzr
    mov     x21, #0
    msr     daifclr, #2
    isb
    nop
    msr     daifset, #2
    mix     x21
    b       look
/* Waits for an interrupt, or for the timer: was it due? */
end_any:
    mov     x0, #0x4000                 // ticks: longer than all else takes
    msr     cntv_tval_el0, x0
    mov     x0, #1
    msr     cntv_ctl_el0, x0
    isb
    wfi
    mrs     x0, cntv_ctl_el0
    msr     cntv_ctl_el0, xzr
    isb
    mix     x0
    b       look
#else
forget_active1:
    msr     ICC_AP1R0_EL1, xzr
    b       look
end_any:
    and     x0, x0, #0x7ff
    msr     ICC_EOIR1_EL1, x0
    b       look
#endif
trap:                                   // Xen looks at the list registers
    mov     x0, #XENVER_version
    mov     x1, #0
    hypercall HYPERVISOR_xen_version

look:
    isb
    .irp    seen, ICC_HPPIR1_EL1, ICC_HPPIR0_EL1, isr_el1, ICC_RPR_EL1, ICC_AP1R0_EL1, ICC_AP0R0_EL1, ICC_BPR1_EL1, \
        ICC_BPR0_EL1
    mrs     x0, \seen
    mix     x0
    .endr
    add     x24, x24, #1
    ret
    .ltorg

#endif
