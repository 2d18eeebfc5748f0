/*
 * A vCPU does random things to its interrupts: sends, raises, enables, disables, prioritises, masks, acknowledges and
 * ends them, waits for them and takes them.
 */
#define WALK_ALONE
#include "include/interrupt_walk.S"

#define STEPS           2048

    .text
kernel_main:
    bl      sweep_init
    add     x26, x26, #GICR_PRIVATE
    mov     x17, x26
    bl      walk_init
    bl      walk_begin
    sweep_rule "GIC-043"
1:  bl      walk_step
    bl      walk_report
    cmp     x24, #STEPS
    b.lo    1b
    b       sweep_end

/* An interrupt that PSTATE let in, in a step of the walk.  x21 = what it was, and the running priority. */
walk_interrupt:
    mrs     x21, ICC_IAR1_EL1
    mrs     x0, ICC_RPR_EL1
    add     x21, x21, x0, lsl #16
    tbz     x19, #40, 1f                // half of them are ended here; to EOIR the number's 24 bits are another one
    msr     ICC_EOIR1_EL1, x21
1:  mrs     x0, spsr_el1
    orr     x0, x0, #0x80               // one at a time
    msr     spsr_el1, x0
    eret
#include "lib/end.S"
