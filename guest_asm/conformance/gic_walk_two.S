/*
 * Two vCPUs do random things to their own and each other's interrupts, eight at a time: an interrupt is disabled,
 * prioritised and routed anew by another vCPU while it is pending, active or waiting for a list register.
 */
#include "include/interrupt_walk.S"
#include "include/turns.S"

#define STEPS           2048
#define TURN_STEPS      8

    .bss
    .balign 8
walk_state:                             // between two turns: x18, x19, x24
    .space  24
frames:                                 // x25, and x26 of vCPU 0
    .space  16

    .text
kernel_main:
    bl      sweep_init
    add     x26, x26, #GICR_PRIVATE
    address x0, frames
    stp     x25, x26, [x0]
    msr     tpidr_el1, xzr
    bl      walk_init
    sweep_rule "GIC-044"
    bl      save_walk
    bl      turns_begin
    b       walk
/* vCPU 1, and it has the turn. */
second_begins:
    address x0, frames
    ldp     x25, x26, [x0]
    mov     x0, #1
    add     x26, x26, x0, lsl #GICR_NEXT_SHIFT
    bl      sweep_open

walk:
    bl      walk_begin
    bl      restore_walk
1:  random  x0, 1                       // this vCPU's interrupts, or the other's
    mrs     x1, tpidr_el1
    sub     x0, x0, x1
    add     x17, x26, x0, lsl #GICR_NEXT_SHIFT
    bl      walk_step
    bl      walk_report
    cmp     x24, #STEPS
    b.hs    sweep_end
    tst     x24, #(TURN_STEPS - 1)
    b.ne    1b
    bl      save_walk
    bl      hand_over
    bl      restore_walk
    b       1b

save_walk:
    address x0, walk_state
    stp     x18, x19, [x0]
    str     x24, [x0, #16]
    ret
restore_walk:
    address x0, walk_state
    ldp     x18, x19, [x0]
    ldr     x24, [x0, #16]
    ret
#include "lib/end.S"
