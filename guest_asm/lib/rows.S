/*
 * The interpreter of a guest that consists of a table.  A row is four doublewords: a routine's offset in the image,
 * and its arguments in x20 to x22.  More may follow, which the routine reads itself: x19 points behind them.
 */
#ifndef GUEST_ROWS_S
#define GUEST_ROWS_S

#include "hypercall.h"

    .text
/* Runs the rows from `table` on.  Does not return: the last row ends the guest. */
run_table:
    address x19, table
1:  ldp     x9, x20, [x19], #16
    ldp     x21, x22, [x19], #16
    address x0, image
    add     x9, x9, x0
    blr     x9
    b       1b

#endif
