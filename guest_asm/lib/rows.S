/*
 * The machine that a guest made of a table runs on.  A row is four doublewords: a routine, counted from the image,
 * and what it finds in x20 to x22.  More may follow that the routine reads by itself: x19 is where the table goes on.
 */
#ifndef GUEST_ROWS_S
#define GUEST_ROWS_S

#include "hypercall.h"

    .text
/* From `table` on.  Never comes back: a last row ends the guest. */
run_table:
    address x19, table
1:  ldp     x9, x20, [x19], #16
    ldp     x21, x22, [x19], #16
    address x0, image
    add     x9, x9, x0
    blr     x9
    b       1b

#endif
