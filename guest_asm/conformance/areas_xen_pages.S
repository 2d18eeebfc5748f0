/*
 * Runstate areas over Xen's pages: shared_info and the grant table, which are moved and removed.
 */
#include "include/area_steps.S"
#include "include/area_corner_steps.S"
#include "include/area_corner_rows.S"

        table_rule "RST-217"
        try "shared_info_not_there_yet"; remove (SHARED_INFO_IPA>>12); describe AT(5,0), NOWHERE+DATA
            published AT(5,3072); no_area
        try "shared_info"; xen_page SHARED_INFO, (SHARED_INFO_IPA>>12); describe AT(5,0), NOWHERE+DATA
            seen_at AT(5,3072); no_area
        try "shared_info_unaligned"; seen_at AT(5,3076); no_area
        try "shared_info_its_last_bytes"; seen_at AT(5,4048); no_area
        try "from_RAM_into_shared_info_at_4056"; map AT(4,0), 1; area_at AT(4,4056); show_words; poke 0, AT(5,0); fill
            doze; show_words; poke 0, AT(5,0); no_area
        try "from_shared_info_into_RAM_at_4056"; map AT(6,0), 1; seen_at AT(5,4056); no_area
        try "from_shared_info_into_a_hole_at_4056"; describe AT(6,0), HOLE+DATA; area_at AT(5,4056); doze; no_area
        try "from_RAM_into_shared_info_at_4088"; map AT(4,0), 1; area_at AT(4,4088); show_words; poke 0, AT(5,0); fill
            doze; show_words; poke 0, AT(5,0); no_area
        try "from_shared_info_into_RAM_at_4088"; map AT(6,0), 1; seen_at AT(5,4088); no_area
        try "from_shared_info_into_a_hole_at_4088"; describe AT(6,0), HOLE+DATA; area_at AT(5,4088); doze; no_area
        try "shared_info_which_moves_away_and_back"; area_at AT(5,3072); paint AT(5,3072)
            xen_page SHARED_INFO, (SHARED_INFO_IPA>>12)+2; remove (SHARED_INFO_IPA>>12)
            xen_page SHARED_INFO, (SHARED_INFO_IPA>>12)+2; doze; describe AT(6,0), NOWHERE+0x2000+DATA; look AT(6,3072)
            area_at AT(5,3072); doze; look AT(6,3072); remove (SHARED_INFO_IPA>>12)+2
            xen_page SHARED_INFO, (SHARED_INFO_IPA>>12); paint AT(5,3072); doze; look AT(5,3072); no_area
        try "shared_info_which_is_removed"; area_at AT(5,3072); remove (SHARED_INFO_IPA>>12); doze
            xen_page SHARED_INFO, (SHARED_INFO_IPA>>12); paint AT(5,3072); doze; look AT(5,3072); no_area; unmap AT(5,0)
            unmap AT(6,0)

        table_rule "RST-218"
        try "the_grant_table_not_there_yet"; remove (GRANT_TABLE_IPA>>12); describe AT(5,0), NOWHERE+0x1000+DATA
            published AT(5,3072); no_area
        try "the_grant_table"; xen_page GRANT_TABLE, (GRANT_TABLE_IPA>>12); describe AT(5,0), NOWHERE+0x1000+DATA
            seen_at AT(5,3072); no_area
        try "the_grant_table_unaligned"; seen_at AT(5,3076); no_area
        try "the_grant_table_its_last_bytes"; seen_at AT(5,4048); no_area
        try "from_RAM_into_the_grant_table_at_4056"; map AT(4,0), 1; area_at AT(4,4056); show_words; poke 0, AT(5,0)
            fill; doze; show_words; poke 0, AT(5,0); no_area
        try "from_the_grant_table_into_RAM_at_4056"; map AT(6,0), 1; seen_at AT(5,4056); no_area
        try "from_the_grant_table_into_a_hole_at_4056"; describe AT(6,0), HOLE+DATA; area_at AT(5,4056); doze; no_area
        try "from_RAM_into_the_grant_table_at_4088"; map AT(4,0), 1; area_at AT(4,4088); show_words; poke 0, AT(5,0)
            fill; doze; show_words; poke 0, AT(5,0); no_area
        try "from_the_grant_table_into_RAM_at_4088"; map AT(6,0), 1; seen_at AT(5,4088); no_area
        try "from_the_grant_table_into_a_hole_at_4088"; describe AT(6,0), HOLE+DATA; area_at AT(5,4088); doze; no_area
        try "the_grant_table_which_moves_away_and_back"; area_at AT(5,3072); paint AT(5,3072)
            xen_page GRANT_TABLE, (GRANT_TABLE_IPA>>12)+2; remove (GRANT_TABLE_IPA>>12)
            xen_page GRANT_TABLE, (GRANT_TABLE_IPA>>12)+2; doze; describe AT(6,0), NOWHERE+0x3000+DATA; look AT(6,3072)
            area_at AT(5,3072); doze; look AT(6,3072); remove (GRANT_TABLE_IPA>>12)+2
            xen_page GRANT_TABLE, (GRANT_TABLE_IPA>>12); paint AT(5,3072); doze; look AT(5,3072); no_area
        try "the_grant_table_which_is_removed"; area_at AT(5,3072); remove (GRANT_TABLE_IPA>>12); doze
            xen_page GRANT_TABLE, (GRANT_TABLE_IPA>>12); paint AT(5,3072); doze; look AT(5,3072); no_area; unmap AT(5,0)
            unmap AT(6,0)
        table_end
#include "lib/end.S"
