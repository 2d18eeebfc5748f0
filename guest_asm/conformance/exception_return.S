/*
 * ERET with every mode in SPSR_EL1, alone and with IL and SS, and with every other bit; to an address of the kernel, of
 * the process, and to one that is not aligned.  What comes then is SVC #1 where the return was legal and the code may be
 * executed.
 *
 * Not tried: mode 16, AArch32 at EL0, whose instructions the harness does not run.
 *
 * MMU on; interrupts masked, but where SPSR_EL1 says otherwise, and none is enabled.
 */
#include "include/conformance.h"
#include "include/trials.S"

#define SPSR_BASE       0x800003c0              /* N, and DAIF masked: the mode is added */
#define SPSR_IL_SHIFT   20                      /* IL, and SS above it */
#define MODES           32
#define MODE_AARCH32    16
#define SPSR_BITS       64

    .section .rodata
    .balign 8
returning:
    trial "kernel", "msr spsr_el1, x0; adr x1, . + 12; msr elr_el1, x1; eret; svc #1"
    trial "user", "msr spsr_el1, x0; adr x1, . + 20; and x1, x1, #0xfff; movk x1, #0x40, lsl #16; msr elr_el1, x1; eret; svc #1"
    trial "between", "msr spsr_el1, x0; adr x1, . + 14; msr elr_el1, x1; eret; svc #1"
    trials_end

    .text
/* Executes the slots with x0, and says all three outcomes. */
.macro try_returns
    mov     x1, #LONG_SLOT
    bl      run_slots
    ldr     x20, =OUTCOMES_VA
    line_call line_text, "="
    bl      say_outcome
    add     x20, x20, #OUTCOME_SIZE
    line_call line_text, "/"
    bl      say_outcome
    add     x20, x20, #OUTCOME_SIZE
    line_call line_text, "/"
    bl      say_outcome
    bl      line_write
.endm

kernel_main:
    bl      boot_mmu
    bl      slots_init
    address x0, returning
    bl      copy_trials
    mov     x19, #0                             // the mode, and IL and SS from bit 5 on
1:  and     x21, x19, #(MODES - 1)
    cmp     x21, #MODE_AARCH32
    b.eq    2f
    trials_rule "EXC-031"
    address x0, text_flags
    bl      begin_outcome
    lsr     x22, x19, #5
    address x0, text_nothing
    mov     x1, x22
    bl      line_signed
    line_call line_signed, "_mode_", x21
    ldr     x0, =SPSR_BASE
    orr     x0, x0, x21
    orr     x0, x0, x22, lsl #SPSR_IL_SHIFT
    try_returns
2:  add     x19, x19, #1
    cmp     x19, #(4 * MODES)
    b.lo    1b
    mov     x19, #5                             // the first bit behind the mode
3:  trials_rule "EXC-032"
    address x0, text_bit
    bl      begin_outcome
    address x0, text_nothing
    mov     x1, x19
    bl      line_signed
    mov     x0, #SPSR_EL1H
    bl      flip
    try_returns
    trials_rule "EXC-033"
    address x0, text_bit
    bl      begin_outcome
    address x0, text_nothing
    mov     x1, x19
    bl      line_signed
    mov     x0, #SPSR_EL0
    bl      flip
    try_returns
    add     x19, x19, #1
    cmp     x19, #SPSR_BITS
    b.lo    3b
    b       power_off
    .ltorg
/* x0 with bit x19 the other way round. */
flip:
    mov     x1, #1
    lsl     x1, x1, x19
    eor     x0, x0, x1
    ret

    .section .rodata
text_flags:
    .asciz  "flags_"
text_nothing:
    .asciz  ""
text_bit:
    .asciz  "bit_"
    .text

#include "lib/end.S"
