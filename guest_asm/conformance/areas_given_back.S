/*
 * Runstate areas over pages that the guest gives back to Xen, before or after it registers them.
 */
#include "include/area_steps.S"
#include "include/area_corner_steps.S"
#include "include/area_corner_rows.S"

        table_rule "RST-219"
        try "given_back_before"; place AT(5,0), 0; give 0; area_at AT(5,0); doze; take 0; paint AT(5,0); doze
            look AT(5,0); no_area
        try "given_back_after"; place AT(5,0), 1; area_at AT(5,0); give 1; doze; take 1; paint AT(5,0); doze
            look AT(5,0); no_area
        try "given_back_after_with_the_flag"; flag_on; place AT(5,0), 1; area_at AT(5,0); give 1; doze; take 1
            paint AT(5,0); doze; look AT(5,0); flag_off; no_area
        try "given_back_and_unregistered"; place AT(5,0), 2; area_at AT(5,0); give 2; doze; no_area; take 2
            paint AT(5,0); doze; look AT(5,0)
        try "given_back_and_registered_again"; place AT(5,0), 3; area_at AT(5,0); give 3; area_at AT(5,0); doze
            take 3; seen_at AT(5,0); no_area
        try "given_back_and_another_registered"; place AT(5,0), 4; area_at AT(5,0); give 4; area_at AT(1,0); fill
            doze; show; take 4; no_area; take 4
        try "crossing_first_page_given_back_after"; map AT(4,0), 1; map AT(5,0), 2; place AT(4,0), 5
            area_at AT(4,4056); give 5; doze; take 5; fill; paint AT(4,4056); doze; look AT(4,4056); no_area
        try "crossing_first_page_given_back_before"; map AT(4,0), 1; map AT(5,0), 2; place AT(4,0), 5; give 5
            area_at AT(4,4056); doze; take 5; fill; paint AT(4,4056); doze; look AT(4,4056); no_area
        try "crossing_second_page_given_back_after"; map AT(4,0), 1; map AT(5,0), 2; place AT(5,0), 6
            area_at AT(4,4056); give 6; doze; take 6; fill; paint AT(4,4056); doze; look AT(4,4056); no_area
        try "crossing_second_page_given_back_before"; map AT(4,0), 1; map AT(5,0), 2; place AT(5,0), 6; give 6
            area_at AT(4,4056); doze; take 6; fill; paint AT(4,4056); doze; look AT(4,4056); no_area
        try "unmapped_for_Xen_too"; place AT(5,0), 7; area_at AT(5,0); drop 7; doze; take 7; paint AT(5,0); doze
            look AT(5,0); no_area
        try "given_back_twice"; give 7; give 7; take 7; take 7
        table_end
#include "lib/end.S"
