/*
 * Runstate areas at every kind of address: low, high, between the halves, unmapped, read-only, without memory.
 */
#include "include/area_steps.S"

        table_rule "RST-204"
        try "NULL"; no_area; show; doze; show
        try "NULL_where_VA_0_is_mapped"; map 0, 1; no_area; show; fill; doze; show; unmap 0
        try "VA_1_mapped"; map 0, 1; published 1; unmap 0; no_area
        try "VA_4_mapped"; map 0, 1; published 4; unmap 0; no_area
        try "VA_8_mapped"; map 0, 1; published 8; unmap 0; no_area
        try "VA_4088_mapped"; map 0, 1; published 4088; unmap 0; no_area
        try "VA_1_unmapped"; published 1; no_area
        try "VA_8_unmapped"; published 8; no_area
        try "VA_4096_unmapped"; published 0x1000; no_area

        table_rule "RST-205"
        try "unmapped"; unmap AT(1,0); published AT(1,0); no_area
        try "unmapped_and_unaligned"; unmap AT(1,0); published AT(1,4); no_area
        try "read-only"; map AT(1,0), 1, DATA+READ_ONLY; published AT(1,0); no_area
        try "read-only_for_all"; map AT(1,0), 1, DATA+READ_ONLY+USER_TOO; published AT(1,0); no_area
        try "for_user_mode_too"; map AT(1,0), 1, DATA+USER_TOO; published AT(1,0); no_area
        try "no_access_flag"; map AT(1,0), 1, DATA-AF; published AT(1,0); no_area
        try "no_access_flag_read-only"; map AT(1,0), 1, DATA-AF+READ_ONLY; published AT(1,0); no_area
        try "a_reserved_descriptor"; map AT(1,0), 1, DATA-2; published AT(1,0); no_area
        try "device_attributes"; map AT(1,0), 1, DATA+4; published AT(1,0); no_area

        table_rule "RST-206"
        try "the_upper_half_with_bit_39_clear"; published 0xffffff0000101000; no_area
        try "the_lower_half_with_bit_39_set"; map USER_PAGE, 1; published 0x8000500000; no_area
        try "the_upper_half_with_bit_47_clear"; published 0xffff7f8000101000; no_area
        try "the_lower_half_with_bit_47_set"; map USER_PAGE, 1; published 0x800000500000; no_area
        try "the_upper_half_with_bit_48_clear"; published 0xfffeff8000101000; no_area
        try "the_lower_half_with_bit_48_set"; map USER_PAGE, 1; published 0x1000000500000; no_area
        try "the_upper_half_with_bit_52_clear"; published 0xffefff8000101000; no_area
        try "the_lower_half_with_bit_52_set"; map USER_PAGE, 1; published 0x10000000500000; no_area
        try "the_upper_half_with_bit_54_clear"; published 0xffbfff8000101000; no_area
        try "the_lower_half_with_bit_54_set"; map USER_PAGE, 1; published 0x40000000500000; no_area
        try "the_upper_half_with_bit_60_clear"; published 0xefffff8000101000; no_area
        try "the_lower_half_with_bit_60_set"; map USER_PAGE, 1; published 0x1000000000500000; no_area
        try "the_upper_half_with_bit_63_clear"; published 0x7fffff8000101000; no_area
        try "the_lower_half_with_bit_63_set"; map USER_PAGE, 1; published 0x8000000000500000; no_area
        try "between_the_halves_nothing_there"; published 0x1000000000000000; no_area
        try "the_lower_half"; map USER_PAGE, 1; published USER_PAGE, doze, user_doze, block; no_area
        try "the_user_code"; published 0x400000; no_area
        try "the_user_data"; published 0x410000; no_area

        table_rule "RST-207"
        try "the_last_page_of_the_address_space_0"; map TOP_PAGE, 1; map 0, 2; published TOP_PAGE; unmap TOP_PAGE
            unmap 0; no_area
        try "the_last_page_of_the_address_space_0_VA_0_unmapped"; map TOP_PAGE, 1; published TOP_PAGE; unmap TOP_PAGE
            no_area
        try "the_last_page_of_the_address_space_4048"; map TOP_PAGE, 1; map 0, 2; published TOP_PAGE+0xfd0
            unmap TOP_PAGE; unmap 0; no_area
        try "the_last_page_of_the_address_space_4048_VA_0_unmapped"; map TOP_PAGE, 1; published TOP_PAGE+0xfd0
            unmap TOP_PAGE; no_area
        try "the_last_page_of_the_address_space_4056"; map TOP_PAGE, 1; map 0, 2; published TOP_PAGE+0xfd8
            unmap TOP_PAGE; unmap 0; no_area
        try "the_last_page_of_the_address_space_4056_VA_0_unmapped"; map TOP_PAGE, 1; published TOP_PAGE+0xfd8
            unmap TOP_PAGE; no_area
        try "the_last_page_of_the_address_space_4088"; map TOP_PAGE, 1; map 0, 2; published TOP_PAGE+0xff8
            unmap TOP_PAGE; unmap 0; no_area
        try "the_last_page_of_the_address_space_4088_VA_0_unmapped"; map TOP_PAGE, 1; published TOP_PAGE+0xff8
            unmap TOP_PAGE; no_area

        table_rule "RST-208"
        try "an_IPA_nowhere"; describe AT(1,0), NOWHERE+DATA; published AT(1,0); no_area
        try "crossing_into_an_IPA_nowhere"; describe AT(2,0), NOWHERE+DATA; published AT(1,4088); no_area
        try "an_IPA_at_the_GIC"; describe AT(1,0), 0x3001000+DATA; published AT(1,0); no_area
        try "crossing_into_an_IPA_at_the_GIC"; describe AT(2,0), 0x3001000+DATA; published AT(1,4088); no_area
        try "an_IPA_past_40_bits"; describe AT(1,0), 0x20000000000+DATA; published AT(1,0); no_area
        try "crossing_into_an_IPA_past_40_bits"; describe AT(2,0), 0x20000000000+DATA; published AT(1,4088); no_area
        try "two_addresses_of_one_page"; map AT(2,0), 1; published AT(2,8); no_area
        table_end
#include "lib/end.S"
