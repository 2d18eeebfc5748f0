/*
 * memory_op in one domain, call after call: what is refused, what each call leaves behind, and where work stops.
 */
#include "include/table.S"

        table_rule "MEM-201"
        with DOMID_SELF; memory_op "pages_now", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most", XENMEM_maximum_reservation, BUFFER
        with OWN; memory_op "pages_of_itself_by_number", XENMEM_current_reservation, BUFFER
        with 77; memory_op "pages_of_domain_77", XENMEM_current_reservation, BUFFER
        with 0x7fff; memory_op "pages_of_domain_idle", XENMEM_current_reservation, BUFFER
        with 0x7ff1; memory_op "pages_of_domain_io", XENMEM_current_reservation, BUFFER
        with 0x7ff4; memory_op "pages_of_domain_invalid", XENMEM_current_reservation, BUFFER
        with 77; memory_op "most_pages_of_domain_77", XENMEM_maximum_reservation, BUFFER
        with 0x7fff; memory_op "most_pages_of_domain_idle", XENMEM_maximum_reservation, BUFFER
        with 0x7ff1; memory_op "most_pages_of_domain_io", XENMEM_maximum_reservation, BUFFER
        with 0x7ff4; memory_op "most_pages_of_domain_invalid", XENMEM_maximum_reservation, BUFFER
        with 77; memory_op "highest_gfn_of_domain_77", XENMEM_maximum_gpfn, BUFFER
        with 0x7fff; memory_op "highest_gfn_of_domain_idle", XENMEM_maximum_gpfn, BUFFER
        with 0x7ff1; memory_op "highest_gfn_of_domain_io", XENMEM_maximum_gpfn, BUFFER
        with 0x7ff4; memory_op "highest_gfn_of_domain_invalid", XENMEM_maximum_gpfn, BUFFER
        with 0xabcd7ff0
        memory_op "most_pages_bits_above_16_of_the_domain_ignored", XENMEM_maximum_reservation, BUFFER

        table_rule "MEM-202"
        memory_op "command_0_with_no_argument", XENMEM_increase_reservation
        memory_op "command_1_with_no_argument", XENMEM_decrease_reservation
        memory_op "command_3_with_no_argument", XENMEM_current_reservation
        memory_op "command_4_with_no_argument", XENMEM_maximum_reservation
        memory_op "command_5_with_no_argument", 5
        memory_op "command_6_with_no_argument", XENMEM_populate_physmap
        memory_op "command_7_with_no_argument", XENMEM_add_to_physmap
        memory_op "command_8_with_no_argument", 8
        memory_op "command_9_with_no_argument", 9
        memory_op "command_10_with_no_argument", 10
        memory_op "command_11_with_no_argument", XENMEM_exchange
        memory_op "command_12_with_no_argument", 12
        memory_op "command_13_with_no_argument", 13
        memory_op "command_14_with_no_argument", XENMEM_maximum_gpfn
        memory_op "command_15_with_no_argument", XENMEM_remove_from_physmap
        memory_op "command_16_with_no_argument", 16
        memory_op "command_17_with_no_argument", 17
        memory_op "command_18_with_no_argument", XENMEM_get_sharing_freed_pages
        memory_op "command_19_with_no_argument", XENMEM_get_sharing_shared_pages
        memory_op "command_20_with_no_argument", 20
        memory_op "command_21_with_no_argument", 21
        memory_op "command_22_with_no_argument", 22
        memory_op "command_23_with_no_argument", XENMEM_add_to_physmap_batch
        memory_op "command_24_with_no_argument", XENMEM_claim_pages
        memory_op "command_25_with_no_argument", 25
        memory_op "command_26_with_no_argument", XENMEM_get_vnumainfo
        memory_op "command_27_with_no_argument", XENMEM_reserved_device_memory_map
        memory_op "command_28_with_no_argument", XENMEM_acquire_resource
        memory_op "command_29_with_no_argument", 29
        memory_op "command_30_with_no_argument", 30
        memory_op "command_31_with_no_argument", 31
        memory_op "command_32_with_no_argument", 32
        memory_op "command_33_with_no_argument", 33
        memory_op "command_63_with_no_argument", 63
        memory_op "command_67_with_no_argument", XENMEM_current_reservation+(0x1<<6)
        memory_op "command_71_with_no_argument", XENMEM_add_to_physmap+(0x1<<6)
        memory_op "command_4194311_with_no_argument", XENMEM_add_to_physmap+(0x10000<<6)
        memory_op "command_4194327_with_no_argument", XENMEM_add_to_physmap_batch+(0x10000<<6)

        table_rule "MEM-203"
        memory_op "command_0_from_nowhere", XENMEM_increase_reservation, NOWHERE
        memory_op "command_1_from_nowhere", XENMEM_decrease_reservation, NOWHERE
        memory_op "command_3_from_nowhere", XENMEM_current_reservation, NOWHERE
        memory_op "command_4_from_nowhere", XENMEM_maximum_reservation, NOWHERE
        memory_op "command_6_from_nowhere", XENMEM_populate_physmap, NOWHERE
        memory_op "command_7_from_nowhere", XENMEM_add_to_physmap, NOWHERE
        memory_op "command_9_from_nowhere", 9, NOWHERE
        memory_op "command_11_from_nowhere", XENMEM_exchange, NOWHERE
        memory_op "command_14_from_nowhere", XENMEM_maximum_gpfn, NOWHERE
        memory_op "command_15_from_nowhere", XENMEM_remove_from_physmap, NOWHERE
        memory_op "command_20_from_nowhere", 20, NOWHERE
        memory_op "command_21_from_nowhere", 21, NOWHERE
        memory_op "command_22_from_nowhere", 22, NOWHERE
        memory_op "command_23_from_nowhere", XENMEM_add_to_physmap_batch, NOWHERE
        memory_op "command_24_from_nowhere", XENMEM_claim_pages, NOWHERE
        memory_op "command_26_from_nowhere", XENMEM_get_vnumainfo, NOWHERE
        memory_op "command_27_from_nowhere", XENMEM_reserved_device_memory_map, NOWHERE
        memory_op "command_28_from_nowhere", XENMEM_acquire_resource, NOWHERE
        memory_op "maximum_ram_page_with_a_start", XENMEM_maximum_ram_page+(0x1<<6)
        memory_op "a_command_of_64_bits", 0x100000003
        memory_op "populate_from_nowhere_starting_at_5", XENMEM_populate_physmap+(0x5<<6), NOWHERE
        memory_op "populate_from_nowhere_starting_high", XENMEM_populate_physmap+(0x1234567<<6), NOWHERE

        table_rule "MEM-204"
        with DOMID_SELF, 0, 0, 0, 0; memory_op "vnuma", XENMEM_get_vnumainfo, BUFFER
        with 0x17ff0, 0, 0, 0, 0; memory_op "vnuma_with_padding", XENMEM_get_vnumainfo, BUFFER
        with 77, 0, 0, 0, 0; memory_op "vnuma_of_nobody", XENMEM_get_vnumainfo, BUFFER
        with 0, 10, 0, OWN; memory_op "claim", XENMEM_claim_pages, BUFFER
        with 0, 10, 0, DOMID_SELF; memory_op "claim_of_itself_as_DOMID_SELF", XENMEM_claim_pages, BUFFER
        with 8, 10, 0, OWN; memory_op "claim_with_a_list", XENMEM_claim_pages, BUFFER
        with 0, 10, 1, OWN; memory_op "claim_with_an_order", XENMEM_claim_pages, BUFFER
        with 0, 10, 0, 77; memory_op "claim_of_nobody", XENMEM_claim_pages, BUFFER
        with OWN_PLUS(0x10000), 0, 0, 0
        memory_op "acquire_resource_of_itself", XENMEM_acquire_resource, BUFFER, shows=4
        with 0x17ff0, 0, 0, 0; memory_op "acquire_resource_of_DOMID_SELF", XENMEM_acquire_resource, BUFFER, shows=4
        with 0x1004d, 0, 0, 0; memory_op "acquire_resource_of_nobody", XENMEM_acquire_resource, BUFFER, shows=4
        with 0x17ff0, 0x100000000, 0, 0
        memory_op "acquire_resource_with_padding", XENMEM_acquire_resource, BUFFER, shows=4
        with 0x1004d, 0, 0x100000000, 0
        memory_op "acquire_resource_beyond_32_bits", XENMEM_acquire_resource, BUFFER, shows=4
        with 0, 0, 0, 0; memory_op "reserved_devices", XENMEM_reserved_device_memory_map, BUFFER, shows=3
        with 2, 0, 0, 0; memory_op "reserved_devices_with_flags", XENMEM_reserved_device_memory_map, BUFFER, shows=3
        with DOMID_SELF, 0, 0, 0; memory_op "access_op", 21, BUFFER
        with OTHER; memory_op "pages_of_the_other_domain", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "highest_gfn", XENMEM_maximum_gpfn, BUFFER, flags=ROW_DOMU

        table_rule "MEM-205"
        poke "a_word_of_RAM", PAGE_AT(ZONE), 0x1234
        with DOMID_SELF, 1, GFN(ZONE); memory_op "shared_info_1", XENMEM_add_to_physmap, BUFFER
        with 77, 0, GFN(ZONE); memory_op "shared_info_of_nobody", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, 0, 0x10000000
        memory_op "shared_info_at_gfn_2**28_beyond_the_tables", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, 0, 0xfffffffffffff; memory_op "shared_info_at_gfn_2**52_-_1", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, 0, -1; memory_op "shared_info_at_gfn_-1", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, 0, GFN(ZONE); memory_op "shared_info_over_RAM", XENMEM_add_to_physmap, BUFFER
        peek "it_is_there_the_mask_of_all_events", BYTE_AT(ZONE,48)
        peek "it_is_there_event_masks", BYTE_AT(ZONE,560)
        poke "write_to_it", BYTE_AT(ZONE,2048), 0x5678
        with DOMID_SELF; memory_op "pages_now", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most", XENMEM_maximum_reservation, BUFFER
        with DOMID_SELF, 0, GFN(ZONE); memory_op "shared_info_again_in_the_same_place", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, 0, GFN(FREE); memory_op "shared_info_elsewhere", XENMEM_add_to_physmap, BUFFER
        peek "is_it_there_now", BYTE_AT(FREE,2048)
        peek "is_it_still_at_the_old_place", BYTE_AT(ZONE,2048)
        with OWN, 0, GFN(FREE+1); memory_op "shared_info_by_own_number", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, GFN(ZONE); memory_op "remove_it_from_where_it_is", XENMEM_remove_from_physmap, BUFFER
        peek "it_is_gone", PAGE_AT(ZONE)
        with DOMID_SELF, GFN(ZONE); memory_op "remove_what_is_not_there", XENMEM_remove_from_physmap, BUFFER
        with 77, GFN(ZONE); memory_op "remove_for_nobody", XENMEM_remove_from_physmap, BUFFER
        with DOMID_SELF, -1; memory_op "remove_at_gfn_-1", XENMEM_remove_from_physmap, BUFFER
        with DOMID_SELF, 0, GFN(FREE+2); memory_op "shared_info_elsewhere_after_that", XENMEM_add_to_physmap, BUFFER
        peek "with_all_that_was_in_it", BYTE_AT(FREE+2,2048)
        with DOMID_SELF, GFN(FREE+2); memory_op "remove_it_again", XENMEM_remove_from_physmap, BUFFER

        table_rule "MEM-206"
        with 0x100007ff0, 0, GFN(FREE+3); memory_op "grant_table_0", XENMEM_add_to_physmap, BUFFER
        with 0x100007ff0, 0, GFN(FREE+3); memory_op "grant_table_0_again", XENMEM_add_to_physmap, BUFFER
        with 0x100007ff0, 0, GFN(FREE+4); memory_op "grant_table_0_elsewhere", XENMEM_add_to_physmap, BUFFER
        peek "grant_table_0_at_the_first_place", PAGE_AT(FREE+3)
        peek "grant_table_0_at_the_second", PAGE_AT(FREE+4)
        with 0x100007ff0, 5, GFN(FREE+5); memory_op "grant_table_5_makes_it_grow", XENMEM_add_to_physmap, BUFFER
        with 0x100007ff0, 64, GFN(FREE+6); memory_op "grant_table_64_is_too_many", XENMEM_add_to_physmap, BUFFER
        with 0x100007ff0, 0x80000000, GFN(FREE+6); memory_op "grant_table_by_2**31", XENMEM_add_to_physmap, BUFFER
        with 0x100007ff0, 0x100000000, GFN(FREE+6); memory_op "grant_table_by_2**32", XENMEM_add_to_physmap, BUFFER
        with 0x100007ff0, 0x8000000000000000, GFN(FREE+6)
        memory_op "grant_table_by_2**63_a_status_frame", XENMEM_add_to_physmap, BUFFER
        with 0x100007ff0, 1, GFN(ZONE+1); memory_op "grant_table_over_RAM", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF; memory_op "pages_now", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most", XENMEM_maximum_reservation, BUFFER
        with DOMID_SELF, GFN(ZONE+1); memory_op "remove_grant_table_1", XENMEM_remove_from_physmap, BUFFER
        peek "it_is_gone_and_no_RAM_comes_back", PAGE_AT(ZONE+1)
        with DOMID_SELF; memory_op "pages_now.2", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.2", XENMEM_maximum_reservation, BUFFER

        table_rule "MEM-207"
        with 0x200007ff0, GFN(ZONE+2), GFN(FREE+7)
        memory_op "a_frame_of_its_own_as_gmfn", XENMEM_add_to_physmap, BUFFER
        with 0x300027ff0, GFN(ZONE+2), GFN(FREE+7); memory_op "a_range", XENMEM_add_to_physmap, BUFFER
        with 0x300007ff0, GFN(ZONE+2), GFN(FREE+7); memory_op "an_empty_range", XENMEM_add_to_physmap, BUFFER
        with 0x300017ff0, GFN(ZONE), GFN(FREE+7)
        memory_op "a_range_that_starts_behind_its_end", XENMEM_add_to_physmap+(0x2<<6), BUFFER
        with 0x300077ff0, GFN(ZONE), -3; memory_op "a_range_that_overflows", XENMEM_add_to_physmap, BUFFER
        with 0x400007ff0, 0, GFN(FREE+7); memory_op "foreign_one_at_a_time", XENMEM_add_to_physmap, BUFFER
        with 0x500007ff0, 0x9000, GFN(FREE+7); memory_op "a_device", XENMEM_add_to_physmap, BUFFER
        with 0x50000004d, 0x9000, GFN(FREE+7); memory_op "a_device_of_nobody", XENMEM_add_to_physmap, BUFFER
        with 0x600007ff0, 0, GFN(FREE+7); memory_op "space_6", XENMEM_add_to_physmap, BUFFER
        with 0x4d00007ff0, 0, GFN(FREE+7); memory_op "space_77", XENMEM_add_to_physmap, BUFFER
        with 0xffff00007ff0, 0, GFN(FREE+7); memory_op "space_65535", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, 0, GFN(FREE+7); memory_op "space_2147483648", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, 0, GFN(FREE+7); memory_op "shared_info_with_a_start", XENMEM_add_to_physmap+(0x3<<6), BUFFER
        with DOMID_SELF, GFN(FREE+7); memory_op "remove_that", XENMEM_remove_from_physmap, BUFFER

        table_rule "MEM-208"
        with DOMID_SELF, ARRAY, ARRAY, ARRAY
        with_array 0x7777777777777777
        memory_op "a_batch_of_nothing", XENMEM_add_to_physmap_batch, BUFFER, array=1
        with DOMID_SELF, ARRAY, ARRAY, ARRAY
        with_array 0x7777777777777777
        memory_op "a_batch_of_nothing_starting_at_1", XENMEM_add_to_physmap_batch+(0x1<<6), BUFFER, array=1
        with 0x100007ff0, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array 0, GFN(FREE+8), 0x7777777777777777
        memory_op "a_batch_that_starts_at_its_end", XENMEM_add_to_physmap_batch+(0x1<<6), BUFFER, array=3
        with 0x200007ff0, ARRAY, ARRAY_AT(16), ARRAY_AT(32)
        with_array 0, 1, GFN(FREE+8), GFN(FREE+9), 0x7777777777777777
        memory_op "a_batch_of_shared_info", XENMEM_add_to_physmap_batch, BUFFER, array=5
        with DOMID_SELF, GFN(FREE+8); memory_op "remove_it", XENMEM_remove_from_physmap, BUFFER
        with 0x300017ff0, ARRAY, ARRAY_AT(24), ARRAY_AT(48)
        with_array 7, 99, 8, GFN(FREE+8), GFN(FREE+9), GFN(FREE+10), 0, 0x7777777777777777
        memory_op "a_batch_of_grant_table", XENMEM_add_to_physmap_batch, BUFFER, array=8
        with 0x200007ff0, ARRAY, ARRAY_AT(16), ARRAY_AT(32)
        with_array 1, 1, GFN(FREE+8), -1, 0x7777777777777777
        memory_op "a_batch_to_gfn_-1", XENMEM_add_to_physmap_batch, BUFFER, array=5
        with 0x100037ff0, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array 0, GFN(FREE+8), 0x7777777777777777
        memory_op "a_batch_of_ranges", XENMEM_add_to_physmap_batch, BUFFER, array=3
        with 0x10000004d, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array 0, GFN(FREE+8), 0x7777777777777777
        memory_op "a_batch_for_nobody", XENMEM_add_to_physmap_batch, BUFFER, array=3
        with 0x1000100057ff0, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array 0x9000, GFN(FREE+8), 0x7777777777777777
        memory_op "a_batch_of_devices_reserved_field_set", XENMEM_add_to_physmap_batch, BUFFER, array=3
        with OWN_HIGH(0x100047ff0), ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array GFN(ZONE), GFN(FREE+8), 0x7777777777777777
        memory_op "a_batch_of_own_pages_as_foreign", XENMEM_add_to_physmap_batch, BUFFER, array=3
        with 0x7ff0000100047ff0, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array GFN(ZONE), GFN(FREE+8), 0x7777777777777777
        memory_op "said_by_DOMID_SELF", XENMEM_add_to_physmap_batch, BUFFER, array=3
        with 0x4d000100047ff0, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array GFN(ZONE), GFN(FREE+8), 0x7777777777777777
        memory_op "a_batch_of_nobody_pages", XENMEM_add_to_physmap_batch, BUFFER, array=3
        with 0x7ff2000100047ff0, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array 0, GFN(FREE+8), 0x7777777777777777
        memory_op "a_batch_of_pages_of_domain_0x7ff2", XENMEM_add_to_physmap_batch, BUFFER, array=3, flags=ROW_DOMU
        with 0x7ff1000100047ff0, ARRAY, ARRAY_AT(8), ARRAY_AT(16)
        with_array 0, GFN(FREE+8), 0x7777777777777777
        memory_op "a_batch_of_pages_of_domain_0x7ff1", XENMEM_add_to_physmap_batch, BUFFER, array=3, flags=ROW_DOMU
        with 0x100027ff0, NOWHERE, ARRAY, ARRAY_AT(8)
        with_array 0, 0x7777777777777777
        memory_op "a_batch_with_indices_nowhere", XENMEM_add_to_physmap_batch, BUFFER, array=2
        with 0x100027ff0, ARRAY, NOWHERE, ARRAY_AT(8)
        with_array 0, 0x7777777777777777
        memory_op "a_batch_with_gfns_nowhere", XENMEM_add_to_physmap_batch, BUFFER, array=2
        with 0x100027ff0, ARRAY, ARRAY_AT(8), NOWHERE
        with_array 0, 0, 0x7777777777777777
        memory_op "a_batch_with_errors_nowhere", XENMEM_add_to_physmap_batch, BUFFER, array=3

        table_rule "MEM-209"
        with DOMID_SELF; memory_op "pages_now", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most", XENMEM_maximum_reservation, BUFFER
        poke "a_word_in_it", PAGE_AT(ZONE+16), 0x1111
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(ZONE+16)
        memory_op "give_back_a_page", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with DOMID_SELF; memory_op "pages_now.2", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.2", XENMEM_maximum_reservation, BUFFER
        peek "it_is_gone", PAGE_AT(ZONE+16)
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(ZONE+16)
        memory_op "give_it_back_again", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 3, 0, DOMID_SELF
        with_array GFN(ZONE+17), GFN(ZONE+16), GFN(ZONE+18)
        memory_op "two_of_which_the_second_is_gone", XENMEM_decrease_reservation, BUFFER, shows=2, array=3
        with DOMID_SELF; memory_op "pages_now.3", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.3", XENMEM_maximum_reservation, BUFFER
        with ARRAY, 3, 0, DOMID_SELF
        with_array GFN(ZONE+16), GFN(ZONE+17), GFN(ZONE+18)
        memory_op "populate_all_three", XENMEM_populate_physmap, BUFFER, shows=2, array=3
        with DOMID_SELF; memory_op "pages_now.4", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.4", XENMEM_maximum_reservation, BUFFER
        poke "it_is_there_again", PAGE_AT(ZONE+16), 0x4444
        poke "the_next_one_too", PAGE_AT(ZONE+17), 0x2222
        poke "and_the_last", PAGE_AT(ZONE+18), 0x3333
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+20)
        memory_op "populate_one_too_many", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(ZONE+16)
        memory_op "one_to_give_back_for_it", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+20)
        memory_op "populate_another_gfn", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        poke "another_gfn", PAGE_AT(FREE+20), 0x5555
        with DOMID_SELF; memory_op "pages_now.5", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.5", XENMEM_maximum_reservation, BUFFER
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+20)
        memory_op "give_that_back", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(ZONE+16)
        memory_op "and_have_the_first_again", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        with DOMID_SELF; memory_op "pages_now.6", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.6", XENMEM_maximum_reservation, BUFFER

        table_rule "MEM-210"
        with ARRAY, 2, 0, DOMID_SELF
        with_array GFN(ZONE+16), GFN(ZONE+17)
        memory_op "starting_at_1_of_2", XENMEM_decrease_reservation+(0x1<<6), BUFFER, shows=2, array=2
        poke "the_first_stays", PAGE_AT(ZONE+16), 0x6666
        peek "the_second_goes", PAGE_AT(ZONE+17)
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(ZONE+16)
        memory_op "starting_at_the_end", XENMEM_decrease_reservation+(0x1<<6), BUFFER, shows=2, array=1
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(ZONE+16)
        memory_op "starting_behind_the_end", XENMEM_decrease_reservation+(0x7<<6), BUFFER, shows=2, array=1
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(ZONE+16)
        memory_op "over_a_page_that_is_there_with_none_left", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        with DOMID_SELF; memory_op "pages_now", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most", XENMEM_maximum_reservation, BUFFER
        with ARRAY, 0, 0, DOMID_SELF
        with_array GFN(ZONE+16)
        memory_op "nothing", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 0x4000000, 0, DOMID_SELF
        with_array GFN(ZONE+16)
        memory_op "too_many_to_say", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 0x3ffffff, 0, DOMID_SELF
        with_array GFN(ZONE+20)
        memory_op "2**26_-_1_of_one_page_and_then_nonsense", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 0, 77
        with_array GFN(ZONE+16)
        memory_op "for_nobody", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 0, OWN
        with_array GFN(ZONE+21)
        memory_op "for_itself_by_number", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with NOWHERE, 1, 0, DOMID_SELF; memory_op "a_list_nowhere", XENMEM_decrease_reservation, BUFFER, shows=2
        with NOWHERE, 1, 0, DOMID_SELF; memory_op "a_list_at_NULL", XENMEM_populate_physmap, BUFFER, shows=2
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+30)
        memory_op "unmapped_gfn", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 0, DOMID_SELF
        with_array -1
        memory_op "gfn_-1", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 0, DOMID_SELF
        with_array -1
        memory_op "populate_gfn_-1", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        with ARRAY, 1, 0, DOMID_SELF
        with_array 0x10000000
        memory_op "populate_gfn_2**28", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        with DOMID_SELF; memory_op "pages_now.2", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.2", XENMEM_maximum_reservation, BUFFER

        table_rule "MEM-211"
        with ARRAY, 1, 1, DOMID_SELF
        with_array GFN(FREE)
        memory_op "unmapped_order_1", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 9, DOMID_SELF
        with_array GFN(FREE)
        memory_op "unmapped_order_9", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 10, DOMID_SELF
        with_array GFN(FREE)
        memory_op "unmapped_order_10", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 11, DOMID_SELF
        with_array GFN(FREE)
        memory_op "unmapped_order_11", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 12, DOMID_SELF
        with_array GFN(FREE)
        memory_op "unmapped_order_12", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 18, DOMID_SELF
        with_array GFN(FREE)
        memory_op "unmapped_order_18", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 19, DOMID_SELF
        with_array GFN(FREE)
        memory_op "unmapped_order_19", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 64, DOMID_SELF
        with_array GFN(FREE)
        memory_op "unmapped_order_64", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 1, DOMID_SELF
        with_array GFN(ZONE+24)
        memory_op "order_1", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with DOMID_SELF; memory_op "pages_now", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most", XENMEM_maximum_reservation, BUFFER
        with ARRAY, 1, 1, DOMID_SELF
        with_array GFN(ZONE+25)
        memory_op "order_1_that_is_half_there", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        peek "the_other_half_goes", PAGE_AT(ZONE+26)
        with DOMID_SELF; memory_op "pages_now.2", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.2", XENMEM_maximum_reservation, BUFFER
        with ARRAY, 1, 1, DOMID_SELF
        with_array GFN(ZONE+24)
        memory_op "populate_order_1", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        peek "first_half", PAGE_AT(ZONE+24)
        peek "second_half", PAGE_AT(ZONE+25)
        with ARRAY, 1, 9, DOMID_SELF
        with_array GFN(FREE+512)
        memory_op "populate_order_9", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        with ARRAY, 1, 10, DOMID_SELF
        with_array GFN(FREE)
        memory_op "increase_order_10", XENMEM_increase_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 12, DOMID_SELF
        with_array GFN(FREE)
        memory_op "increase_order_12", XENMEM_increase_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 18, DOMID_SELF
        with_array GFN(FREE)
        memory_op "increase_order_18", XENMEM_increase_reservation, BUFFER, shows=2, array=1
        with ARRAY, 1, 19, DOMID_SELF
        with_array GFN(FREE)
        memory_op "increase_order_19", XENMEM_increase_reservation, BUFFER, shows=2, array=1
        with DOMID_SELF; memory_op "pages_now.3", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.3", XENMEM_maximum_reservation, BUFFER

        table_rule "MEM-212"
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+22)
        memory_op "increase", XENMEM_increase_reservation, BUFFER, shows=2, array=1
        with 0, 1, 0, DOMID_SELF; memory_op "increase_with_no_list", XENMEM_increase_reservation, BUFFER, shows=2
        with 0, 1, 0, 77; memory_op "increase_for_nobody", XENMEM_increase_reservation, BUFFER, shows=2
        with DOMID_SELF; memory_op "pages_now", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most", XENMEM_maximum_reservation, BUFFER
        with 0, 1, 0xc00000000, DOMID_SELF; memory_op "address_bits_12", XENMEM_increase_reservation, BUFFER, shows=2
        with 0, 1, 0xd00000000, DOMID_SELF; memory_op "address_bits_13", XENMEM_increase_reservation, BUFFER, shows=2
        with 0, 1, 0x20000000000, DOMID_SELF; memory_op "node_1", XENMEM_increase_reservation, BUFFER, shows=2
        with 0, 1, 0x2020000000000, DOMID_SELF
        memory_op "exactly_node_1", XENMEM_increase_reservation, BUFFER, shows=2
        with 0, 1, 0x2000000000000, DOMID_SELF
        memory_op "exactly_no_node", XENMEM_increase_reservation, BUFFER, shows=2
        with ARRAY, 1, 0x1000000000000, DOMID_SELF
        with_array GFN(ZONE+19)
        memory_op "populate_on_demand", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        with 0, 1, 0x4000000000000, DOMID_SELF
        memory_op "a_virtual_node", XENMEM_increase_reservation, BUFFER, shows=2
        with DOMID_SELF; memory_op "pages_now.2", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.2", XENMEM_maximum_reservation, BUFFER

        table_rule "MEM-213"
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+31)
        memory_op "the_shared_info_page", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with DOMID_SELF, 0, GFN(FREE+31); memory_op "put_shared_info", XENMEM_add_to_physmap, BUFFER
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+31)
        memory_op "give_shared_info_back", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        peek "is_it_there", BYTE_AT(FREE+31,48)
        with DOMID_SELF; memory_op "pages_now", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most", XENMEM_maximum_reservation, BUFFER
        with DOMID_SELF, 0, GFN(FREE+32); memory_op "put_shared_info_once_more", XENMEM_add_to_physmap, BUFFER
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+32)
        memory_op "populate_over_shared_info_with_none_left", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        peek "what_is_there", BYTE_AT(FREE+32,48)
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+32)
        memory_op "give_shared_info_back_once_more", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with DOMID_SELF, 0, GFN(FREE+33)
        memory_op "put_shared_info_in_another_place_then", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, GFN(FREE+32); memory_op "remove_shared_info", XENMEM_remove_from_physmap, BUFFER
        with ARRAY, 2, 0, DOMID_SELF
        with_array GFN(ZONE+28), GFN(ZONE+29)
        memory_op "some_pages_more", XENMEM_decrease_reservation, BUFFER, shows=2, array=2
        with 0x100007ff0, 9, GFN(FREE+34); memory_op "put_grant_table_9", XENMEM_add_to_physmap, BUFFER
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+34)
        memory_op "populate_over_a_grant_table_frame", XENMEM_populate_physmap, BUFFER, shows=2, array=1
        poke "what_is_there_now", PAGE_AT(FREE+34), 0x7777
        with 0x100007ff0, 9, GFN(FREE+35); memory_op "put_grant_table_9_elsewhere", XENMEM_add_to_physmap, BUFFER
        peek "is_RAM_left_at_the_first_place", PAGE_AT(FREE+34)
        with ARRAY, 1, 0, DOMID_SELF
        with_array GFN(FREE+35)
        memory_op "give_grant_table_9_back", XENMEM_decrease_reservation, BUFFER, shows=2, array=1
        with 0x100007ff0, 9, GFN(FREE+36); memory_op "put_grant_table_9_again", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF; memory_op "pages_now.2", XENMEM_current_reservation, BUFFER
        with DOMID_SELF; memory_op "pages_at_most.2", XENMEM_maximum_reservation, BUFFER

        table_rule "MEM-214"
        with ARRAY, 1, 0, DOMID_SELF, ARRAY_AT(8), 1, 0, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "exchange_a_page", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 0, 0, DOMID_SELF, ARRAY, 0, 0, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "exchange_nothing", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 1, 0, DOMID_SELF, ARRAY_AT(8), 1, 0, DOMID_SELF, 1
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "exchange_what_is_done", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 1, 0, DOMID_SELF, ARRAY_AT(8), 1, 0, DOMID_SELF, 2
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "more_done_than_there_is", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 2, 0, DOMID_SELF, ARRAY_AT(8), 1, 0, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "different_numbers", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 1, 0, DOMID_SELF, ARRAY_AT(8), 1, 0, 77, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "different_domains", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 1, 0, 77, ARRAY_AT(8), 1, 0, 77, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "nobody", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 1, 19, DOMID_SELF, ARRAY, 1, 19, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "too_large_an_order", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 1, 10, DOMID_SELF, ARRAY, 1, 10, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "order_10", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, -1, 1, DOMID_SELF, ARRAY_AT(8), 1, 0, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "overflow", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with NOWHERE, 1, 0, DOMID_SELF, ARRAY_AT(8), 1, 0, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "a_list_nowhere", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 2, 0, DOMID_SELF, ARRAY, 1, 1, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "two_for_one_of_order_1", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 1, 1, DOMID_SELF, ARRAY, 2, 0, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "one_of_order_1_for_two", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        with ARRAY, 1, 0, DOMID_SELF, ARRAY_AT(8), 1, 0x2020000000000, DOMID_SELF, 0
        with_array GFN(ZONE+40), GFN(ZONE+41)
        memory_op "node_1", XENMEM_exchange, BUFFER, shows=1, array=2, looks=BUFFER_AT(64)
        memory_op "exchange_with_a_start", XENMEM_exchange+(0x1<<6)
        table_end
#include "lib/end.S"
