/*
 * Runstate areas and the assist, when the other vCPU registers and sets them.
 */
#include "include/area_steps.S"
#include "include/area_corner_steps.S"
#include "include/area_corner_rows.S"

        table_rule "RST-225"
        try "assist_between_register_and_switch"; area_at AT(1,0); flag_on; fill; doze; show; state AT(1,0); flag_off
            no_area
        try "assist_on_then_off_before_the_switch"; flag_on; area_at AT(1,0); flag_off; fill; doze; show
            state AT(1,0); no_area
        try "the_other_comes_up_with_an_area"; area_at AT(2,0), 1; other_up; fill; doze; doze; doze; show
        try "assist_on_by_the_other"; area_at AT(1,0); other_assist 0; fill; doze; show; state AT(1,0); state AT(2,0)
        try "assist_off_by_the_other"; other_assist 1; fill; doze; show; state AT(1,0)
        try "assist_on_by_the_other_off_by_me"; other_assist 0; flag_off; fill; doze; show; state AT(1,0)
        try "assist_on_by_me_off_by_the_other"; flag_on; other_assist 1; fill; doze; show; state AT(1,0)

        table_rule "RST-226"
        try "mine_by_the_other"; other_area 0, AT(3,0); fill; doze; show
        try "mine_by_the_other_NULL"; other_area 0, 0; fill; doze; doze; show
        try "mine_by_me_then_by_the_other_unmapped"; area_at AT(1,0); other_area 0, AT(9,0); fill; doze; show
        try "one_area_for_both"; area_at AT(1,0); other_area 1, AT(1,0); fill; doze; show
        try "one_area_for_both_one_lets_go"; other_area 1, 0; fill; doze; show
        try "one_area_for_both_again_I_let_go"; other_area 1, AT(1,0); no_area; fill; doze; doze; doze; show
        try "two_that_overlap"; area_at AT(1,0); other_area 1, AT(1,24); fill; doze; doze; show

        table_rule "RST-227"
        try "theirs_on_shared_info"; xen_page SHARED_INFO, (SHARED_INFO_IPA>>12); describe AT(5,0), NOWHERE+DATA
            paint AT(5,3072); other_area 1, AT(5,3072); doze; doze; look AT(5,3072); other_area 1, 0
        try "theirs_on_a_page_given_back"; place AT(5,0), 0; other_area 1, AT(5,0); give 0; doze; doze; doze; take 0
            paint AT(5,0); doze; doze; doze; look AT(5,0)
        try "off_with_it"; other_off; doze; doze; doze; paint AT(5,0); doze; doze; look AT(5,0)
        try "on_again_with_it"; paint AT(5,0); other_up; doze; doze; doze; look AT(5,0)
        try "off_unmapped_on_again"; other_off; doze; doze; doze; unmap AT(5,0); other_up; doze; doze; doze
        try "mapped_again"; place AT(5,0), 0; paint AT(5,0); doze; doze; doze; look AT(5,0)
        try "off_given_back_on_again"; other_off; doze; doze; give 0; other_up; doze; doze; doze
        try "had_again"; take 0; paint AT(5,0); doze; doze; doze; look AT(5,0)
        try "off_again"; other_off; doze; doze; doze

        table_rule "RST-228"
        try "WFI_with_vcpu_info_that_says_there_are_events"; xen_page SHARED_INFO, (SHARED_INFO_IPA>>12)
        describe AT(5,0), NOWHERE+DATA; area_at AT(1,0); say_so "0x1"; poke 1, AT(5,0); fill; doze; show; say_so "0x2"
            poke 2, AT(5,0); fill; doze; show; say_so "0x80"; poke 128, AT(5,0); fill; doze; show; say_so "0x100"
            poke 256, AT(5,0); fill; doze; show; say_so "0x0"; poke 0, AT(5,0); fill; doze; show; no_area
        try "over_the_first_vcpu_info"; xen_page SHARED_INFO, (SHARED_INFO_IPA>>12); describe AT(5,0), NOWHERE+DATA
            area_at AT(5,0); doze; state AT(5,0); doze; state AT(5,0); no_area
        try "both_live_and_the_other_ends_it_all"; other_up; area_at AT(1,0); other_area 1, AT(2,0); fill; doze; doze
            doze; show; other_power_off
        table_end
#include "lib/end.S"
