/*
 * Code that is made at run time and tried, at EL1 or EL0: up to 128 slots, each an instruction or a few and a RET.
 * For cases; include it after conformance.h.
 *
 *     bl      slots_init                          // once, MMU on
 *     slots_at SPSR_EL0                           // or SPSR_EL1H, which is the default
 *     ...                                         // fill slot_code
 *     add     x1, ...                             // where it ends
 *     bl      sync_code
 *     mov     x0, #...                            // x0 of each slot
 *     mov     x1, #SHORT_SLOT
 *     bl      run_slots
 *
 * A slot may change x0 to x9, and whatever it restores.  Its outcome is x0 behind it, and ESR 0; or, if it raised an
 * exception, ESR_EL1, SPSR_EL1, and ELR_EL1 and FAR_EL1 (in place of x0), which count from the slot.
 *
 * The slots and the outcomes are in pages of the process: code at USER_TEXT_VA for EL0 and at WINDOW_VA for EL1,
 * outcomes at USER_DATA_VA for both.
 */
#ifndef CONFORMANCE_SLOTS_S
#define CONFORMANCE_SLOTS_S

#define SLOTS           128
#define SHORT_SLOT      8                       /* bytes: an instruction and RET ... */
#define LONG_SLOT       32                      /* ... or up to eight */
#define RUNNER_OFFSET   PAGE_SIZE               /* the code that calls the slots has a page of its own behind them */

#define OUTCOMES_VA     USER_DATA_VA
#define OUTCOME_FAR     0                       /* or x0 */
#define OUTCOME_ESR     8
#define OUTCOME_SPSR    16
#define OUTCOME_ELR     24
#define OUTCOME_SIZE    32
#define SCRATCH_VA      (USER_DATA_VA + PAGE_SIZE)  /* a page of memory for the slots */

#define WORD_RET        0xd65f03c0
#define SPSR_EL0        0x3c0                   /* interrupts are masked in both */
#define SPSR_EL1H       0x3c5
#define ESR_END         0x56000000              /* SVC #0, which ends a run; a slot may have any other */
#define ESR_UNDEFINED   0x2000000               /* exception class 0, a 32-bit instruction */
#define VECTOR_EL1T_SYNC 0

    .bss
    .balign PAGE_SIZE
slot_code:                              // a page of slots, and the runner
    .space  2 * PAGE_SIZE
slot_scratch:
    .space  PAGE_SIZE
slot_spsr:                              // where the slots run: SPSR_EL0 or SPSR_EL1H
    .space  8
slot_resume:                            // SP of run_slots
    .space  8

/* The slots run at \level from now on. */
.macro slots_at level:req
    address x0, slot_spsr
    mov     x1, #\level
    str     x1, [x0]
.endm
/* Maps the page at \symbol + \offset as a \kind of page at \va. */
.macro map_slot_page symbol:req, offset:req, kind:req, va:req
    address x0, \symbol
    add     x0, x0, #\offset
    bl      virt_to_phys
    ldr     x1, =\kind
    add     x1, x1, x0
    ldr     x0, =\va
    bl      map_page
.endm

    .text
slots_init:
    str     x30, [sp, #-16]!
    address x0, slot_code
    bl      user_init
    map_slot_page slot_code, RUNNER_OFFSET, USER_TEXT, (USER_TEXT_VA + RUNNER_OFFSET)
    map_slot_page slot_code, 0, KERNEL_TEXT, WINDOW_VA
    map_slot_page slot_code, RUNNER_OFFSET, KERNEL_TEXT, (WINDOW_VA + RUNNER_OFFSET)
    map_slot_page slot_scratch, 0, USER_DATA, SCRATCH_VA
    slots_at SPSR_EL1H
    set_handler VECTOR_EL1T_SYNC, slot_exception
    set_handler VECTOR_EL1_SYNC, slot_exception
    set_handler VECTOR_EL0_SYNC, slot_exception
    msr     daifset, #15                        // the trials' SPSR says so, too
    address x0, (slot_code + RUNNER_OFFSET)
    address x1, runner
    address x2, runner_end
1:  ldr     w3, [x1], #4
    str     w3, [x0], #4
    cmp     x1, x2
    b.lo    1b
    mov     x1, x0
    ldr     x30, [sp], #16
    b       sync_code
    .ltorg

/* Runs at EL0 or EL1, from its copy: x19 = the slot, x20 = its outcome, x21 = slots left, x22 = x0 for each, x23 = a
 * slot's size.  An empty slot keeps the outcome that is there. */
runner:
    ldr     w0, [x19]
    cbz     w0, 1f
    str     xzr, [x20, #OUTCOME_ESR]
    mov     x0, x22
    blr     x19
    str     x0, [x20]
1:  add     x20, x20, #OUTCOME_SIZE
    add     x19, x19, x23
    subs    x21, x21, #1
    b.ne    runner
    svc     #0
runner_end:

/* The handler: x0 = the frame, with the runner's registers.  Notes the outcome and goes on behind the slot. */
slot_exception:
    ldr     x1, [x0, #FRAME_ESR]
    ldr     x2, =ESR_END
    cmp     x1, x2
    b.eq    slots_over
    ldr     x2, [x0, #(20 * 8)]
    str     x1, [x2, #OUTCOME_ESR]
    ldp     x3, x4, [x0, #FRAME_ELR]
    ldr     x5, [x0, #FRAME_FAR]
    ldr     x1, [x0, #(19 * 8)]
    sub     x3, x3, x1
    sub     x5, x5, x1
    stp     x4, x3, [x2, #OUTCOME_SPSR]
    str     x5, [x0]                            // the runner will put it there
    ldr     x1, [x0, #FRAME_LR]
    address x2, slot_spsr
    ldr     x2, [x2]                            // the slot may have come to another level
    stp     x1, x2, [x0, #FRAME_ELR]
    b       return_from_exception
    .ltorg
/* Back to the caller of run_slots, on its stack. */
slots_over:
    address x0, slot_resume
    ldr     x0, [x0]
    mov     sp, x0
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x30, [sp, #48]
    ldp     x29, x0, [sp], #64
    ret

/* Runs the slots, of x1 bytes each, with x0 in x0.  Keeps x19 to x29. */
run_slots:
    stp     x29, x0, [sp, #-64]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x30, [sp, #48]
    address x2, slot_resume
    mov     x3, sp
    str     x3, [x2]
    mov     x22, x0
    mov     x23, x1
    mov     x21, #SLOTS
    ldr     x20, =OUTCOMES_VA
    address x0, slot_spsr
    ldr     x0, [x0]
    msr     spsr_el1, x0
    mov     x19, #USER_TEXT_VA
    ldr     x1, =WINDOW_VA
    cmp     x0, #SPSR_EL0
    csel    x19, x19, x1, eq
    add     x0, x19, #RUNNER_OFFSET
    msr     elr_el1, x0
    eret
    .ltorg

/* Slots were written up to x1: what is fetched from now on is what was written. */
sync_code:
    address x0, slot_code
    mrs     x2, ctr_el0
    ubfx    x2, x2, #16, #4                     // DminLine: log2 of the smallest line, in words
    mov     x3, #4
    lsl     x2, x3, x2
1:  dc      cvau, x0
    add     x0, x0, x2
    cmp     x0, x1
    b.lo    1b
    dsb     ish
    ic      iallu
    dsb     ish
    isb
    ret

#endif
