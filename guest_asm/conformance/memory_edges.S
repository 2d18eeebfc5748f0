/*
 * memory_op at the edges: of the map, of flags, orders and counts.
 */
#include "include/table.S"

#define LAST_GFN        0xfffffff       /* of 40 bits of address */
#define ADD(space)      DOMID_SELF+((space)<<32)
#define BATCH(count, space) ((count)<<32)+((space)<<16)+DOMID_SELF
#define GRANT           XENMAPSPACE_grant_table
#define EXTENTS(list, count, order, flags) list, count, ((flags)<<32)+(order), DOMID_SELF
#define MOST            0x4000000       /* more extents than a command can count */
#define FROM(n)         ((n)<<6)

        table_rule "MEM-306"
        with ADD(GRANT), 0, 0; memory_op "at_gfn_0", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, 0; memory_op "away_from_0", XENMEM_remove_from_physmap, BUFFER
        with DOMID_SELF, 0; memory_op "away_again", XENMEM_remove_from_physmap, BUFFER
        with ADD(GRANT), 0, LAST_GFN; memory_op "at_the_last_gfn", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF; memory_op "the_highest_that_was_mapped", XENMEM_maximum_gpfn, BUFFER
        with DOMID_SELF, LAST_GFN; memory_op "away_from_there", XENMEM_remove_from_physmap, BUFFER
        with ADD(GRANT), 0, LAST_GFN+1; memory_op "beyond_the_last", XENMEM_add_to_physmap, BUFFER
        with ADD(GRANT), 0, GFN(FREE+40); memory_op "then_where_it_belongs", XENMEM_add_to_physmap, BUFFER
        with DOMID_SELF, LAST_GFN+1; memory_op "away_from_beyond", XENMEM_remove_from_physmap, BUFFER
        with DOMID_SELF, -1; memory_op "away_from_nowhere", XENMEM_remove_from_physmap, BUFFER
        with ADD(GRANT), 63, GFN(FREE+41); memory_op "the_last_frame", XENMEM_add_to_physmap, BUFFER
        with ADD(GRANT), 64, GFN(FREE+42); memory_op "a_frame_too_many", XENMEM_add_to_physmap, BUFFER
        with ADD(GRANT), 1, GFN(FREE+42); memory_op "from_65535_on", XENMEM_add_to_physmap+FROM(0xffff), BUFFER
        with ADD(GRANT), 1, GFN(FREE+42); memory_op "from_65536_on", XENMEM_add_to_physmap+FROM(0x10000), BUFFER
        with BATCH(1, GRANT), ARRAY, ARRAY, ARRAY; memory_op "list_from_65535_on", XENMEM_add_to_physmap_batch+FROM(0xffff), BUFFER
        with BATCH(1, GRANT), ARRAY, ARRAY, ARRAY; memory_op "list_from_65536_on", XENMEM_add_to_physmap_batch+FROM(0x10000), BUFFER
        with BATCH(1, GRANT), ARRAY, ARRAY, ARRAY; memory_op "list_from_its_end", XENMEM_add_to_physmap_batch+FROM(1), BUFFER
        with ADD(XENMAPSPACE_gmfn_range)+(1<<16), 0, -2; memory_op "range_to_the_very_end", XENMEM_add_to_physmap, BUFFER
        with ADD(XENMAPSPACE_gmfn_range)+(2<<16), 0, -2; memory_op "range_beyond_the_end", XENMEM_add_to_physmap, BUFFER
        with ADD(XENMAPSPACE_gmfn_range)+(1<<16), -2, 5; memory_op "range_from_the_very_end", XENMEM_add_to_physmap, BUFFER
        with ADD(XENMAPSPACE_gmfn_range)+(1<<16), -1, 5; memory_op "range_from_beyond_it", XENMEM_add_to_physmap, BUFFER
        with ADD(XENMAPSPACE_gmfn_range)+(1<<16), 4, 5; memory_op "range_from_its_end", XENMEM_add_to_physmap+FROM(1), BUFFER

        table_rule "MEM-307"
        with EXTENTS(ARRAY, 2, 0, 0)
        with_array GFN(ZONE), GFN(ZONE+1)
        memory_op "take_two", XENMEM_decrease_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 0, 1)
        with_array GFN(ZONE)
        memory_op "of_1_bit", XENMEM_populate_physmap, BUFFER
        with EXTENTS(ARRAY, 1, 0, 11)
        with_array GFN(ZONE)
        memory_op "of_11_bits", XENMEM_populate_physmap, BUFFER
        with EXTENTS(ARRAY, 1, 0, 12)
        with_array GFN(ZONE)
        memory_op "of_12_bits", XENMEM_populate_physmap, BUFFER
        with EXTENTS(ARRAY, 1, 0, 13)
        with_array GFN(ZONE)
        memory_op "of_13_bits", XENMEM_populate_physmap, BUFFER
        with EXTENTS(ARRAY, 1, 0, 64)
        with_array GFN(ZONE)
        memory_op "of_64_bits", XENMEM_populate_physmap, BUFFER
        with EXTENTS(ARRAY, 1, 0, 0x100)
        with_array GFN(ZONE+1)
        memory_op "of_node_0", XENMEM_populate_physmap, BUFFER
        with EXTENTS(ARRAY, 1, 0, 0x100)
        with_array GFN(ZONE+1)
        memory_op "what_is_there_again", XENMEM_populate_physmap, BUFFER
        with EXTENTS(ARRAY, 1, 0, 0x200); memory_op "of_node_1", XENMEM_increase_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 0, 0xff00); memory_op "of_node_254", XENMEM_increase_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 0, 0x20100); memory_op "of_exactly_node_0", XENMEM_increase_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 0, 0x20200); memory_op "of_exactly_node_1", XENMEM_increase_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 0, 0x40200); memory_op "of_virtual_node_1", XENMEM_increase_reservation, BUFFER
        with EXTENTS(ARRAY, 2, 0, 0); memory_op "from_1_of_2", XENMEM_increase_reservation+FROM(1), BUFFER
        with EXTENTS(ARRAY, 2, 0, 0); memory_op "from_2_of_2", XENMEM_increase_reservation+FROM(2), BUFFER
        with EXTENTS(ARRAY, 2, 0, 0); memory_op "from_3_of_2", XENMEM_increase_reservation+FROM(3), BUFFER
        with EXTENTS(ARRAY, MOST, 0, 0); memory_op "too_many", XENMEM_decrease_reservation, BUFFER
        with EXTENTS(ARRAY, MOST-1, 0, 0)
        with_array -1
        memory_op "almost_too_many", XENMEM_decrease_reservation, BUFFER
        with EXTENTS(NOWHERE, 1, 0, 0); memory_op "a_list_nowhere", XENMEM_decrease_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 9, 0)
        with_array -1
        memory_op "order_9", XENMEM_decrease_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 10, 0)
        with_array -1
        memory_op "order_10", XENMEM_decrease_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 18, 0)
        with_array -1
        memory_op "order_18", XENMEM_decrease_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 1, 0)
        with_array GFN(ZONE+2)
        memory_op "take_a_pair", XENMEM_decrease_reservation, BUFFER
        with EXTENTS(ARRAY, 1, 1, 0)
        with_array GFN(ZONE+2)
        memory_op "give_a_pair", XENMEM_populate_physmap, BUFFER
        poke "write_there", PAGE_AT(ZONE+3), 0x1234
        peek "read_there", PAGE_AT(ZONE+3)
        with EXTENTS(ARRAY, 1, 0, 0)
        with_array GFN(FREE+40)
        memory_op "give_nothing_back", XENMEM_decrease_reservation, BUFFER

        table_rule "MEM-308"
        with EXTENTS(ARRAY, 1, 0, 0), EXTENTS(ARRAY, 1, 0, 0), 0
        with_array GFN(ZONE+4)
        memory_op "exchange", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 1, 0, 0), EXTENTS(ARRAY, 1, 0, 0), 1; memory_op "all_is_exchanged", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 1, 0, 0), EXTENTS(ARRAY, 1, 0, 0), 2; memory_op "more_is_exchanged", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 4, 0, 0), EXTENTS(ARRAY, 1, 2, 0), 3
        with_array GFN(ZONE+4), GFN(ZONE+5), GFN(ZONE+6), GFN(ZONE+7)
        memory_op "small_for_a_large_one", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 5, 0, 0), EXTENTS(ARRAY, 1, 2, 0), 0; memory_op "five_for_four", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 8, 0, 0), EXTENTS(ARRAY, 2, 2, 0), 5
        with_array GFN(ZONE+4), GFN(ZONE+5), GFN(ZONE+6), GFN(ZONE+7), -1
        memory_op "from_the_second_large_one", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(NOWHERE, 8, 0, 0), EXTENTS(ARRAY, 2, 2, 0), 5; memory_op "a_list_nowhere", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 1, 2, 0), EXTENTS(ARRAY, 4, 0, 0), 0
        with_array GFN(ZONE+4)
        memory_op "a_large_one_for_small", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 1, 9, 0), EXTENTS(ARRAY, 1, 9, 0), 0; memory_op "order_9", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 1, 10, 0), EXTENTS(ARRAY, 1, 10, 0), 0; memory_op "order_10", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 1, 0, 0), EXTENTS(ARRAY, 1, 10, 0), 0; memory_op "one_order_10", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 1, 18, 0), EXTENTS(ARRAY, 1, 18, 0), 0; memory_op "order_18", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, -1, 0, 0), EXTENTS(ARRAY, -1, 0, 0), -1; memory_op "as_many_as_there_can_be", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 0x7fffffffffffffff, 1, 0), EXTENTS(ARRAY, 0x7fffffffffffffff, 1, 0), 0x7fffffffffffffff; memory_op "of_order_1", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 0x8000000000000000, 1, 0), EXTENTS(ARRAY, 0x8000000000000000, 1, 0), 0x8000000000000000; memory_op "more_than_there_can_be", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 1, 0, 0), EXTENTS(ARRAY, 0x8000000000000000, 1, 0), 0; memory_op "more_than_there_can_be_for_1", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 0, 0, 0), EXTENTS(ARRAY, 0, 0, 0), 0; memory_op "nothing", XENMEM_exchange, BUFFER, shows=9
        with EXTENTS(ARRAY, 1, 0, 0), EXTENTS(ARRAY, 1, 0, 0x200), 0; memory_op "of_node_1", XENMEM_exchange, BUFFER, shows=9
        with 0, 16384, 0, DOMID_SELF; memory_op "claim_all", XENMEM_claim_pages, BUFFER
        with 0, 16385, 0, DOMID_SELF; memory_op "claim_more", XENMEM_claim_pages, BUFFER
        with 0, 16384, 0, OWN; memory_op "claim_all_by_number", XENMEM_claim_pages, BUFFER
        with EXTENTS(ARRAY, 1, 0, 0)
        with_array GFN(ZONE+8)
        memory_op "take_one", XENMEM_decrease_reservation, BUFFER
        with 0, 16384, 0, OWN; memory_op "claim_all_then", XENMEM_claim_pages, BUFFER
        with 0, 16383, 0, OWN; memory_op "claim_what_is_there", XENMEM_claim_pages, BUFFER

        table_end
#include "lib/end.S"
