/*
 * What each way to leave the physical CPU changes in a runstate area.
 */
#include "include/area_steps.S"

        table_rule "RST-215"
        try "what_wfi_changes"; area_at AT(1,0); doze; remember AT(1,0); doze; changes AT(1,0); doze; changes AT(1,0)
            no_area
        try "what_wfi_changes_with_the_flag"; flag_on; area_at AT(1,0); state AT(1,0); doze; remember AT(1,0); doze
            changes AT(1,0); doze; changes AT(1,0); state AT(1,0); flag_off; no_area
        try "what_block_changes"; area_at AT(1,0); doze; remember AT(1,0); block; changes AT(1,0); block
            changes AT(1,0); no_area
        try "what_block_changes_with_the_flag"; flag_on; area_at AT(1,0); state AT(1,0); doze; remember AT(1,0); block
            changes AT(1,0); block; changes AT(1,0); state AT(1,0); flag_off; no_area
        try "what_poll_changes"; area_at AT(1,0); doze; remember AT(1,0); poll; changes AT(1,0); poll; changes AT(1,0)
            no_area
        try "what_poll_changes_with_the_flag"; flag_on; area_at AT(1,0); state AT(1,0); doze; remember AT(1,0); poll
            changes AT(1,0); poll; changes AT(1,0); state AT(1,0); flag_off; no_area
        try "what_poll_until_changes"; area_at AT(1,0); doze; remember AT(1,0); poll_until AT(1,0); changes AT(1,0)
            poll_until AT(1,0); changes AT(1,0); no_area
        try "what_poll_until_changes_with_the_flag"; flag_on; area_at AT(1,0); state AT(1,0); doze; remember AT(1,0)
            poll_until AT(1,0); changes AT(1,0); poll_until AT(1,0); changes AT(1,0); state AT(1,0); flag_off; no_area
        try "what_yield_changes"; area_at AT(1,0); doze; remember AT(1,0); give_way; changes AT(1,0); give_way
            changes AT(1,0); no_area
        try "what_yield_changes_with_the_flag"; flag_on; area_at AT(1,0); state AT(1,0); doze; remember AT(1,0)
            give_way; changes AT(1,0); give_way; changes AT(1,0); state AT(1,0); flag_off; no_area
        try "what_user_wfi_changes"; area_at AT(1,0); doze; remember AT(1,0); user_doze; changes AT(1,0); user_doze
            changes AT(1,0); no_area
        try "what_user_wfi_changes_with_the_flag"; flag_on; area_at AT(1,0); state AT(1,0); doze; remember AT(1,0)
            user_doze; changes AT(1,0); user_doze; changes AT(1,0); state AT(1,0); flag_off; no_area
        try "the_assist_on_and_off"; area_at AT(1,0); flag_on; fill; doze; show; state AT(1,0); flag_off; fill; doze
            show; state AT(1,0); flag_on; flag_on; flag_off; flag_off; no_area
        table_end
#include "lib/end.S"
