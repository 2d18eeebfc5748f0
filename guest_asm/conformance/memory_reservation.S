/*
 * memory_op: giving pages back to Xen and getting them again, as a balloon driver does, and what the guest sees of it.
 *
 * MMU on.  A page given back is gone from stage 2 but stays mapped in the guest's own tables, so reading it causes a
 * data abort.  dom0 is mapped directly, so its pages stay its own.
 */
#include "include/conformance.h"
#include "include/argument.S"
#include "include/memory.S"

#define MARK            0x1234567887654321

    .text
kernel_main:
    bl      boot_mmu
    catch_exceptions
    gfns
    address x0, given
    ldr     x1, =MARK
    str     x1, [x0]
    pages
    mov     x19, x0

    bl      give_back
    bl      get_again
    bl      elsewhere
    bl      several
    bl      orders
    b       power_off
    .ltorg

give_back:
    str     x30, [sp, #-16]!
    adjust  XENMEM_decrease_reservation
    report  "MEM-020", "done", x0
    is_there
    mov     x22, x0
    address x23, caught_record
    ldr     x23, [x23, #CAUGHT_esr]
    rule    "MEM-021"
    say_yes_no "readable", x22
    say_hex "esr", x23
    end_rule
    pages
    sub     x0, x0, x19
    report  "MEM-022", "pages", x0
    adjust  XENMEM_decrease_reservation
    report  "MEM-023", "done", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

get_again:
    str     x30, [sp, #-16]!
    adjust  XENMEM_populate_physmap
    mov     x22, x0
    is_there
    rule    "MEM-024"
    say     "done", x22
    say_yes_no "readable", x0
    end_rule
    address x0, given
    ldr     x0, [x0]
    ldr     x1, =MARK
    cmp     x0, x1
    cset    x0, eq
    report_yes_no "MEM-025", "content_kept", x0
    pages
    sub     x0, x0, x19
    report  "MEM-026", "pages", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

/* A gfn that had no page before: only if the domain may have one more, and is not mapped directly. */
elsewhere:
    str     x30, [sp, #-16]!
    adjust  XENMEM_populate_physmap, x21
    report  "MEM-027", "done", x0
    adjust  XENMEM_decrease_reservation
    adjust  XENMEM_populate_physmap, x21
    mov     x22, x0
    adjust  XENMEM_decrease_reservation, x21
    rule    "MEM-028"
    say     "populated", x22
    say     "given_back", x0
    end_rule
    adjust  XENMEM_populate_physmap
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Three pages, the second of which is gone; and a list whose first extent is said to be done. */
several:
    str     x30, [sp, #-16]!
    adjust  XENMEM_decrease_reservation, x20, 1
    lay_reservation 3
    lay_gfn LIST, x20
    lay_gfn (LIST + 8), x20, 1
    lay_gfn (LIST + 16), x20, 2
    memory_op XENMEM_decrease_reservation
    mov     x22, x0
    is_there
    mov     x23, x0
    is_there 2
    rule    "MEM-029"
    say     "done", x22
    say_yes_no "first", x23
    say_yes_no "third", x0
    end_rule
    lay_reservation 2
    lay_gfn LIST, x20
    lay_gfn (LIST + 8), x20, 1
    memory_op XENMEM_populate_physmap
    report  "MEM-030", "done", x0
    lay_reservation 2
    lay_gfn LIST, x20
    lay_gfn (LIST + 8), x20, 1
    memory_op XENMEM_decrease_reservation, 1
    mov     x22, x0
    is_there
    mov     x23, x0
    is_there 1
    rule    "MEM-031"
    say     "done", x22
    say_yes_no "first", x23
    say_yes_no "second", x0
    end_rule
    adjust  XENMEM_populate_physmap, x20, 1
    ldr     x30, [sp], #16
    ret
    .ltorg

orders:
    str     x30, [sp, #-16]!
    adjust  XENMEM_decrease_reservation, order=1
    mov     x22, x0
    is_there
    mov     x23, x0
    is_there 1
    rule    "MEM-032"
    say     "done", x22
    say_yes_no "first", x23
    say_yes_no "second", x0
    end_rule
    adjust  XENMEM_populate_physmap, order=1
    mov     x22, x0
    is_there 1
    rule    "MEM-033"
    say     "done", x22
    say_yes_no "second", x0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
