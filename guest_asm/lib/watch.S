/*
 * Watching memory: a page is filled with a pattern, and checked afterwards for writes by others.
 */
#ifndef GUEST_WATCH_S
#define GUEST_WATCH_S

#include "layout.h"

#define FILL            0x5a5a5a5a5a5a5a5a

/* A page of its own in .bss. */
.macro page label:req
    .pushsection .bss
    .balign PAGE_SIZE
\label:
    .space  PAGE_SIZE
    .popsection
.endm

    .text
/* Fills the page at x0.  Spoils x0 to x2. */
fill_page:
    ldr     x1, =FILL
    add     x2, x0, #PAGE_SIZE
1:  str     x1, [x0], #8
    cmp     x0, x2
    b.lo    1b
    ret

/* x0 = how many bytes of the page at x0 were overwritten since it was filled, in units of 8. */
bytes_overwritten:
    ldr     x1, =FILL
    add     x2, x0, #PAGE_SIZE
    mov     x3, #0
1:  ldr     x4, [x0], #8
    cmp     x4, x1
    add     x5, x3, #8
    csel    x3, x3, x5, eq
    cmp     x0, x2
    b.lo    1b
    mov     x0, x3
    ret
    .ltorg

#endif
