/*
 * grant_table_op between two domains: dom0 maps, copies and gives back pages of domain 1, and domain 1 dom0's.
 *
 * Dom0 writes domain 1's entries itself, through the frame of its grant table that both map.  Entries 8 to 13
 * grant page PAGES of domain 1's RAM and those behind it, one each.
 */
#include "include/table.S"
#include "include/two_domains.S"

#define TABLE           (FREE+0x110)    /* domain 1's grant table, in dom0 */
#define MAPPED          (FREE+0x120)    /* where dom0 maps what it is granted */
#define OWN_TABLE       (FREE+0x130)
#define PAGES           (MAILBOX_GFN+1) /* what domain 1 grants */
#define AT_PAGES        (AT_MAILBOX+1)
#define THEIR_ENTRY(page, domain, flags) ((page)<<32)+((domain)<<16)+(flags)
#define TABLE_THERE     0x50000000      /* where domain 1 has its table */
#define MAPPED_THERE    0x60000000      /* where domain 1 maps what it is granted: it has no RAM there */
#define REFUSED         0x777700000000

        meet_the_other

        table_rule "GNT-301"
        put THERE_AT(0), DOMID_SELF+(XENMAPSPACE_grant_table<<32), 0, TABLE_THERE>>12
        there HYPERVISOR_memory_op, "it_maps_its_table", XENMEM_add_to_physmap, THERE(0)
        with (1<<48)+(1<<32)+(XENMAPSPACE_gmfn_foreign<<16)+DOMID_SELF, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array TABLE_THERE>>12, GFN(TABLE)
        memory_op "and_dom0_maps_that", XENMEM_add_to_physmap_batch, BUFFER, array=3
        peek "it_is_empty", BYTE_AT(TABLE,64), 2
        with 1, 0; grant_op "its_size", GNTTABOP_query_size, BUFFER, 1, shows=2
        with 1; grant_op "its_version", GNTTABOP_get_version, BUFFER, 1, shows=1
        with (1<<32), ARRAY; grant_op "its_status_frames", GNTTABOP_get_status_frames, BUFFER, 1, shows=2
        with (1<<32)+1, 0x7777, ARRAY; grant_op "set_up", GNTTABOP_setup_table, BUFFER, 1, shows=2, array=1
        put THERE_AT(0), 0, 0; there HYPERVISOR_grant_table_op, "size_of_dom0", GNTTABOP_query_size, THERE(0), 1, shows=2, looks=THERE_AT(0)
        put THERE_AT(0), 0; there HYPERVISOR_grant_table_op, "version_of_dom0", GNTTABOP_get_version, THERE(0), 1, shows=1, looks=THERE_AT(0)

        table_rule "GNT-302"
        with (6<<32)+(XENMAPSPACE_gmfn_foreign<<16)+DOMID_SELF+(1<<48), ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array PAGES, PAGES+1, PAGES+2, PAGES+3, PAGES+4, PAGES+5, 0, 0, GFN(AT_PAGES), GFN(AT_PAGES+1), GFN(AT_PAGES+2), GFN(AT_PAGES+3), GFN(AT_PAGES+4), GFN(AT_PAGES+5)
        memory_op "see_its_pages", XENMEM_add_to_physmap_batch, BUFFER
        poke "fill_one", PAGE_AT(AT_PAGES), 0x1111, 0x2222
        poke "fill_two", PAGE_AT(AT_PAGES+1), 0x3333, 0x4444
        with PAGE_AT(MAPPED), 0x800000002, 1, 0
        grant_op "not_granted", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        put BYTE_AT(TABLE,64), THEIR_ENTRY(PAGES, 0, 1), THEIR_ENTRY(PAGES+1, 0, 5), THEIR_ENTRY(PAGES+2, 1, 1)
        put BYTE_AT(TABLE,88), THEIR_ENTRY(PAGES+3, 0, 0x101), THEIR_ENTRY(0x7ffff, 0, 1), THEIR_ENTRY(PAGES+5, 0, 1)
        with PAGE_AT(MAPPED), 0x800000002, 1, 0
        grant_op "map", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "the_entry", BYTE_AT(TABLE,64)
        peek "the_page", PAGE_AT(MAPPED), 2
        poke "write", BYTE_AT(MAPPED,8), 0x5555
        peek "it_arrives", BYTE_AT(AT_PAGES,8)
        with PAGE_AT(MAPPED+1), 0x900000002, 1, 0
        grant_op "read_only_to_be_written", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(MAPPED+1), 0x900000006, 1, 0
        grant_op "read_only", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "its_entry", BYTE_AT(TABLE,72)
        peek "its_page", PAGE_AT(MAPPED+1), 2
        with PAGE_AT(MAPPED+2), 0xa00000002, 1, 0
        grant_op "granted_to_itself", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(MAPPED+2), 0xb00000002, 1, 0
        grant_op "part_of_a_page", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(MAPPED+2), 0xc00000002, 1, 0
        grant_op "no_page", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "entries_of_refusals", BYTE_AT(TABLE,80), 3
        with PAGE_AT(MAPPED+2), 0x20000000002, 1, 0
        grant_op "beyond_the_table", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(MAPPED+2), 0x1ff00000002, 1, 0
        grant_op "the_last_entry", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with 1<<40, 0xd00000002, 1, 0
        grant_op "beyond_the_map", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(MAPPED+2), 0xd00000022, 1, 0
        grant_op "an_unknown_flag", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "entry_of_those", BYTE_AT(TABLE,104)

        table_rule "GNT-303"
        with PAGE_AT(MAPPED+3), 0x800000006, 1, 0
        grant_op "the_same_to_read", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(MAPPED+4), 0x800000002, 1, 0
        grant_op "the_same_to_write", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        poke "change_the_entry", BYTE_AT(TABLE,64), THEIR_ENTRY(PAGES+5, 0, 0x19)
        with PAGE_AT(MAPPED+5), 0x800000006, 1, 0
        grant_op "the_page_of_the_first_use", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "it_is_that", PAGE_AT(MAPPED+5), 2
        put THERE_AT(0), 0xd00000008, 0; there HYPERVISOR_grant_table_op, "swap_a_used_one", GNTTABOP_swap_grant_ref, THERE(0), 1, shows=2, looks=THERE_AT(0)
        put THERE_AT(0), 0x1ff000001fe, 0; there HYPERVISOR_grant_table_op, "swap_the_last_two", GNTTABOP_swap_grant_ref, THERE(0), 1, shows=2, looks=THERE_AT(0)
        put THERE_AT(0), 0x200000001ff, 0; there HYPERVISOR_grant_table_op, "swap_the_last_and_none", GNTTABOP_swap_grant_ref, THERE(0), 1, shows=2, looks=THERE_AT(0)
        with 1<<40, 0, 1; grant_op "unmap_beyond_the_map", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        with PAGE_AT(MAPPED), 0, 1; grant_op "unmap_the_first", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        peek "still_written", BYTE_AT(TABLE,64)
        peek "gone", PAGE_AT(MAPPED)
        with PAGE_AT(MAPPED+4), 0, 12; grant_op "unmap_the_other_writer", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        peek "only_read", BYTE_AT(TABLE,64)
        with PAGE_AT(MAPPED+3), 0, 11; grant_op "unmap_a_reader", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        with PAGE_AT(MAPPED+5), 0, 13; grant_op "unmap_the_last_reader", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        peek "not_in_use", BYTE_AT(TABLE,64)
        with PAGE_AT(MAPPED+1), PAGE_AT(MAPPED+6), 3; grant_op "replace", GNTTABOP_unmap_and_replace, BUFFER, 1, shows=3
        with PAGE_AT(MAPPED+6), 0, 3; grant_op "unmap_the_wrong_page", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        with DOMID_SELF, GFN(MAPPED+1); memory_op "give_a_granted_page_back", XENMEM_remove_from_physmap, BUFFER
        with PAGE_AT(MAPPED+1), 0, 3; grant_op "unmap_what_is_gone", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        peek "entry_then", BYTE_AT(TABLE,72)
        put THERE_AT(0), 0xd00000008, 0; there HYPERVISOR_grant_table_op, "swap_them_now", GNTTABOP_swap_grant_ref, THERE(0), 1, shows=2, looks=THERE_AT(0)
        peek "8_is_13", BYTE_AT(TABLE,64)
        peek "13_is_8", BYTE_AT(TABLE,104)

        table_rule "GNT-306"
        put BYTE_AT(TABLE,64), THEIR_ENTRY(PAGES, 0, 1)
        run "map_128_times_to_read", map_often, PAGE_AT(MAPPED+0x100), 6, 128
        with PAGE_AT(MAPPED+0x200), 0x800000006, 1, 0
        grant_op "once_more_to_read", GNTTABOP_map_grant_ref, BUFFER, 1, shows=3
        with PAGE_AT(MAPPED+0x200), 0x800000002, 1, 0
        grant_op "to_write", GNTTABOP_map_grant_ref, BUFFER, 1, shows=3
        run "map_127_times_to_write", map_often, PAGE_AT(MAPPED+0x201), 2, 127
        with PAGE_AT(MAPPED+0x300), 0x800000002, 1, 0
        grant_op "once_more_to_write", GNTTABOP_map_grant_ref, BUFFER, 1, shows=3
        with 8, 1, GFN(ZONE+72), DOMID_SELF, 0x777700010010
        grant_op "copy_from_it", GNTTABOP_copy, BUFFER, 1, shows=5
        with PAGE_AT(MAPPED+0x201), 0, 0x80; grant_op "unmap_one", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        peek "entry_of_many", BYTE_AT(TABLE,64)
        run "unmap_all", unmap_many, PAGE_AT(MAPPED+0x100), 0, 300
        peek "entry_of_none", BYTE_AT(TABLE,64)
        with PAGE_AT(MAPPED+0x400), 0x900000006, 1, 0
        grant_op "the_next_handle", GNTTABOP_map_grant_ref, BUFFER, 1, shows=3
        put BYTE_AT(TABLE,64), 0

        table_rule "GNT-304"
        put BYTE_AT(TABLE,64), THEIR_ENTRY(PAGES, 0, 1)
        poke "a_text", PAGE_AT(ZONE+70), 0xa1, 0xa2, 0xa3, 0xa4
        with GFN(ZONE+70), DOMID_SELF, 8, 0x100001, 0x777700020010
        grant_op "copy_to_it", GNTTABOP_copy, BUFFER, 1, shows=5
        peek "copied_to_it", PAGE_AT(AT_PAGES), 3
        with 8, 0x80001, GFN(ZONE+71), DOMID_SELF, 0x777700010008
        grant_op "copy_from_it", GNTTABOP_copy, BUFFER, 1, shows=5
        peek "copied_from_it", PAGE_AT(ZONE+71), 2
        with 9, 1, GFN(ZONE+71), DOMID_SELF, 0x777700010010
        grant_op "copy_from_a_read_only_one", GNTTABOP_copy, BUFFER, 1, shows=5
        with GFN(ZONE+70), DOMID_SELF, 9, 1, 0x777700020010
        grant_op "copy_to_a_read_only_one", GNTTABOP_copy, BUFFER, 1, shows=5
        with 11, 1, GFN(ZONE+72), DOMID_SELF, 0x777700010010
        grant_op "copy_from_part_of_a_page", GNTTABOP_copy, BUFFER, 1, shows=5
        with 12, 1, GFN(ZONE+72), DOMID_SELF, 0x777700010010
        grant_op "copy_from_no_page", GNTTABOP_copy, BUFFER, 1, shows=5
        with PAGES, 1, GFN(ZONE+72), DOMID_SELF, 0x777700000010
        grant_op "copy_from_its_frame", GNTTABOP_copy, BUFFER, 1, shows=5
        with GFN(ZONE+70), DOMID_SELF, PAGES, 1, 0x777700000010
        grant_op "copy_to_its_frame", GNTTABOP_copy, BUFFER, 1, shows=5
        with 8, 1, 9, 1, 0x777700030008
        grant_op "copy_between_its_pages", GNTTABOP_copy, BUFFER, 1, shows=5
        with 9, 1, 8, 0x200001, 0x777700030008
        grant_op "copy_between_its_pages_back", GNTTABOP_copy, BUFFER, 1, shows=5
        peek "its_page_then", PAGE_AT(AT_PAGES), 5
        peek "entries_then", BYTE_AT(TABLE,64), 2
        with 8, 2, GFN(ZONE+72), DOMID_SELF, 0x777700010010
        grant_op "copy_from_nobody", GNTTABOP_copy, BUFFER, 1, shows=5
        put THERE_AT(0), 8, 0, PAGES, DOMID_SELF, 0x777700010010
        there HYPERVISOR_grant_table_op, "copy_of_dom0_without_a_table", GNTTABOP_copy, THERE(0), 1, shows=5, looks=THERE_AT(0)

        table_rule "GNT-305"
        with DOMID_SELF+(XENMAPSPACE_grant_table<<32), 0, GFN(OWN_TABLE); memory_op "own_table", XENMEM_add_to_physmap, BUFFER
        put BYTE_AT(OWN_TABLE,64), ENTRY(ZONE+70, 1, 1), ENTRY(ZONE+71, 5, 1), ENTRY(ZONE+72, 1, 5)
        put THERE_AT(0), MAPPED_THERE, 0x800000002, 0, 0
        there HYPERVISOR_grant_table_op, "map", GNTTABOP_map_grant_ref, THERE(0), 1, shows=4, hidden=8, looks=THERE_AT(0)
        put THERE_AT(0), MAPPED_THERE+0x1000, 0x900000002, 0, 0
        there HYPERVISOR_grant_table_op, "read_only_to_be_written", GNTTABOP_map_grant_ref, THERE(0), 1, shows=4, hidden=8, looks=THERE_AT(0)
        put THERE_AT(0), MAPPED_THERE+0x1000, 0x900000006, 0, 0
        there HYPERVISOR_grant_table_op, "read_only", GNTTABOP_map_grant_ref, THERE(0), 1, shows=4, hidden=8, looks=THERE_AT(0)
        put THERE_AT(0), MAPPED_THERE+0x2000, 0xa00000002, 0, 0
        there HYPERVISOR_grant_table_op, "to_another_domain", GNTTABOP_map_grant_ref, THERE(0), 1, shows=4, hidden=8, looks=THERE_AT(0)
        peek "entries", BYTE_AT(OWN_TABLE,64), 3
        put THERE_AT(0), MAPPED_THERE>>12, DOMID_SELF, PAGES+4, DOMID_SELF, 0x777700000010
        there HYPERVISOR_grant_table_op, "copy_out_of_it", GNTTABOP_copy, THERE(0), 1, shows=5, looks=THERE_AT(0)
        peek "what_is_there", PAGE_AT(AT_PAGES+4), 2
        put THERE_AT(0), PAGES+4, DOMID_SELF, 8, 0x300000, 0x777700020010
        there HYPERVISOR_grant_table_op, "copy_to_dom0", GNTTABOP_copy, THERE(0), 1, shows=5, looks=THERE_AT(0)
        peek "what_is_here", BYTE_AT(ZONE+70,48), 2
        with PAGE_AT(MAPPED), 0xd00000002, 1, 0
        put BYTE_AT(TABLE,104), THEIR_ENTRY(MAPPED_THERE>>12, 0, 1)
        grant_op "what_it_was_granted_itself", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with (1<<48)+(1<<32)+(XENMAPSPACE_gmfn_foreign<<16)+DOMID_SELF, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array MAPPED_THERE>>12, GFN(MAPPED)
        memory_op "foreign_map_of_that", XENMEM_add_to_physmap_batch, BUFFER, array=3
        put THERE_AT(0), MAPPED_THERE, 0, 0; there HYPERVISOR_grant_table_op, "unmap", GNTTABOP_unmap_grant_ref, THERE(0), 1, shows=3, looks=THERE_AT(0)
        put THERE_AT(0), MAPPED_THERE+0x1000, 0, 1; there HYPERVISOR_grant_table_op, "unmap_the_other", GNTTABOP_unmap_grant_ref, THERE(0), 1, shows=3, looks=THERE_AT(0)
        peek "entries_then", BYTE_AT(OWN_TABLE,64), 3

        table_end

        .text
