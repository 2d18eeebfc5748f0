/*
 * Long lists: Xen interrupts such a hypercall when another vCPU is to run, and goes on with it later.
 *
 * Domain 1 always wants to run, so dom0 loses the CPU in the middle of each list.  Nothing of that may be seen.
 */
#include "include/table.S"
#include "include/two_domains.S"

#define COUNT           1500            /* at 1 us an entry, longer than a time slice here; on Xen it takes longer */
#define LIST            (ZONE+0x200)    /* pages for lists, in dom0 */
#define LIST_2          (ZONE+0x210)
#define ERRORS          (ZONE+0x220)
#define CALLS           (ZONE+0x230)
#define THEIRS          0x42000         /* gfns of domain 1 */
#define LAID            (FREE+0x1000)   /* where dom0 maps them */

        meet_the_other

        table_rule "MEM-305"
        run "a_list", lay_list, PAGE_AT(LIST), THEIRS, COUNT
        with PAGE_AT(LIST), COUNT, 0, 1; memory_op "take_pages", XENMEM_decrease_reservation, BUFFER
        with 1; memory_op "pages_then", XENMEM_current_reservation, BUFFER
        with PAGE_AT(LIST), COUNT, 0, 1; memory_op "give_pages", XENMEM_populate_physmap, BUFFER
        with 1; memory_op "pages_as_before", XENMEM_current_reservation, BUFFER
        run "a_list_of_places", lay_list, PAGE_AT(LIST_2), GFN(LAID), COUNT
        with (1<<48)+(COUNT<<32)+(XENMAPSPACE_gmfn_foreign<<16)+DOMID_SELF, PAGE_AT(LIST), PAGE_AT(LIST_2), PAGE_AT(ERRORS)
        memory_op "map_pages", XENMEM_add_to_physmap_batch, BUFFER
        run "errors", sum, PAGE_AT(ERRORS), 0, COUNT/2
        peek "the_first_page", PAGE_AT(LAID)
        peek "the_last_page", PAGE_AT(LAID+COUNT-1)
        peek "no_more", PAGE_AT(LAID+COUNT)
        run "lists_in_a_list", lay_nested, PAGE_AT(CALLS), PAGE_AT(LIST), 1
        call HYPERVISOR_multicall, "take_pages_and_give_them", PAGE_AT(CALLS), 3
        peek "taken", BYTE_AT(CALLS, 8)
        peek "given", BYTE_AT(CALLS, 72)
        peek "version", BYTE_AT(CALLS, 136)
        with 1; memory_op "pages_at_last", XENMEM_current_reservation, BUFFER
        run "many_calls", lay_calls, PAGE_AT(CALLS), 0, COUNT
        call HYPERVISOR_multicall, "make_them", PAGE_AT(CALLS), COUNT
        peek "first_result", BYTE_AT(CALLS, 8)
        peek "last_result", BYTE_AT(CALLS, 64*(COUNT-1)+8)
        run "copies", lay_copies, PAGE_AT(CALLS), GFN(ZONE+0x300), COUNT
        run "source", lay_list, PAGE_AT(ZONE+0x300), 1, 512
        grant_op "copy", GNTTABOP_copy, PAGE_AT(CALLS), COUNT
        run "sum_of_the_copy", sum, PAGE_AT(ZONE+0x301), 0, 512
        peek "last_status", BYTE_AT(CALLS, 40*(COUNT-1)+32)

        table_end

        .text
/* x2 numbers from x1 on at x0. */
lay_list:
1:      str     x1, [x0], #8
        add     x1, x1, #1
        subs    x2, x2, #1
        b.ne    1b
        ret

/* x1 = the sum of x2 doublewords at x0. */
sum:
1:      ldr     x9, [x0], #8
        add     x1, x1, x9
        subs    x2, x2, #1
        b.ne    1b
        ret

/* x2 entries of a multicall at x0: XENVER_version. */
lay_calls:
        mov     x9, #HYPERVISOR_xen_version
1:      str     x9, [x0]
        str     xzr, [x0, #8]
        str     xzr, [x0, #16]
        add     x0, x0, #64
        subs    x2, x2, #1
        b.ne    1b
        ret

/* A list at x0 that takes the pages of the list at x1 from domain x2, gives them back, and asks for the version. */
lay_nested:
        mov     x9, #HYPERVISOR_memory_op
        mov     x10, #XENMEM_decrease_reservation
        mov     x11, #XENMEM_populate_physmap
        add     x12, x0, #0x100                 // struct xen_memory_reservation
        mov     x13, #COUNT
        stp     x1, x13, [x12]
        stp     xzr, x2, [x12, #16]
        stp     x10, x12, [x0, #16]
        str     x9, [x0]
        stp     x11, x12, [x0, #80]
        str     x9, [x0, #64]
        mov     x9, #HYPERVISOR_xen_version
        str     x9, [x0, #128]
        str     xzr, [x0, #144]
        ret

/* x2 copies at x0, of a doubleword each, from frame x1 to the next one: each the next doubleword. */
lay_copies:
        mov     x9, #0                          // offset
        mov     x10, #DOMID_SELF
        add     x11, x1, #1
        mov     x13, #8                         // the length; no flags
1:      orr     x12, x10, x9, lsl #16
        stp     x1, x12, [x0]
        stp     x11, x12, [x0, #16]
        str     x13, [x0, #32]
        add     x0, x0, #40
        add     x9, x9, #8
        and     x9, x9, #0xfff
        subs    x2, x2, #1
        b.ne    1b
        ret
#include "lib/end.S"
