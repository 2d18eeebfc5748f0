/*
 * memory_op on another domain: dom0 maps pages of domain 1 and frames of its grant table, changes its memory, and asks
 * how much it has.  Domain 1 is refused all of that.
 */
#include "include/table.S"
#include "include/two_domains.S"

#define LAID            (FREE+0x200)    /* where dom0 maps what it asks for: 64 pages and some */
#define RAM             (MAILBOX_GFN+1)
#define NO_RAM          0x70000         /* a gfn of domain 1 */
#define PART(domain, kind, part) ((part)<<32)+((kind)<<16)+(domain)
#define BATCH(count, owner) ((owner)<<48)+((count)<<32)+(XENMAPSPACE_gmfn_foreign<<16)+DOMID_SELF
#define BATCH_THERE(count, space, owner) ((owner)<<48)+((count)<<32)+((space)<<16)+DOMID_SELF

        meet_the_other

        table_rule "MEM-301"
        with PART(1, 1, 0), 0, 0x7777, 0; memory_op "how_many_frames", XENMEM_acquire_resource, BUFFER, shows=4
        with PART(1, 0, 0), 0, 0, 0; memory_op "how_many_of_an_ioreq_server", XENMEM_acquire_resource, BUFFER, shows=2
        with PART(1, 1, 1), 0, 0, 0; memory_op "how_many_status_frames", XENMEM_acquire_resource, BUFFER, shows=2
        with PART(1, 1, 0), 1, 0, 0; memory_op "some_of_no_list", XENMEM_acquire_resource, BUFFER, shows=2
        with PART(1, 1, 0), 0, 0, 0; memory_op "how_many_of_a_start", XENMEM_acquire_resource+0x40, BUFFER, shows=2
        with PART(1, 1, 0), (1<<32), 0, 0; memory_op "with_padding", XENMEM_acquire_resource, BUFFER, shows=2
        with PART(1, 1, 0), 1, (1<<32), ARRAY; memory_op "a_frame_of_33_bits", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 1, 0xffffffff, ARRAY; memory_op "an_end_of_33_bits", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 0, 0xffffffff, ARRAY; memory_op "nothing_of_the_last", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 0, 0, ARRAY; memory_op "nothing", XENMEM_acquire_resource, BUFFER
        with PART(1, 2, 0), 1, 0, ARRAY; memory_op "an_unknown_kind", XENMEM_acquire_resource, BUFFER
        with PART(1, 2, 0), 0, 0, ARRAY; memory_op "nothing_of_an_unknown_kind", XENMEM_acquire_resource, BUFFER
        with PART(1, 0, 0), 1, 0, ARRAY; memory_op "an_ioreq_server", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 1), 1, 0, ARRAY; memory_op "a_status_frame", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 1), 0, 0, ARRAY; memory_op "no_status_frame", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 2), 1, 0, ARRAY; memory_op "an_unknown_part", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 1, 64, ARRAY; memory_op "a_frame_too_many", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 2, 63, ARRAY; memory_op "the_last_and_one_more", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 1, 0, NOWHERE; memory_op "a_list_nowhere", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 33, 0, NOWHERE; memory_op "a_long_list_nowhere", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 65, 0, ARRAY; memory_op "more_than_there_are", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 0x4000000, 0, ARRAY; memory_op "more_than_can_be_counted", XENMEM_acquire_resource, BUFFER
        with PART(DOMID_SELF, 1, 0), 1, 0, ARRAY; memory_op "of_itself", XENMEM_acquire_resource, BUFFER
        with PART(0, 1, 0), 1, 0, ARRAY; memory_op "of_dom0", XENMEM_acquire_resource, BUFFER
        with PART(2, 1, 0), 1, 0, ARRAY; memory_op "of_nobody", XENMEM_acquire_resource, BUFFER
        memory_op "nowhere", XENMEM_acquire_resource, NOWHERE
        with 1, 0; grant_op "its_size", GNTTABOP_query_size, BUFFER, 1, shows=2

        table_rule "MEM-302"
        with PART(1, 1, 0), 2, 3, ARRAY
        with_array GFN(LAID), GFN(LAID+1)
        memory_op "two_frames", XENMEM_acquire_resource, BUFFER
        with 1, 0; grant_op "its_size_then", GNTTABOP_query_size, BUFFER, 1, shows=2
        poke "into_the_first", PAGE_AT(LAID), 0x1111
        poke "into_the_second", PAGE_AT(LAID+1), 0x2222
        with PART(1, 1, 0), 1, 4, ARRAY
        with_array GFN(LAID+2)
        memory_op "the_second_again", XENMEM_acquire_resource, BUFFER
        peek "it_is_the_same", PAGE_AT(LAID+2)
        with PART(1, 1, 0), 2, 3, ARRAY
        with_array 1<<28, GFN(LAID+3)
        memory_op "the_first_beyond_the_map", XENMEM_acquire_resource, BUFFER
        peek "the_second_is_not_there", PAGE_AT(LAID+3)
        with PART(1, 1, 0), 2, 3, ARRAY
        with_array GFN(LAID+3), 1<<28
        memory_op "the_second_beyond_the_map", XENMEM_acquire_resource, BUFFER
        peek "the_first_is_there", PAGE_AT(LAID+3)
        with PART(1, 1, 0), 2, 3, ARRAY
        with_array GFN(LAID+4), GFN(LAID+5)
        memory_op "from_the_second_on", XENMEM_acquire_resource+0x40, BUFFER
        peek "no_first", PAGE_AT(LAID+4)
        peek "but_a_second", PAGE_AT(LAID+5)
        memory_op "from_beyond_the_end", XENMEM_acquire_resource+0x80, BUFFER
        with PART(1, 1, 0), 2, 3, ARRAY; memory_op "from_the_end", XENMEM_acquire_resource+0x80, BUFFER
        with DOMID_SELF, GFN(LAID); memory_op "remove_one", XENMEM_remove_from_physmap, BUFFER
        peek "it_is_gone", PAGE_AT(LAID)
        peek "it_stays_elsewhere", PAGE_AT(LAID+3)
        run "a_list_of_forty", lay_gfns, PAGE_AT(ZONE+100), GFN(LAID+8), 40
        with PART(1, 1, 0), 40, 0, PAGE_AT(ZONE+100)
        memory_op "forty_frames", XENMEM_acquire_resource, BUFFER
        peek "number_4_of_them", PAGE_AT(LAID+12)
        peek "number_39_of_them", PAGE_AT(LAID+47)
        put THERE_AT(0), PART(1, 1, 0), 1, 0, THERE(0x100)
        there HYPERVISOR_memory_op, "its_own_for_itself", XENMEM_acquire_resource, THERE(0)
        put THERE_AT(0), PART(0, 1, 0), 1, 0, THERE(0x100)
        there HYPERVISOR_memory_op, "dom0s_for_it", XENMEM_acquire_resource, THERE(0)
        put THERE_AT(0), PART(2, 1, 0), 1, 0, THERE(0x100)
        there HYPERVISOR_memory_op, "nobodys_for_it", XENMEM_acquire_resource, THERE(0)

        table_rule "MEM-303"
        with BATCH(3, 1), ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array RAM, NO_RAM, RAM+1, 0, 0, 0, 0, 0, GFN(LAID+64), GFN(LAID+65), GFN(LAID+66)
        memory_op "a_page_none_and_a_page", XENMEM_add_to_physmap_batch, BUFFER, looks=ARRAY_AT(128), shows=2
        poke "into_the_page", PAGE_AT(LAID+64), 0x3333
        with BATCH(1, 1), ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array RAM, 0, 0, 0, 0, 0, 0, 0, GFN(LAID+67)
        memory_op "once_more", XENMEM_add_to_physmap_batch, BUFFER, looks=ARRAY_AT(128), shows=1
        peek "it_is_the_same", PAGE_AT(LAID+67)
        with BATCH(1, 1), ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array RAM, 0, 0, 0, 0, 0, 0, 0, 1<<28
        memory_op "beyond_the_map", XENMEM_add_to_physmap_batch, BUFFER, looks=ARRAY_AT(128), shows=1
        with BATCH(1, 1), ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array 1<<28, 0, 0, 0, 0, 0, 0, 0, GFN(LAID+68)
        memory_op "from_beyond_its_map", XENMEM_add_to_physmap_batch, BUFFER, looks=ARRAY_AT(128), shows=1
        with BATCH(1, 0), ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array GFN(ZONE), 0, 0, 0, 0, 0, 0, 0, GFN(LAID+68)
        memory_op "of_dom0", XENMEM_add_to_physmap_batch, BUFFER, looks=ARRAY_AT(128), shows=1
        with BATCH(1, 2), ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array RAM, 0, 0, 0, 0, 0, 0, 0, GFN(LAID+68)
        memory_op "of_nobody", XENMEM_add_to_physmap_batch, BUFFER, looks=ARRAY_AT(128), shows=1
        with (1<<48)+(1<<32)+(XENMAPSPACE_gmfn_foreign<<16)+1, ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array RAM, 0, 0, 0, 0, 0, 0, 0, NO_RAM
        memory_op "its_own_into_its_map", XENMEM_add_to_physmap_batch, BUFFER, looks=ARRAY_AT(128), shows=1
        with (0<<48)+(1<<32)+(XENMAPSPACE_gmfn_foreign<<16)+1, ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array GFN(ZONE), 0, 0, 0, 0, 0, 0, 0, NO_RAM
        memory_op "dom0s_into_its_map", XENMEM_add_to_physmap_batch, BUFFER, looks=ARRAY_AT(128), shows=1
        with (1<<48)+(1<<32)+(XENMAPSPACE_dev_mmio<<16)+DOMID_SELF, ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        memory_op "a_device_of_it", XENMEM_add_to_physmap_batch, BUFFER
        with (1<<32)+(XENMAPSPACE_dev_mmio<<16)+1, ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        memory_op "a_device_for_it", XENMEM_add_to_physmap_batch, BUFFER
        with (1<<32)+(XENMAPSPACE_gmfn_range<<16)+1, ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        memory_op "a_range_for_it", XENMEM_add_to_physmap_batch, BUFFER
        with 1+(XENMAPSPACE_shared_info<<32), 0, NO_RAM+1; memory_op "its_shared_info", XENMEM_add_to_physmap, BUFFER
        with 1+(XENMAPSPACE_grant_table<<32), 0, NO_RAM+2; memory_op "its_grant_table", XENMEM_add_to_physmap, BUFFER
        with 1+(XENMAPSPACE_gmfn_range<<32), 0, NO_RAM+3; memory_op "an_empty_range", XENMEM_add_to_physmap, BUFFER
        with BATCH(3, 1), ARRAY, ARRAY_AT(64), ARRAY_AT(128)
        with_array NO_RAM+1, NO_RAM+2, NO_RAM, 0, 0, 0, 0, 0, GFN(LAID+69), GFN(LAID+70), GFN(LAID+71)
        memory_op "pages_of_xen", XENMEM_add_to_physmap_batch, BUFFER, looks=ARRAY_AT(128), shows=2
        put THERE_AT(0), BATCH_THERE(1, XENMAPSPACE_gmfn_foreign, 0), THERE(0x100), THERE(0x108), THERE(0x110)
        put THERE_AT(0x100), GFN(ZONE), NO_RAM+4, 0x7777
        there HYPERVISOR_memory_op, "a_page_of_dom0", XENMEM_add_to_physmap_batch, THERE(0), looks=THERE_AT(0x110), shows=1
        put THERE_AT(0), BATCH_THERE(1, XENMAPSPACE_gmfn_foreign, 1), THERE(0x100), THERE(0x108), THERE(0x110)
        there HYPERVISOR_memory_op, "a_page_of_itself", XENMEM_add_to_physmap_batch, THERE(0), looks=THERE_AT(0x110), shows=1
        put THERE_AT(0), BATCH_THERE(1, XENMAPSPACE_gmfn_foreign, 2), THERE(0x100), THERE(0x108), THERE(0x110)
        there HYPERVISOR_memory_op, "a_page_of_nobody", XENMEM_add_to_physmap_batch, THERE(0), looks=THERE_AT(0x110), shows=1

        table_rule "MEM-304"
        with 1; memory_op "its_pages", XENMEM_current_reservation, BUFFER
        with 1; memory_op "its_most_pages", XENMEM_maximum_reservation, BUFFER
        with ARRAY, 2, 0, 1
        with_array RAM+2, RAM+3
        memory_op "take_two_pages", XENMEM_decrease_reservation, BUFFER
        with 1; memory_op "its_pages_then", XENMEM_current_reservation, BUFFER
        with ARRAY, 3, 0, 1
        with_array RAM+2, RAM+3, NO_RAM+5
        memory_op "give_three", XENMEM_populate_physmap, BUFFER, array=3
        with 1; memory_op "its_pages_at_last", XENMEM_current_reservation, BUFFER
        with ARRAY, 1, 0, 1
        with_array RAM
        memory_op "take_one_that_dom0_maps", XENMEM_decrease_reservation, BUFFER
        peek "dom0_still_sees_it", PAGE_AT(LAID+64)
        with 1; memory_op "it_still_counts", XENMEM_current_reservation, BUFFER
        with DOMID_SELF, GFN(LAID+64); memory_op "unmap_it_here", XENMEM_remove_from_physmap, BUFFER
        with DOMID_SELF, GFN(LAID+67); memory_op "and_there", XENMEM_remove_from_physmap, BUFFER
        with 1; memory_op "now_it_is_gone", XENMEM_current_reservation, BUFFER
        with ARRAY, 1, 0, 1; memory_op "more_room", XENMEM_increase_reservation, BUFFER
        with ARRAY, 1, 0, 2; memory_op "for_nobody", XENMEM_increase_reservation, BUFFER
        with 1, RAM+2; memory_op "unmap_a_page_of_it", XENMEM_remove_from_physmap, BUFFER
        with 1, RAM+2; memory_op "unmap_it_again", XENMEM_remove_from_physmap, BUFFER
        with 0, 1, 0, 1; memory_op "claim_one_page", XENMEM_claim_pages, BUFFER
        with 0, 0, 0, 1; memory_op "claim_nothing", XENMEM_claim_pages, BUFFER
        with 1, 0, 0, 0, 0; memory_op "its_nodes", XENMEM_get_vnumainfo, BUFFER
        with ARRAY, 1, 0, 1
        with_array NO_RAM+2
        memory_op "take_its_grant_table", XENMEM_decrease_reservation, BUFFER
        with PART(1, 1, 0), 1, 0, ARRAY
        with_array GFN(LAID+72)
        memory_op "dom0_maps_it_and_can_again", XENMEM_acquire_resource, BUFFER
        with 1+(XENMAPSPACE_grant_table<<32), 50, NO_RAM+3; memory_op "its_frame_50", XENMEM_add_to_physmap, BUFFER
        with ARRAY, 1, 0, 1
        with_array NO_RAM+3
        memory_op "take_that", XENMEM_decrease_reservation, BUFFER
        with PART(1, 1, 0), 1, 50, ARRAY
        with_array GFN(LAID+73)
        memory_op "nobody_can_map_that", XENMEM_acquire_resource, BUFFER
        with PART(1, 1, 0), 2, 49, ARRAY
        with_array GFN(LAID+73), GFN(LAID+74)
        memory_op "nor_the_one_before_it_and_that", XENMEM_acquire_resource, BUFFER
        with 1+(XENMAPSPACE_grant_table<<32), 50, NO_RAM+3; memory_op "it_cannot_either", XENMEM_add_to_physmap, BUFFER
        put THERE_AT(0), 0; there HYPERVISOR_memory_op, "pages_of_dom0", XENMEM_current_reservation, THERE(0)
        put THERE_AT(0), 2; there HYPERVISOR_memory_op, "pages_of_nobody", XENMEM_current_reservation, THERE(0)
        put THERE_AT(0), THERE(0x100), 1, 0, 0
        there HYPERVISOR_memory_op, "take_a_page_of_dom0", XENMEM_decrease_reservation, THERE(0)

        table_end

        .text
/* The list at x0 = x2 gfns from x1 on. */
lay_gfns:
1:      str     x1, [x0], #8
        add     x1, x1, #1
        subs    x2, x2, #1
        b.ne    1b
        ret
#include "lib/end.S"
