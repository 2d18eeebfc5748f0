/*
 * console_io: commands, counts, and buffers at addresses that are not mapped.
 */
#include "include/table.S"

        table_rule "CON-201"
        with 0xa6f6c6c65482d2d; console_op "write", 0, 8, BUFFER, flags=ROW_EXTENT
        console_op "write_nothing", 0, 0, NOWHERE
        console_op "the_count_is_of_32_bits", 0, 0x100000000, NOWHERE
        with 0xa6f6c6c65482d2d; console_op "the_command_is_of_32_bits", 0x100000000, 8, BUFFER, flags=ROW_EXTENT
        console_op "write_from_nowhere", 0, 5, NOWHERE
        console_op "command_2_is_unknown", 2, 1, BUFFER, flags=ROW_EXTENT
        console_op "command_3_is_unknown", 3, 1, BUFFER, flags=ROW_EXTENT
        console_op "command_-1_is_unknown", -1, 1, BUFFER, flags=ROW_EXTENT
        console_op "read_where_nothing_is", 1, 16, BUFFER, flags=ROW_EXTENT
        console_op "read_where_nothing_is_to_nowhere", 1, 16, NOWHERE
        console_op "read_more_than_a_signed_number_counts", 1, 0x80000000, BUFFER, flags=ROW_EXTENT
        console_op "read_4_GiB_less_one", 1, 0xffffffff, BUFFER, flags=ROW_EXTENT
        table_end
#include "lib/end.S"
