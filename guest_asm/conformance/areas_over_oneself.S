/*
 * Runstate areas over the argument that registers them, over code, stack and tables; and strange vCPU numbers.
 */
#include "include/area_steps.S"
#include "include/area_corner_steps.S"
#include "include/area_corner_rows.S"

        table_rule "RST-222"
        try "over_its_own_argument_0"; poke AT(1,0), AT(1,0); area_argument AT(1,0); show; area_argument AT(1,0); fill
            doze; show; no_area
        try "over_its_own_argument_8"; poke AT(1,0), AT(1,8); area_argument AT(1,8); show; area_argument AT(1,0); fill
            doze; show; no_area
        try "over_its_own_argument_16"; poke AT(1,0), AT(1,16); area_argument AT(1,16); show; area_argument AT(1,0)
            fill; doze; show; no_area
        try "over_its_own_argument_40"; poke AT(1,0), AT(1,40); area_argument AT(1,40); show; area_argument AT(1,0)
            fill; doze; show; no_area
        try "over_code"; place AT(5,0), CODE; seen_at AT(5,64); no_area; unmap AT(5,0)
        try "over_the_stack"; place AT(5,0), STACK; seen_at AT(5,64); no_area; unmap AT(5,0)
        try "over_a_page_table"; place AT(5,0), TABLE; seen_at AT(5,3840); no_area; unmap AT(5,0)

        table_rule "RST-223"
        try "an_argument_at_4088_there"; poke AT(3,0), AT(1,4088); area_argument AT(1,4088); map AT(1,0), 1
            map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4088_unmap_the_next"; poke AT(3,0), AT(1,4088); unmap AT(2,0); area_argument AT(1,4088)
            map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4088_unmap_the_page_of_it"; poke AT(3,0), AT(1,4088); unmap AT(1,0)
            area_argument AT(1,4088); map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4088_describe_the_next"; poke AT(3,0), AT(1,4088); describe AT(2,0), NOWHERE+0x20000+DATA
            area_argument AT(1,4088); map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4089_there"; poke AT(3,0), AT(1,4089); area_argument AT(1,4089); map AT(1,0), 1
            map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4089_unmap_the_next"; poke AT(3,0), AT(1,4089); unmap AT(2,0); area_argument AT(1,4089)
            map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4089_unmap_the_page_of_it"; poke AT(3,0), AT(1,4089); unmap AT(1,0)
            area_argument AT(1,4089); map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4089_describe_the_next"; poke AT(3,0), AT(1,4089); describe AT(2,0), NOWHERE+0x20000+DATA
            area_argument AT(1,4089); map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4092_there"; poke AT(3,0), AT(1,4092); area_argument AT(1,4092); map AT(1,0), 1
            map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4092_unmap_the_next"; poke AT(3,0), AT(1,4092); unmap AT(2,0); area_argument AT(1,4092)
            map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4092_unmap_the_page_of_it"; poke AT(3,0), AT(1,4092); unmap AT(1,0)
            area_argument AT(1,4092); map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4092_describe_the_next"; poke AT(3,0), AT(1,4092); describe AT(2,0), NOWHERE+0x20000+DATA
            area_argument AT(1,4092); map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4095_there"; poke AT(3,0), AT(1,4095); area_argument AT(1,4095); map AT(1,0), 1
            map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4095_unmap_the_next"; poke AT(3,0), AT(1,4095); unmap AT(2,0); area_argument AT(1,4095)
            map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4095_unmap_the_page_of_it"; poke AT(3,0), AT(1,4095); unmap AT(1,0)
            area_argument AT(1,4095); map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area
        try "an_argument_at_4095_describe_the_next"; poke AT(3,0), AT(1,4095); describe AT(2,0), NOWHERE+0x20000+DATA
            area_argument AT(1,4095); map AT(1,0), 1; map AT(2,0), 2; fill; doze; show; no_area

        table_rule "RST-224"
        try "vCPU_0x7f"; area_at AT(1,0), 127; show; fill; doze; show; no_area; no_area 1
        try "vCPU_0x80"; area_at AT(1,0), 128; show; fill; doze; show; no_area; no_area 1
        try "vCPU_0x1fff"; area_at AT(1,0), 0x1fff; show; fill; doze; show; no_area; no_area 1
        try "vCPU_0x7fffffff"; area_at AT(1,0), 0x7fffffff; show; fill; doze; show; no_area; no_area 1
        try "vCPU_0x80000000"; area_at AT(1,0), 0x80000000; show; fill; doze; show; no_area; no_area 1
        try "vCPU_0xffffffff"; area_at AT(1,0), 0xffffffff; show; fill; doze; show; no_area; no_area 1
        try "vCPU_0x100000001"; area_at AT(1,0), 0x100000001; show; fill; doze; show; no_area; no_area 1
        try "vCPU_0x8000000000000000"; area_at AT(1,0), 0x8000000000000000; show; fill; doze; show; no_area; no_area 1
        table_end
#include "lib/end.S"
