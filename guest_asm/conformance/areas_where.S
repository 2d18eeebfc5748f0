/*
 * Runstate areas at every offset of a page, and across two pages, one of which may be missing.
 */
#include "include/area_steps.S"

        table_rule "RST-201"
        try "offset_0"; seen AT(1,0); no_area
        try "offset_1"; seen AT(1,1); no_area
        try "offset_2"; seen AT(1,2); no_area
        try "offset_3"; seen AT(1,3); no_area
        try "offset_4"; seen AT(1,4); no_area
        try "offset_5"; seen AT(1,5); no_area
        try "offset_6"; seen AT(1,6); no_area
        try "offset_7"; seen AT(1,7); no_area
        try "offset_8"; seen AT(1,8); no_area
        try "offset_64"; seen AT(1,64); no_area
        try "offset_2047"; seen AT(1,2047); no_area
        try "offset_4047"; seen AT(1,4047); no_area
        try "offset_4048"; seen AT(1,4048); no_area

        table_rule "RST-202"
        try "crossing_at_4049"; seen AT(1,4049); no_area
        try "crossing_at_4050"; seen AT(1,4050); no_area
        try "crossing_at_4056"; seen AT(1,4056); no_area
        try "crossing_at_4063"; seen AT(1,4063); no_area
        try "crossing_at_4064"; seen AT(1,4064); no_area
        try "crossing_at_4072"; seen AT(1,4072); no_area
        try "crossing_at_4079"; seen AT(1,4079); no_area
        try "crossing_at_4080"; seen AT(1,4080); no_area
        try "crossing_at_4081"; seen AT(1,4081); no_area

        table_rule "RST-203"
        try "crossing_at_4084"; seen AT(1,4084); no_area
        try "crossing_at_4084_second_page_unmapped"; unmap AT(2,0); published AT(1,4084); no_area
        try "crossing_at_4084_second_page_read-only"; map AT(2,0), 2, DATA+READ_ONLY; published AT(1,4084); no_area
        try "crossing_at_4084_first_page_unmapped"; unmap AT(1,0); published AT(1,4084); no_area
        try "crossing_at_4084_with_the_flag_second_page_unmapped"; unmap AT(2,0); flag_on; published AT(1,4084)
            flag_off; no_area
        try "crossing_at_4084_with_the_flag_first_page_unmapped"; unmap AT(1,0); flag_on; published AT(1,4084)
            flag_off; no_area
        try "crossing_at_4084_into_a_page_far_away"; map AT(2,0), 0; published AT(1,4084); no_area
        try "crossing_at_4084_into_the_same_page"; map AT(2,0), 1; published AT(1,4084); no_area
        try "crossing_at_4087"; seen AT(1,4087); no_area
        try "crossing_at_4087_second_page_unmapped"; unmap AT(2,0); published AT(1,4087); no_area
        try "crossing_at_4087_second_page_read-only"; map AT(2,0), 2, DATA+READ_ONLY; published AT(1,4087); no_area
        try "crossing_at_4087_first_page_unmapped"; unmap AT(1,0); published AT(1,4087); no_area
        try "crossing_at_4087_with_the_flag_second_page_unmapped"; unmap AT(2,0); flag_on; published AT(1,4087)
            flag_off; no_area
        try "crossing_at_4087_with_the_flag_first_page_unmapped"; unmap AT(1,0); flag_on; published AT(1,4087)
            flag_off; no_area
        try "crossing_at_4087_into_a_page_far_away"; map AT(2,0), 0; published AT(1,4087); no_area
        try "crossing_at_4087_into_the_same_page"; map AT(2,0), 1; published AT(1,4087); no_area
        try "crossing_at_4088"; seen AT(1,4088); no_area
        try "crossing_at_4088_second_page_unmapped"; unmap AT(2,0); published AT(1,4088); no_area
        try "crossing_at_4088_second_page_read-only"; map AT(2,0), 2, DATA+READ_ONLY; published AT(1,4088); no_area
        try "crossing_at_4088_first_page_unmapped"; unmap AT(1,0); published AT(1,4088); no_area
        try "crossing_at_4088_with_the_flag_second_page_unmapped"; unmap AT(2,0); flag_on; published AT(1,4088)
            flag_off; no_area
        try "crossing_at_4088_with_the_flag_first_page_unmapped"; unmap AT(1,0); flag_on; published AT(1,4088)
            flag_off; no_area
        try "crossing_at_4088_into_a_page_far_away"; map AT(2,0), 0; published AT(1,4088); no_area
        try "crossing_at_4088_into_the_same_page"; map AT(2,0), 1; published AT(1,4088); no_area
        try "crossing_at_4092"; seen AT(1,4092); no_area
        try "crossing_at_4092_second_page_unmapped"; unmap AT(2,0); published AT(1,4092); no_area
        try "crossing_at_4092_second_page_read-only"; map AT(2,0), 2, DATA+READ_ONLY; published AT(1,4092); no_area
        try "crossing_at_4092_first_page_unmapped"; unmap AT(1,0); published AT(1,4092); no_area
        try "crossing_at_4092_with_the_flag_second_page_unmapped"; unmap AT(2,0); flag_on; published AT(1,4092)
            flag_off; no_area
        try "crossing_at_4092_with_the_flag_first_page_unmapped"; unmap AT(1,0); flag_on; published AT(1,4092)
            flag_off; no_area
        try "crossing_at_4092_into_a_page_far_away"; map AT(2,0), 0; published AT(1,4092); no_area
        try "crossing_at_4092_into_the_same_page"; map AT(2,0), 1; published AT(1,4092); no_area
        try "crossing_at_4095"; seen AT(1,4095); no_area
        try "crossing_at_4095_second_page_unmapped"; unmap AT(2,0); published AT(1,4095); no_area
        try "crossing_at_4095_second_page_read-only"; map AT(2,0), 2, DATA+READ_ONLY; published AT(1,4095); no_area
        try "crossing_at_4095_first_page_unmapped"; unmap AT(1,0); published AT(1,4095); no_area
        try "crossing_at_4095_with_the_flag_second_page_unmapped"; unmap AT(2,0); flag_on; published AT(1,4095)
            flag_off; no_area
        try "crossing_at_4095_with_the_flag_first_page_unmapped"; unmap AT(1,0); flag_on; published AT(1,4095)
            flag_off; no_area
        try "crossing_at_4095_into_a_page_far_away"; map AT(2,0), 0; published AT(1,4095); no_area
        try "crossing_at_4095_into_the_same_page"; map AT(2,0), 1; published AT(1,4095); no_area
        table_end
#include "lib/end.S"
