/*
 * Runstate areas that are registered and written with the MMU off, when addresses are physical.
 */
#include "include/area_steps.S"
#include "include/area_corner_steps.S"
#include "include/area_corner_rows.S"

        table_rule "RST-220"
        try "registered_and_switched_with_the_MMU_off_4096"; flat_area 4096; show; fill; flat_doze; show; flag_on
            fill; flat_doze; show; flag_off; no_area
        try "registered_with_the_MMU_off_switched_with_it_on_and_off_4096"; flat_area 4096; fill; doze; show; fill
            flat_doze; show; no_area
        try "registered_with_the_MMU_on_switched_with_it_off_4096"; area_at AT(1,0); fill; flat_doze; show; fill; doze
            show; no_area
        try "a_physical_address_registered_with_the_MMU_on_4096"; physical 4096; show; fill; doze; show; fill
            flat_doze; show; no_area
        try "registered_and_switched_with_the_MMU_off_4100"; flat_area 4100; show; fill; flat_doze; show; flag_on
            fill; flat_doze; show; flag_off; no_area
        try "registered_with_the_MMU_off_switched_with_it_on_and_off_4100"; flat_area 4100; fill; doze; show; fill
            flat_doze; show; no_area
        try "registered_with_the_MMU_on_switched_with_it_off_4100"; area_at AT(1,4); fill; flat_doze; show; fill; doze
            show; no_area
        try "a_physical_address_registered_with_the_MMU_on_4100"; physical 4100; show; fill; doze; show; fill
            flat_doze; show; no_area
        try "registered_and_switched_with_the_MMU_off_8152"; flat_area 8152; show_words; fill; flat_doze; show_words
            flag_on; fill; flat_doze; show_words; flag_off; no_area
        try "registered_with_the_MMU_off_switched_with_it_on_and_off_8152"; flat_area 8152; fill; doze; show_words
            fill; flat_doze; show_words; no_area
        try "registered_with_the_MMU_on_switched_with_it_off_8152"; area_at AT(1,4056); fill; flat_doze; show_words
            fill; doze; show_words; no_area
        try "a_physical_address_registered_with_the_MMU_on_8152"; physical 8152; show_words; fill; doze; show_words
            fill; flat_doze; show_words; no_area
        try "registered_and_switched_with_the_MMU_off_8184"; flat_area 8184; show_words; fill; flat_doze; show_words
            flag_on; fill; flat_doze; show_words; flag_off; no_area
        try "registered_with_the_MMU_off_switched_with_it_on_and_off_8184"; flat_area 8184; fill; doze; show_words
            fill; flat_doze; show_words; no_area
        try "registered_with_the_MMU_on_switched_with_it_off_8184"; area_at AT(1,4088); fill; flat_doze; show_words
            fill; doze; show_words; no_area
        try "a_physical_address_registered_with_the_MMU_on_8184"; physical 8184; show_words; fill; doze; show_words
            fill; flat_doze; show_words; no_area

        table_rule "RST-221"
        try "MMU_off_the_upper_half"; flat_register AT(1,0); show; fill; flat_doze; show; fill; doze; show; no_area
        try "MMU_off_a_hole"; flat_register HOLE; show; fill; flat_doze; show; fill; doze; show; no_area
        try "MMU_off_the_GIC"; flat_register 0x3001000; show; fill; flat_doze; show; fill; doze; show; no_area
        try "MMU_off_0x10000000000"; flat_register 0x10000000000; flat_doze; doze; show; no_area
        try "MMU_off_0x1000000000000"; flat_register 0x1000000000000; flat_doze; doze; show; no_area
        try "MMU_off_0xfffffffffffffff8"; flat_register TOP_PAGE+0xff8; flat_doze; doze; show; no_area
        try "MMU_off_0xfffffffffffff000"; flat_register TOP_PAGE; flat_doze; doze; show; no_area
        try "MMU_off_0x8"; flat_register 8; flat_doze; doze; show; no_area
        try "MMU_off_page_0_of_Xen"; xen_page SHARED_INFO, (SHARED_INFO_IPA>>12); describe AT(5,0), NOWHERE+DATA
            paint AT(5,3072); flat_register NOWHERE+0xc00; look AT(5,3072); paint AT(5,3072); flat_doze; look AT(5,3072)
            paint AT(5,3072); doze; look AT(5,3072); no_area; unmap AT(5,0)
        try "MMU_off_page_1_of_Xen"; xen_page GRANT_TABLE, (GRANT_TABLE_IPA>>12)
            describe AT(5,0), NOWHERE+0x1000+DATA; paint AT(5,3072); flat_register NOWHERE+0x1c00; look AT(5,3072)
        paint AT(5,3072); flat_doze; look AT(5,3072); paint AT(5,3072); doze; look AT(5,3072); no_area; unmap AT(5,0)
        try "MMU_off_an_argument_at_0x0"; area_at AT(1,0); flat_pointer 0; fill; doze; show; no_area
        try "MMU_off_an_argument_at_0xffffff8000101000"; area_at AT(1,0); flat_pointer AT(1,0); fill; doze; show
            no_area
        try "MMU_off_an_argument_at_0x2000010000"; area_at AT(1,0); flat_pointer NOWHERE+0x10000; fill; doze; show
            no_area
        try "MMU_off_an_argument_at_0x1000000000000"; area_at AT(1,0); flat_pointer 0x1000000000000; fill; doze; show
            no_area
        try "MMU_off_unregistered"; area_at AT(1,0); flat_register 0; fill; doze; flat_doze; show
        table_end
#include "lib/end.S"
