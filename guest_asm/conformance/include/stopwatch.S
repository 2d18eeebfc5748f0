/*
 * Whether a call waited: for cases that arm the virtual timer, or set another deadline, WAIT_MS ahead.
 *
 *     start_watch                                 notes the counter
 *     ...
 *     waited  x0                                  1 if more than half of WAIT_MS has passed since, else 0
 *
 * Both spoil x9 and x10.
 */
#ifndef CONFORMANCE_STOPWATCH_S
#define CONFORMANCE_STOPWATCH_S

    .bss
    .balign 8
watch_started:
    .space  8

.macro start_watch
    read_counter x9
    address x10, watch_started
    str     x9, [x10]
.endm
.macro waited reg:req
    read_counter x9
    address x10, watch_started
    ldr     x10, [x10]
    sub     x9, x9, x10                 // in ticks ...
    mrs     x10, cntfrq_el0
    lsl     x9, x9, #1
    mov     \reg, #(1000 / WAIT_MS)
    mul     x9, x9, \reg                // ... half of WAIT_MS is a whole second's worth here
    cmp     x9, x10
    cset    \reg, hi
.endm

#endif
