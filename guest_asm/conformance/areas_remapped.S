/*
 * Changes to the mapping of a runstate area after its registration.
 */
#include "include/area_steps.S"

        table_rule "RST-213"
        try "unmapped_wfi"; area_at AT(1,0); unmap AT(1,0); fill; doze; show; map AT(1,0), 1; fill; doze; show; no_area
        try "unmapped_wfi_with_the_flag"; flag_on; area_at AT(1,0); unmap AT(1,0); fill; doze; show; map AT(1,0), 1
            fill; doze; show; flag_off; no_area
        try "unmapped_block"; area_at AT(1,0); unmap AT(1,0); fill; block; show; map AT(1,0), 1; fill; block; show
            no_area
        try "unmapped_poll"; area_at AT(1,0); unmap AT(1,0); fill; poll; show; map AT(1,0), 1; fill; poll; show; no_area
        try "unmapped_user_wfi_with_the_flag"; flag_on; area_at AT(1,0); unmap AT(1,0); fill; user_doze; show
            map AT(1,0), 1; fill; user_doze; show; flag_off; no_area
        try "moved_wfi"; area_at AT(1,0); map AT(1,0), 3; fill; doze; show; map AT(1,0), 1; fill; doze; show; no_area
        try "moved_wfi_with_the_flag"; flag_on; area_at AT(1,0); map AT(1,0), 3; fill; doze; show; map AT(1,0), 1
            fill; doze; show; flag_off; no_area
        try "moved_block"; area_at AT(1,0); map AT(1,0), 3; fill; block; show; map AT(1,0), 1; fill; block; show
            no_area
        try "moved_poll"; area_at AT(1,0); map AT(1,0), 3; fill; poll; show; map AT(1,0), 1; fill; poll; show; no_area
        try "moved_user_wfi_with_the_flag"; flag_on; area_at AT(1,0); map AT(1,0), 3; fill; user_doze; show
            map AT(1,0), 1; fill; user_doze; show; flag_off; no_area
        try "read-only_wfi"; area_at AT(1,0); map AT(1,0), 1, DATA+READ_ONLY; fill; doze; show; map AT(1,0), 1; fill
            doze; show; no_area
        try "read-only_wfi_with_the_flag"; flag_on; area_at AT(1,0); map AT(1,0), 1, DATA+READ_ONLY; fill; doze; show
            map AT(1,0), 1; fill; doze; show; flag_off; no_area
        try "read-only_block"; area_at AT(1,0); map AT(1,0), 1, DATA+READ_ONLY; fill; block; show; map AT(1,0), 1
            fill; block; show; no_area
        try "read-only_poll"; area_at AT(1,0); map AT(1,0), 1, DATA+READ_ONLY; fill; poll; show; map AT(1,0), 1; fill
            poll; show; no_area
        try "read-only_user_wfi_with_the_flag"; flag_on; area_at AT(1,0); map AT(1,0), 1, DATA+READ_ONLY; fill
            user_doze; show; map AT(1,0), 1; fill; user_doze; show; flag_off; no_area
        try "without_access_flag_wfi"; area_at AT(1,0); map AT(1,0), 1, DATA-AF; fill; doze; show; map AT(1,0), 1
            fill; doze; show; no_area
        try "without_access_flag_wfi_with_the_flag"; flag_on; area_at AT(1,0); map AT(1,0), 1, DATA-AF; fill; doze
            show; map AT(1,0), 1; fill; doze; show; flag_off; no_area
        try "without_access_flag_block"; area_at AT(1,0); map AT(1,0), 1, DATA-AF; fill; block; show; map AT(1,0), 1
            fill; block; show; no_area
        try "without_access_flag_poll"; area_at AT(1,0); map AT(1,0), 1, DATA-AF; fill; poll; show; map AT(1,0), 1
            fill; poll; show; no_area
        try "without_access_flag_user_wfi_with_the_flag"; flag_on; area_at AT(1,0); map AT(1,0), 1, DATA-AF; fill
            user_doze; show; map AT(1,0), 1; fill; user_doze; show; flag_off; no_area
        try "for_user_mode_wfi"; area_at AT(1,0); map AT(1,0), 1, DATA+USER_TOO; fill; doze; show; map AT(1,0), 1
            fill; doze; show; no_area
        try "for_user_mode_wfi_with_the_flag"; flag_on; area_at AT(1,0); map AT(1,0), 1, DATA+USER_TOO; fill; doze
            show; map AT(1,0), 1; fill; doze; show; flag_off; no_area
        try "for_user_mode_block"; area_at AT(1,0); map AT(1,0), 1, DATA+USER_TOO; fill; block; show; map AT(1,0), 1
            fill; block; show; no_area
        try "for_user_mode_poll"; area_at AT(1,0); map AT(1,0), 1, DATA+USER_TOO; fill; poll; show; map AT(1,0), 1
            fill; poll; show; no_area
        try "for_user_mode_user_wfi_with_the_flag"; flag_on; area_at AT(1,0); map AT(1,0), 1, DATA+USER_TOO; fill
            user_doze; show; map AT(1,0), 1; fill; user_doze; show; flag_off; no_area
        try "sent_nowhere_wfi"; area_at AT(1,0); describe AT(1,0), NOWHERE+DATA; fill; doze; show; map AT(1,0), 1
            fill; doze; show; no_area
        try "sent_nowhere_wfi_with_the_flag"; flag_on; area_at AT(1,0); describe AT(1,0), NOWHERE+DATA; fill; doze
            show; map AT(1,0), 1; fill; doze; show; flag_off; no_area
        try "sent_nowhere_block"; area_at AT(1,0); describe AT(1,0), NOWHERE+DATA; fill; block; show; map AT(1,0), 1
            fill; block; show; no_area
        try "sent_nowhere_poll"; area_at AT(1,0); describe AT(1,0), NOWHERE+DATA; fill; poll; show; map AT(1,0), 1
            fill; poll; show; no_area
        try "sent_nowhere_user_wfi_with_the_flag"; flag_on; area_at AT(1,0); describe AT(1,0), NOWHERE+DATA; fill
            user_doze; show; map AT(1,0), 1; fill; user_doze; show; flag_off; no_area
        try "reused_at_another_address_wfi"; area_at AT(1,0); unmap AT(1,0); map USER_PAGE, 1; fill; doze; show
            map AT(1,0), 1; fill; doze; show; no_area
        try "reused_at_another_address_wfi_with_the_flag"; flag_on; area_at AT(1,0); unmap AT(1,0); map USER_PAGE, 1
            fill; doze; show; map AT(1,0), 1; fill; doze; show; flag_off; no_area
        try "reused_at_another_address_block"; area_at AT(1,0); unmap AT(1,0); map USER_PAGE, 1; fill; block; show
            map AT(1,0), 1; fill; block; show; no_area
        try "reused_at_another_address_poll"; area_at AT(1,0); unmap AT(1,0); map USER_PAGE, 1; fill; poll; show
            map AT(1,0), 1; fill; poll; show; no_area
        try "reused_at_another_address_user_wfi_with_the_flag"; flag_on; area_at AT(1,0); unmap AT(1,0)
            map USER_PAGE, 1; fill; user_doze; show; map AT(1,0), 1; fill; user_doze; show; flag_off; no_area

        table_rule "RST-214"
        try "crossing_first_page_unmapped"; area_at AT(1,4080); unmap AT(1,0); fill; doze; show_words; flag_on; fill
            doze; show_words; flag_off; no_area
        try "crossing_second_page_unmapped"; area_at AT(1,4080); unmap AT(2,0); fill; doze; show_words; flag_on; fill
            doze; show_words; flag_off; no_area
        try "crossing_second_page_moved"; area_at AT(1,4080); map AT(2,0), 3; fill; doze; show_words; flag_on; fill
            doze; show_words; flag_off; no_area
        try "crossing_second_page_read-only"; area_at AT(1,4080); map AT(2,0), 2, DATA+READ_ONLY; fill; doze
            show_words; flag_on; fill; doze; show_words; flag_off; no_area
        try "crossing_pages_exchanged"; area_at AT(1,4080); map AT(1,0), 2; map AT(2,0), 1; fill; doze; show_words
            flag_on; fill; doze; show_words; flag_off; no_area
        table_end
#include "lib/end.S"
