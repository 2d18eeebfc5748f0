/*
 * Runstate areas whose pages the guest gives back while they are registered, and gets again: where Xen still writes,
 * and how many pages the domain has.
 *
 * MMU on.  The areas are in the pages at `given`, which stay mapped at stage 1 all the time: only their stage 2 mapping
 * comes and goes.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

#define FIRST_PART      24              /* of an area that crosses into the next page */

/* Registers the area at `given` plus an offset; x0 = the result. */
.macro register_given offset:req
    ldr     x1, =\offset
    address x0, given
    add     x0, x0, x1
    mov     x1, #0
    bl      register_area
.endm
.macro unregister
    mov     x0, #0
    mov     x1, #0
    bl      register_area
.endm
/* Says how many bytes of the page `plus` behind `given` were overwritten, or that it is gone. */
.macro say_page key:req, plus=0
    mov     x2, #\plus
    bl      page_overwritten
    say     "\key", x0
.endm
.macro fill_given plus=0
    mov     x2, #\plus
    bl      fill_if_there
.endm
.macro give plus=0
    adjust  XENMEM_decrease_reservation, plus=\plus
.endm
.macro take plus=0
    adjust  XENMEM_populate_physmap, plus=\plus
.endm

    .text
/* x0 = as bytes_overwritten of the page x2 behind `given`; -1 if it is not there. */
page_overwritten:
    stp     x30, x2, [sp, #-16]!
    bl      can_be_read
    ldp     x30, x2, [sp], #16
    cbz     x0, 1f
    address x0, given
    add     x0, x0, x2, lsl #12
    b       bytes_overwritten
1:  mov     x0, #-1
    ret
fill_if_there:
    stp     x30, x2, [sp, #-16]!
    bl      can_be_read
    ldp     x30, x2, [sp], #16
    cbz     x0, 1f
    address x0, given
    add     x0, x0, x2, lsl #12
    b       fill_page
1:  ret

kernel_main:
    bl      boot_mmu
    catch_exceptions
    gfns
    bl      given_back_after
    bl      given_back_before
    bl      half_given_back
    bl      given_for_good
    b       power_off
    .ltorg

given_back_after:
    stp     x19, x30, [sp, #-16]!
    pages
    mov     x19, x0                     // x19: how many pages there were
    register_given 0
    give
    mov     x22, x0
    is_there
    rule    "TRD-001"
    say     "given", x22
    say_yes_no "there", x0
    end_rule
    pages
    sub     x0, x0, x19
    report  "TRD-002", "pages_more", x0
    bl      wait
    take
    report  "TRD-003", "taken", x0
    fill_given
    bl      wait
    rule    "TRD-004"
    say_page "written"
    end_rule
    register_given 0
    mov     x22, x0
    fill_given
    bl      wait
    rule    "TRD-005"
    say     "result", x22
    say_page "written"
    end_rule
    unregister
    pages
    sub     x22, x0, x19
    take                                // not possible while Xen holds the previous page
    pages
    sub     x0, x0, x19
    rule    "TRD-006"
    say     "pages_more", x22
    say     "with_another", x0
    end_rule
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

given_back_before:
    stp     x19, x30, [sp, #-16]!
    give    1
    register_given PAGE_SIZE
    mov     x19, x0
    take    1
    fill_given 1
    bl      wait
    rule    "TRD-007"
    say     "result", x19
    say_page "written", 1
    end_rule
    unregister
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* The second page of an area across two. */
half_given_back:
    stp     x19, x30, [sp, #-16]!
    register_given (2 * PAGE_SIZE - FIRST_PART)
    give    2
    fill_given 1
    bl      wait
    rule    "TRD-008"
    say_page "first", 1
    say_page "second", 2
    end_rule
    unregister
    take    2
    register_given (2 * PAGE_SIZE - FIRST_PART)
    fill_given 1
    fill_given 2
    bl      wait
    rule    "TRD-009"
    say_page "first", 1
    say_page "second", 2
    end_rule
    unregister
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* The page is given back, and another area is registered without unregistering: that frees the page. */
given_for_good:
    stp     x19, x30, [sp, #-16]!
    pages
    mov     x19, x0
    register_given PAGE_SIZE
    give    1
    register_given (2 * PAGE_SIZE)
    mov     x22, x0
    pages
    sub     x0, x0, x19
    rule    "TRD-010"
    say     "result", x22
    say     "pages_more", x0
    end_rule
    fill_given 2
    bl      wait
    rule    "TRD-011"
    say_page "written", 2
    end_rule
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
