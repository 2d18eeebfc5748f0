/*
 * Lets code notice that its vCPU was switched out, by the counter alone.
 */
#ifndef GUEST_GAP_H
#define GUEST_GAP_H

#include "time.S"

#define BURST           5000            /* loops of two instructions between two looks at the counter */

/*
 * Spins until the counter jumps by more than ten bursts, or reaches x0.  x0 = the jump in ticks, or 0 if
 * there was none; x1 = the shortest burst, because the jump contains a burst, too.  Position-independent, uses
 * no memory and no stack, so it runs in user mode as well as in the kernel.
 */
.macro spin_until_gap
    mov     x1, #-1                     // x1: the shortest burst
    read_counter x2                     // x2: the counter before a burst
1:  mov     x3, #BURST
2:  subs    x3, x3, #1
    b.ne    2b
    read_counter x4
    sub     x5, x4, x2                  // x5: how long this burst took
    mov     x2, x4
    cmp     x5, x1
    csel    x1, x5, x1, lo
    add     x6, x1, x1, lsl #2
    cmp     x5, x6, lsl #1              // ten times the shortest
    b.hi    3f
    cmp     x4, x0
    b.lo    1b
    mov     x5, #0
3:  mov     x0, x5
.endm

#endif
