/*
 * Instructions tried by name, and what each raised.  For cases; include it after conformance.h.
 *
 *     some:                                       // in .rodata
 *         trial "brk_1", "brk #1"                 // up to seven instructions; x0 is SCRATCH_VA
 *         trials_end
 *
 *     trials_rule "EXC-001"
 *     address x0, some
 *     bl      try_trials
 *
 * A line is "EXC-001+ brk_1=esr:f2000001,spsr:3c5,elr:0" or "EXC-001+ brk_1=done".  ELR_EL1, and FAR_EL1 where the
 * exception sets it, count from the first instruction, without regard to the page that they are in.
 */
#ifndef CONFORMANCE_TRIALS_S
#define CONFORMANCE_TRIALS_S

#include "slots.S"

#define ESR_EC_WITH_FAR 0x20                    /* aborts and misaligned PC: 0x20, 0x21, 0x22, 0x24, 0x25 */
#define ESR_ECS_WITH_FAR 6

    .bss
    .balign 8
trials_name:                            // the rule's
    .space  8

.macro trials_rule id:req
    .pushsection .rodata
.Lrule\@:
    .asciz  "\id"
    .popsection
    address x0, .Lrule\@
    address x1, trials_name
    str     x0, [x1]
.endm
.macro trial name:req, text:req
    .pushsection .rodata.names, "a"
.Lname\@:
    .asciz  "\name"
    .popsection
    .quad   .Lname\@
.Ltrial\@:
    \text
    ret
    .space  LONG_SLOT - (. - .Ltrial\@)
.endm
.macro trials_end
    .quad   0
.endm

    .text
/* The trials at x0, all in one run. */
try_trials:
    stp     x19, x30, [sp, #-32]!
    str     x20, [sp, #16]
    mov     x19, x0
    bl      copy_trials
    ldr     x0, =SCRATCH_VA
    mov     x1, #LONG_SLOT
    bl      run_slots
    ldr     x20, =OUTCOMES_VA
1:  ldr     x1, [x19], #(8 + LONG_SLOT)
    cbz     x1, 2f
    address x0, image
    add     x0, x0, x1
    bl      begin_outcome
    line_call line_text, "="
    bl      say_outcome
    bl      line_write
    add     x20, x20, #OUTCOME_SIZE
    b       1b
2:  ldr     x20, [sp, #16]
    ldp     x19, x30, [sp], #32
    ret
    .ltorg

/* Makes them slots; those behind are empty. */
copy_trials:
    address x1, slot_code
    mov     x4, #SLOTS
1:  ldr     x2, [x0]
    cbz     x2, 2f
    ldp     x6, x7, [x0, #8]
    stp     x6, x7, [x1], #16
    ldp     x6, x7, [x0, #24]
    stp     x6, x7, [x1], #16
    add     x0, x0, #(8 + LONG_SLOT)
    sub     x4, x4, #1
    b       1b
2:  str     wzr, [x1], #LONG_SLOT
    subs    x4, x4, #1
    b.ne    2b
    b       sync_code

/* Begins a line with the name at x0. */
begin_outcome:
    stp     x0, x30, [sp, #-16]!
    address x0, trials_name
    ldr     x0, [x0]
    bl      line_begin
    line_call line_text, "+ "
    ldp     x0, x30, [sp], #16
    b       line_text

/* The outcome at x20. */
say_outcome:
    str     x30, [sp, #-16]!
    ldr     x2, [x20, #OUTCOME_ESR]
    cbz     x2, 1f
    line_call line_hex, "esr:", x2
    ldr     x3, [x20, #OUTCOME_SPSR]
    line_call line_hex, ",spsr:", x3
    ldr     x3, [x20, #OUTCOME_ELR]
    ubfx    x3, x3, #0, #12
    line_call line_signed, ",elr:", x3
    lsr     x2, x2, #ESR_EC_SHIFT
    sub     x2, x2, #ESR_EC_WITH_FAR
    cmp     x2, #ESR_ECS_WITH_FAR
    b.hs    2f
    ldr     x3, [x20, #OUTCOME_FAR]
    ubfx    x3, x3, #0, #12
    line_call line_signed, ",far:", x3
    b       2f
1:  line_call line_text, "done"
2:  ldr     x30, [sp], #16
    ret

#endif
