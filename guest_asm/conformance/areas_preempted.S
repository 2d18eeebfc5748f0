/*
 * Runstate areas of two vCPUs, one of which never waits.
 */
#include "include/area_steps.S"

        table_rule "RST-229"
        try "both"; second 0; doze; doze; doze; second 5, AT(2,0); doze; doze; doze; area_at AT(1,0); fill; doze; doze
            doze; show
        try "preempted"; second 2; doze; remember AT(1,0); spin 25; changes AT(1,0); spin 25; changes AT(1,0)
            state AT(1,0)
        try "preempted_with_the_flag"; flag_on; doze; remember AT(1,0); spin 25; changes AT(1,0); state AT(1,0)
            flag_off
        table_end
#include "lib/end.S"
