/*
 * Runstate areas of two vCPUs, each registered by either of them.
 */
#include "include/area_steps.S"

        table_rule "RST-216"
        try "for_a_vCPU_that_was_never_up"; area_at AT(2,0), 1; show; state AT(2,0); fill; doze; show
        try "for_it_again"; area_at AT(2,4), 1; show; area_at AT(2,0), 1; show
        try "start_it"; second 0; fill; doze; doze; doze; show
        try "its_own_registration"; second 5, AT(2,0); fill; doze; doze; doze; show; state AT(2,0)
        try "both"; area_at AT(1,0); fill; doze; doze; doze; show; remember AT(2,0); doze; doze; doze; changes AT(2,0)
        try "theirs_by_me"; fill; area_at AT(2,0), 1; show; fill; doze; doze; doze; show
        try "theirs_by_me_unaligned"; fill; area_at AT(2,4), 1; show; fill; doze; doze; doze; show
        try "theirs_by_them_again"; second 5, AT(2,0); fill; doze; doze; doze; show
        try "mine_by_them"; second 4, AT(3,0); fill; doze; doze; doze; show
        try "mine_by_me_again"; area_at AT(1,0); fill; doze; doze; doze; show
        try "two_on_one_page"; second 5, AT(1,512); fill; doze; doze; doze; show
        try "two_on_one_area"; second 5, AT(1,0); fill; doze; doze; doze; show
        try "with_the_flag"; flag_on; fill; doze; doze; doze; show; flag_off
        try "apart_again"; second 5, AT(2,0); fill; doze; doze; doze; show
        table_end
#include "lib/end.S"
