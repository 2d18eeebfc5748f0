/*
 * Runstate areas of a vCPU that switches itself off and is started again.
 */
#include "include/area_steps.S"

        table_rule "RST-230"
        try "both"; second 0; doze; doze; doze; second 5, AT(2,0); doze; doze; doze; area_at AT(1,0); fill; doze; doze
            doze; show
        try "off"; second 3; spin 25; doze; doze; doze; state AT(2,0); fill; doze; doze; doze; show
        try "for_a_vCPU_that_is_off"; area_at AT(3,0), 1; show; fill; doze; show
        try "back_to_the_other_page"; second 0; fill; doze; doze; doze; show
        try "its_area_after_it_was_off"; second 5, AT(2,0); doze; doze; doze; fill; doze; doze; doze; show
        try "off_for_good"; second 3; doze; doze; doze; spin 25; fill; doze; doze; doze; show; no_area
        table_end
#include "lib/end.S"
