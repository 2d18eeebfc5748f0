/*
 * grant_table_op in one domain that grants pages to itself: status fields, results, and entries of its table.
 */
#include "include/table.S"

        table_rule "GNT-201"
        grant_op "command_0_nowhere", GNTTABOP_map_grant_ref, NOWHERE, 1
        grant_op "command_1_nowhere", GNTTABOP_unmap_grant_ref, NOWHERE, 1
        grant_op "command_2_nowhere", GNTTABOP_setup_table, NOWHERE, 1
        grant_op "command_3_nowhere", GNTTABOP_dump_table, NOWHERE, 1
        grant_op "command_4_nowhere", GNTTABOP_transfer, NOWHERE, 1
        grant_op "command_5_nowhere", GNTTABOP_copy, NOWHERE, 1
        grant_op "command_6_nowhere", GNTTABOP_query_size, NOWHERE, 1
        grant_op "command_7_nowhere", GNTTABOP_unmap_and_replace, NOWHERE, 1
        grant_op "command_8_nowhere", GNTTABOP_set_version, NOWHERE, 1
        grant_op "command_9_nowhere", GNTTABOP_get_status_frames, NOWHERE, 1
        grant_op "command_10_nowhere", GNTTABOP_get_version, NOWHERE, 1
        grant_op "command_11_nowhere", GNTTABOP_swap_grant_ref, NOWHERE, 1
        grant_op "command_12_nowhere", GNTTABOP_cache_flush, NOWHERE, 1
        grant_op "command_13_nowhere", 13, NOWHERE, 1
        grant_op "command_14_nowhere", 14, NOWHERE, 1
        grant_op "command_4095_nowhere", 4095, NOWHERE, 1
        grant_op "command_0_nothing", GNTTABOP_map_grant_ref, NOWHERE
        grant_op "command_1_nothing", GNTTABOP_unmap_grant_ref, NOWHERE
        grant_op "command_2_nothing", GNTTABOP_setup_table, NOWHERE
        grant_op "command_3_nothing", GNTTABOP_dump_table, NOWHERE
        grant_op "command_4_nothing", GNTTABOP_transfer, NOWHERE
        grant_op "command_5_nothing", GNTTABOP_copy, NOWHERE
        grant_op "command_6_nothing", GNTTABOP_query_size, NOWHERE
        grant_op "command_7_nothing", GNTTABOP_unmap_and_replace, NOWHERE
        grant_op "command_8_nothing", GNTTABOP_set_version, NOWHERE
        grant_op "command_9_nothing", GNTTABOP_get_status_frames, NOWHERE
        grant_op "command_10_nothing", GNTTABOP_get_version, NOWHERE
        grant_op "command_11_nothing", GNTTABOP_swap_grant_ref, NOWHERE
        grant_op "command_12_nothing", GNTTABOP_cache_flush, NOWHERE
        grant_op "command_13_nothing", 13, NOWHERE
        grant_op "a_negative_count", GNTTABOP_query_size, BUFFER, 0x80000000
        grant_op "a_count_of_33_bits", GNTTABOP_query_size, NOWHERE, 0x100000001
        grant_op "a_command_with_a_start", 0x1006, BUFFER, 1
        grant_op "a_flush_with_a_start", 0x100c, NOWHERE, 1

        table_rule "GNT-202"
        with DOMID_SELF, 0; grant_op "size", GNTTABOP_query_size, BUFFER, 1, shows=2
        with OWN, 0; grant_op "size_by_number", GNTTABOP_query_size, BUFFER, 1, shows=2
        with 77, 0; grant_op "size_of_nobody", GNTTABOP_query_size, BUFFER, 1, shows=2
        with OTHER, 0; grant_op "size_of_the_other", GNTTABOP_query_size, BUFFER, 1, shows=2
        with DOMID_SELF, 0; grant_op "two_sizes", GNTTABOP_query_size, BUFFER, 2, shows=2
        with DOMID_SELF; grant_op "version", GNTTABOP_get_version, BUFFER, 1, shows=1
        with 77; grant_op "version_of_nobody", GNTTABOP_get_version, BUFFER, 1, shows=1
        with OTHER; grant_op "version_of_the_other", GNTTABOP_get_version, BUFFER, 1, shows=1
        with 1; grant_op "set_version_1", GNTTABOP_set_version, BUFFER, 1, shows=1
        with 2; grant_op "set_version_2", GNTTABOP_set_version, BUFFER, 1, shows=1
        with 3; grant_op "set_version_3", GNTTABOP_set_version, BUFFER, 1, shows=1
        with 0; grant_op "set_version_0", GNTTABOP_set_version, BUFFER, 1, shows=1
        with 0x77777ff000000000, ARRAY; grant_op "no_status_frames", GNTTABOP_get_status_frames, BUFFER, 1, shows=2
        with 0x77777ff000000001, ARRAY; grant_op "a_status_frame", GNTTABOP_get_status_frames, BUFFER, 1, shows=2
        with 0x7777004d00000000, ARRAY
        grant_op "status_frames_of_nobody", GNTTABOP_get_status_frames, BUFFER, 1, shows=2
        with OTHER_UPPER(0x7000000000000), ARRAY
        grant_op "status_frames_of_the_other", GNTTABOP_get_status_frames, BUFFER, 1, shows=2
        with 0x77777ff000000000, ARRAY; grant_op "two_status_frames", GNTTABOP_get_status_frames, BUFFER, 2, shows=2

        table_rule "GNT-203"
        with GFN(ZONE), OWN, 0; grant_op "transfer", GNTTABOP_transfer, BUFFER, 1, shows=3
        with DOMID_SELF, 0x7777, ARRAY
        with_array 17
        grant_op "set_up_nothing", GNTTABOP_setup_table, BUFFER, 1, shows=3, array=1
        with 0x10000004d, 0x7777, ARRAY
        with_array 17
        grant_op "set_up_for_nobody", GNTTABOP_setup_table, BUFFER, 1, shows=3, array=1
        with OTHER_PLUS(0x100000000), 0x7777, ARRAY
        with_array 17
        grant_op "set_up_for_the_other", GNTTABOP_setup_table, BUFFER, 1, shows=3, array=1
        with 0x100007ff0, 0x7777, ARRAY
        with_array 17
        grant_op "set_up_two_at_a_time", GNTTABOP_setup_table, BUFFER, 2, shows=3, array=1
        with 0x4100007ff0, 0x7777, ARRAY
        with_array 17
        grant_op "set_up_too_many", GNTTABOP_setup_table, BUFFER, 1, shows=3, array=1
        with 0x200007ff0, 0x7777, ARRAY
        with_array 17, 34, 51
        grant_op "set_up_two_unmapped", GNTTABOP_setup_table, BUFFER, 1, shows=3, array=3
        with 0x100007ff0, 0x7777, NOWHERE
        grant_op "set_up_with_a_list_nowhere", GNTTABOP_setup_table, BUFFER, 1, shows=3
        with DOMID_SELF, 0; grant_op "size_then", GNTTABOP_query_size, BUFFER, 1, shows=2
        with 0x100007ff0, 0, GFN(FREE+40); memory_op "table", XENMEM_add_to_physmap, BUFFER
        with 0x200007ff0, 0x7777, ARRAY
        with_array 17, 34, 51
        grant_op "set_up_one_mapped", GNTTABOP_setup_table, BUFFER, 1, shows=3, array=3
        with DOMID_SELF, GFN(FREE+40); memory_op "table_away", XENMEM_remove_from_physmap, BUFFER
        with 0x100007ff0, 0x7777, ARRAY
        with_array 17
        grant_op "set_up_again", GNTTABOP_setup_table, BUFFER, 1, shows=3, array=1
        with 0x100007ff0, 0, GFN(FREE+40); memory_op "table_back", XENMEM_add_to_physmap, BUFFER
        peek "first_entries", PAGE_AT(FREE+40), 2

        table_rule "GNT-204"
        poke "the_page", PAGE_AT(ZONE+60), 0xabcd
        with PAGE_AT(FREE+48), 0x800000002, OWN, 0
        grant_op "reference_8_is_not_granted", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        put BYTE_AT(FREE+40,64), OWN_ENTRY(ZONE+60,1); peek "entry_8", BYTE_AT(FREE+40,64)
        with PAGE_AT(FREE+48), 0x800000002, 77, 0
        grant_op "no_such_domain", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0x800000002, DOMID_SELF, 0
        grant_op "DOMID_SELF_is_no_such_domain", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0x800000002, OTHER, 0
        grant_op "the_other_domain", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0x800000000, OWN, 0
        grant_op "no_flags", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0x800000003, OWN, 0
        grant_op "a_device_mapping", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0x80000000a, OWN, 0
        grant_op "an_application_mapping", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0x800000012, OWN, 0
        grant_op "a_pte_mapping", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0x10000000000002, OWN, 0
        grant_op "too_high_a_reference", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0x800000002, OWN, 0
        grant_op "map_it", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "what_the_entry_says", BYTE_AT(FREE+40,64)
        peek "the_page_there", PAGE_AT(FREE+48)
        poke "written_there", BYTE_AT(FREE+48,8), 0x1234
        peek "seen_here", BYTE_AT(ZONE+60,8)
        with PAGE_AT(FREE+49), 0x800000006, OWN, 0
        grant_op "map_it_again_in_another_place", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "it_is_there_too", BYTE_AT(FREE+49,8)
        with 0x900000008, 0x7777; grant_op "swap_a_pinned_one", GNTTABOP_swap_grant_ref, BUFFER, 1, shows=2
        with PAGE_AT(FREE+48), 0, 1234
        grant_op "unmap_a_handle_that_is_none", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        with PAGE_AT(FREE+48), 0, 7
        grant_op "unmap_handle_7_which_is_free", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        with PAGE_AT(FREE+50), 0, 0; grant_op "unmap_the_wrong_place", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        peek "still_there", BYTE_AT(FREE+48,8)
        peek "what_the_entry_says_then", BYTE_AT(FREE+40,64)
        with PAGE_AT(FREE+48), 0x800000002, OWN, 0
        grant_op "map_it_once_more", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0, 2; grant_op "unmap_the_first_place", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        peek "gone", BYTE_AT(FREE+48,8)
        with PAGE_AT(FREE+48), 0, 2; grant_op "unmap_it_again", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        with 0, 0, 1; grant_op "unmap_address_0", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        peek "there", BYTE_AT(FREE+49,8)
        with PAGE_AT(FREE+49), 0, 1; grant_op "unmap_the_second", GNTTABOP_unmap_grant_ref, BUFFER, 1, shows=3
        peek "gone_too", BYTE_AT(FREE+49,8)
        peek "what_the_entry_says_at_last", BYTE_AT(FREE+40,64)

        table_rule "GNT-205"
        put BYTE_AT(FREE+40,72), OWN_ENTRY(ZONE+61,5); peek "entry_9", BYTE_AT(FREE+40,72)
        with PAGE_AT(FREE+48), 0x900000002, OWN, 0
        grant_op "read-only_to_be_written", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+48), 0x900000006, OWN, 0
        grant_op "read-only", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "entry_9.2", BYTE_AT(FREE+40,72)
        with PAGE_AT(FREE+48), 0x900000002, OWN, 0
        grant_op "to_be_written_now", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        put BYTE_AT(FREE+40,80), ENTRY(ZONE+62,1,3); peek "entry_10", BYTE_AT(FREE+40,80)
        with PAGE_AT(FREE+48), 0xa00000002, OWN, 0
        grant_op "granted_to_somebody_else", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        put BYTE_AT(FREE+40,88), OWN_ENTRY(ZONE+60,2); peek "entry_11", BYTE_AT(FREE+40,88)
        with PAGE_AT(FREE+48), 0xb00000002, OWN, 0
        grant_op "a_transfer_entry", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        put BYTE_AT(FREE+40,96), OWN_ENTRY(ZONE+60,257); peek "entry_12", BYTE_AT(FREE+40,96)
        with PAGE_AT(FREE+48), 0xc00000002, OWN, 0
        grant_op "a_sub-page_entry", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        put BYTE_AT(FREE+40,104), OWN_ENTRY(FREE+1161,1); peek "entry_13", BYTE_AT(FREE+40,104)
        with PAGE_AT(FREE+48), 0xd00000002, OWN, 0
        grant_op "a_frame_that_is_not_there", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "entry_13.2", BYTE_AT(FREE+40,104)
        put BYTE_AT(FREE+40,112), OWN_ENTRY(FREE+48,1); peek "entry_14", BYTE_AT(FREE+40,112)
        with PAGE_AT(FREE+53), 0xe00000002, OWN, 0
        grant_op "a_frame_that_is_itself_a_grant", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        put BYTE_AT(FREE+40,120), OWN_ENTRY(ZONE+63,1); peek "entry_15", BYTE_AT(FREE+40,120)
        with BYTE_AT(FREE+51,291), 0xf00000002, OWN, 0
        grant_op "at_an_odd_address", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        peek "it_is_at_the_page_start", PAGE_AT(FREE+51)
        with 0x10000000000, 0xf00000002, OWN, 0
        grant_op "at_2**40", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        with PAGE_AT(FREE+56), 0xf00000002, OWN, 0, PAGE_AT(FREE+57), 0x1869f00000002, OWN, 0
        grant_op "two_at_once", GNTTABOP_map_grant_ref, BUFFER, 2, shows=8, hidden=8

        table_rule "GNT-206"
        with 0x1f0000001e, 0x7777; grant_op "swap", GNTTABOP_swap_grant_ref, BUFFER, 1, shows=2
        with 0x1e0000001e, 0x7777; grant_op "swap_with_itself", GNTTABOP_swap_grant_ref, BUFFER, 1, shows=2
        with 0x400000000000001e, 0x7777; grant_op "swap_one_too_high", GNTTABOP_swap_grant_ref, BUFFER, 1, shows=2
        put BYTE_AT(FREE+40,240), OWN_ENTRY(ZONE+60,1); peek "entry_30", BYTE_AT(FREE+40,240)
        with 0x1f0000001e, 0x7777; grant_op "swap_30_and_31", GNTTABOP_swap_grant_ref, BUFFER, 1, shows=2
        peek "30_and_31", BYTE_AT(FREE+40,240), 2
        with PAGE_AT(FREE+51), 0, 0; grant_op "unmap_and_replace", GNTTABOP_unmap_and_replace, BUFFER, 1, shows=3
        with 0, 0; grant_op "flush_nothing", GNTTABOP_cache_flush, BUFFER, 1, shows=2
        with 0, 0x100c80fa0; grant_op "flush_beyond_a_page", GNTTABOP_cache_flush, BUFFER, 1, shows=2
        with 0, 0x400080000; grant_op "flush_with_unknown_flags", GNTTABOP_cache_flush, BUFFER, 1, shows=2
        with 0, 0x8000000100080000; grant_op "flush_by_reference", GNTTABOP_cache_flush, BUFFER, 1, shows=2
        with 0x100000000000, 0x100080000; grant_op "flush_no_memory", GNTTABOP_cache_flush, BUFFER, 1, shows=2

        table_rule "GNT-207"
        poke "the_source", PAGE_AT(ZONE+70), 1, 2, 3, 4, 5
        put BYTE_AT(FREE+40,160), OWN_ENTRY(ZONE+70,1); peek "entry_20", BYTE_AT(FREE+40,160)
        put BYTE_AT(FREE+40,176), OWN_ENTRY(ZONE+70,5); peek "entry_22", BYTE_AT(FREE+40,176)
        with 20, OWN, GFN(ZONE+80), 0x207ff0, 0x777700010010
        grant_op "of_a_reference", GNTTABOP_copy, BUFFER, 1, shows=5
        peek "copied_by_reference", BYTE_AT(ZONE+80,32), 2
        with GFN(ZONE+80), DOMID_SELF, 20, OWN_PLUS(0x1000000), 0x777700020010
        grant_op "to_a_reference", GNTTABOP_copy, BUFFER, 1, shows=5
        peek "copied_to_a_reference", BYTE_AT(ZONE+70,256), 2
        with 22, OWN, GFN(ZONE+80), 0x207ff0, 0x777700010010
        grant_op "of_a_read-only_reference", GNTTABOP_copy, BUFFER, 1, shows=5
        with GFN(ZONE+80), DOMID_SELF, 22, OWN_PLUS(0x1000000), 0x777700020010
        grant_op "to_a_read-only_reference", GNTTABOP_copy, BUFFER, 1, shows=5
        peek "entries_20_to_22", BYTE_AT(FREE+40,160), 3
        with GFN(ZONE+70), DOMID_SELF, GFN(ZONE+80), 0x87ff0, 0x777700000010
        grant_op "frame_to_frame", GNTTABOP_copy, BUFFER, 1, shows=5
        peek "copied", PAGE_AT(ZONE+80), 4
        with GFN(ZONE+70), OWN, GFN(ZONE+80), 0x87ff0, 0x777700000010
        grant_op "of_a_frame_by_number", GNTTABOP_copy, BUFFER, 1, shows=5
        with 20, 77, GFN(ZONE+80), 0x87ff0, 0x777700010010; grant_op "of_nobody", GNTTABOP_copy, BUFFER, 1, shows=5
        with 20, OTHER, GFN(ZONE+80), 0x87ff0, 0x777700010010
        grant_op "of_the_other", GNTTABOP_copy, BUFFER, 1, shows=5
        with GFN(ZONE+70), 0xffa7ff0, GFN(ZONE+80), 0x87ff0, 0x777700000010
        grant_op "beyond_the_page", GNTTABOP_copy, BUFFER, 1, shows=5
        with GFN(FREE+90), DOMID_SELF, GFN(ZONE+80), 0x87ff0, 0x777700000010
        grant_op "of_a_frame_that_is_not_there", GNTTABOP_copy, BUFFER, 1, shows=5
        with GFN(ZONE+70), DOMID_SELF, GFN(FREE+90), 0x87ff0, 0x777700000010
        grant_op "to_a_frame_that_is_not_there", GNTTABOP_copy, BUFFER, 1, shows=5
        with 0x100000, OWN, GFN(ZONE+80), 0x87ff0, 0x777700010010
        grant_op "of_a_reference_that_is_none", GNTTABOP_copy, BUFFER, 1, shows=5
        with 21, OWN, GFN(ZONE+80), 0x87ff0, 0x777700010010
        grant_op "of_a_reference_not_granted", GNTTABOP_copy, BUFFER, 1, shows=5
        with GFN(ZONE+70), DOMID_SELF, GFN(ZONE+80), 0x87ff0, 0x777700000000
        grant_op "nothing", GNTTABOP_copy, BUFFER, 1, shows=5
        with GFN(ZONE+70), DOMID_SELF, GFN(ZONE+80), 0x407ff0
        put BUFFER_AT(32), 0x777700000008, GFN(ZONE+70), DOMID_SELF, GFN(FREE+90)
        put BUFFER_AT(64), 0x407ff0, 0x777700000008
        grant_op "two_copies", GNTTABOP_copy, BUFFER, 2, shows=9
        peek "copied_as_well", BYTE_AT(ZONE+80,64)
        table_end
#include "lib/end.S"
