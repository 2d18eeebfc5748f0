/*
 * Registering a runstate area with arguments that cannot be read, for vCPUs that do not exist, by other commands.
 */
#include "include/area_steps.S"

        table_rule "RST-209"
        try "an_argument_that_is_NULL_leaves_the_area"; area_at AT(1,0); show; unmap AT(3,0); area_argument 0; fill
            doze; show; no_area
        try "an_argument_that_is_unmapped_leaves_the_area"; area_at AT(1,0); show; unmap AT(3,0)
            area_argument AT(3,0); fill; doze; show; no_area
        try "an_argument_that_is_nowhere_leaves_the_area"; area_at AT(1,0); show; unmap AT(3,0); area_argument NOWHERE
            fill; doze; show; no_area
        try "an_argument_that_is_one_byte_short_leaves_the_area"; area_at AT(1,0); show; unmap AT(3,0)
            area_argument AT(2,4089); fill; doze; show; no_area
        try "an_argument_that_is_read-only"; map AT(3,0), 3, DATA+READ_ONLY; area_argument AT(3,0)

        table_rule "RST-210"
        try "a_vCPU_unknown_0x2"; area_at AT(1,0), 2; show; fill; doze; show; no_area
        try "a_vCPU_unknown_0x9"; area_at AT(1,0), 9; show; fill; doze; show; no_area
        try "a_vCPU_of_33_bits_0x100000000"; area_at AT(1,0), 0x100000000; show; fill; doze; show; no_area
        try "a_vCPU_-1_0xffffffffffffffff"; area_at AT(1,0), -1; show; fill; doze; show; no_area

        table_rule "RST-211"
        try "command_0x0"; vcpu_op 0, 0, AT(1,0); vcpu_op 0, 7, AT(1,0); doze; show
        try "command_0x1"; vcpu_op 1, 0, AT(1,0); vcpu_op 1, 7, AT(1,0); doze; show
        try "command_0x2"; vcpu_op 2, 0, AT(1,0); vcpu_op 2, 7, AT(1,0); doze; show
        try "command_0x3"; vcpu_op 3, 0, AT(1,0); vcpu_op 3, 7, AT(1,0); doze; show
        try "command_0x4"; vcpu_op 4, 0, AT(1,0); vcpu_op 4, 7, AT(1,0); doze; show
        try "command_0x6"; vcpu_op 6, 0, AT(1,0); vcpu_op 6, 7, AT(1,0); doze; show
        try "command_0x7"; vcpu_op 7, 0, AT(1,0); vcpu_op 7, 7, AT(1,0); doze; show
        try "command_0x8"; vcpu_op 8, 0, AT(1,0); vcpu_op 8, 7, AT(1,0); doze; show
        try "command_0x9"; vcpu_op 9, 0, AT(1,0); vcpu_op 9, 7, AT(1,0); doze; show
        try "command_0xb"; vcpu_op 11, 0, AT(1,0); vcpu_op 11, 7, AT(1,0); doze; show
        try "command_0xc"; vcpu_op 12, 0, AT(1,0); vcpu_op 12, 7, AT(1,0); doze; show
        try "command_0xd"; vcpu_op 13, 0, AT(1,0); vcpu_op 13, 7, AT(1,0); doze; show
        try "command_0xe"; vcpu_op 14, 0, AT(1,0); vcpu_op 14, 7, AT(1,0); doze; show
        try "command_0xf"; vcpu_op 15, 0, AT(1,0); vcpu_op 15, 7, AT(1,0); doze; show
        try "command_0x63"; vcpu_op 99, 0, AT(1,0); vcpu_op 99, 7, AT(1,0); doze; show
        try "command_0xffffffffffffffff"; vcpu_op -1, 0, AT(1,0); vcpu_op -1, 7, AT(1,0); doze; show
        try "command_0x100000005"; vcpu_op 0x100000005, 0, AT(1,0); vcpu_op 0x100000005, 7, AT(1,0); doze; show
        table_end
#include "lib/end.S"
