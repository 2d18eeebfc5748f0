/*
 * Registering a runstate area again: elsewhere, at the same place, a bad one after a good one, thousands of times.
 */
#include "include/area_steps.S"

        table_rule "RST-212"
        try "elsewhere"; area_at AT(1,0); area_at AT(2,0); fill; doze; show; no_area
        try "the_same_again"; area_at AT(1,0); area_at AT(1,0); fill; doze; show; no_area
        try "unregistered"; area_at AT(1,0); no_area; fill; doze; show
        try "unregistered_twice"; no_area; no_area; fill; doze; show
        try "unaligned_after_a_good_one"; area_at AT(1,0); area_at AT(2,4); fill; doze; show; no_area
        try "a_good_one_after_unaligned"; area_at AT(2,4); area_at AT(1,0); fill; doze; show; no_area
        try "unmapped_after_a_good_one"; area_at AT(1,0); unmap AT(2,0); area_at AT(2,0); fill; doze; show; no_area
        try "read-only_after_a_good_one"; area_at AT(1,0); map AT(2,0), 2, DATA+READ_ONLY; area_at AT(2,0); fill; doze
            show; no_area
        try "half_unmapped_after_a_good_one"; area_at AT(1,0); unmap AT(3,0); area_at AT(2,4088); fill; doze; show
            no_area
        try "half_unmapped_then_whole"; unmap AT(2,0); area_at AT(1,4088); map AT(2,0), 2; fill; doze; show_words
        try "unregistered_again"; no_area
        try "3000_times_one_page"; repeat AT(1,0), 3000; fill; doze; show; no_area
        try "3000_times_two_pages"; repeat AT(1,4088), 3000; fill; doze; show_words; no_area
        try "30_times_unaligned"; repeat AT(1,4), 30; fill; doze; show; no_area
        table_end
#include "lib/end.S"