/* Maps entry 8 of domain 1 with flags x1 x2 times, at x0 and the pages behind it; x0 = how often that went well. */
map_often:
        stp     x29, x30, [sp, #-16]!
        address x9, array
        mov     x10, x0
        mov     x11, #0
1:      mov     w12, w1
        movk    x12, #8, lsl #32
        stp     x10, x12, [x9]
        mov     x12, #1
        stp     x12, xzr, [x9, #16]
        stp     x1, x2, [sp, #-16]!
        mov     x0, #GNTTABOP_map_grant_ref
        mov     x1, x9
        mov     x2, #1
        hypercall HYPERVISOR_grant_table_op
        ldp     x1, x2, [sp], #16
        ldrsh   x12, [x9, #18]
        cmp     x12, #0
        cinc    x11, x11, eq
        add     x10, x10, #0x1000
        subs    x2, x2, #1
        b.ne    1b
        mov     x0, x11
        ldp     x29, x30, [sp], #16
        ret

/* Unmaps each of the handles from x1 up to x2 at whatever page from x0 on it may be mapped; x0 = how many went well. */
unmap_many:
        mov     x13, x1
        mov     x14, x2
        mov     x15, x0
        mov     x11, #0
        address x9, array
1:      mov     x10, #0
2:      add     x12, x15, x10, lsl #12
        stp     x12, xzr, [x9]
        str     x13, [x9, #16]
        mov     x0, #GNTTABOP_unmap_grant_ref
        mov     x1, x9
        mov     x2, #1
        hypercall HYPERVISOR_grant_table_op
        ldrsh   x12, [x9, #20]
        cmp     x12, #0
        cinc    x11, x11, eq
        cbz     x12, 3f
        cmn     x12, #4                         // GNTST_bad_handle: not in use
        b.eq    3f
        add     x10, x10, #1
        cmp     x10, #0x181
        b.ne    2b
3:      add     x13, x13, #1
        cmp     x13, x14
        b.ne    1b
        mov     x0, x11
        mov     x1, #0
        mov     x2, #0
        ret
#include "lib/end.S"
