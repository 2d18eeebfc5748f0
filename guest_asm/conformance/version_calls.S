/*
 * xen_version: what each command writes to memory, and what is refused.
 */
#include "include/table.S"

        table_rule "VER-201"
        version_op "version"
        version_op "version_ignores_its_argument", 0, NOWHERE
        version_op "the_command_is_of_32_bits", 0x100000000, BUFFER, flags=ROW_EXTENT
        version_op "extraversion", 1, BUFFER, shows=2, flags=ROW_EXTENT
        version_op "compile_info", 2, BUFFER, shows=3, flags=ROW_EXTENT
        version_op "capabilities", 3, BUFFER, shows=4, flags=ROW_EXTENT
        version_op "changeset", 4, BUFFER, shows=1, flags=ROW_EXTENT
        version_op "platform_parameters", 5, BUFFER, shows=1, flags=ROW_EXTENT
        with 0; version_op "get_features_of_submap_0", 6, BUFFER, shows=1, flags=ROW_EXTENT
        with 0x7777777700000001
        version_op "get_features_of_another_submap_leaves_it_alone", 6, BUFFER, shows=1, flags=ROW_EXTENT
        version_op "pagesize", 7
        version_op "pagesize_of_anything", 7, BUFFER, flags=ROW_EXTENT
        version_op "guest_handle", 8, BUFFER, shows=2, flags=ROW_EXTENT
        version_op "commandline", 9, BUFFER, shows=1, flags=ROW_EXTENT

        table_rule "VER-202"
        version_op "build_id_length", 10
        with 0; version_op "build_id_with_no_room_at_all", 10, BUFFER, flags=ROW_EXTENT
        with 4; version_op "build_id_with_room_for_too_little", 10, BUFFER, shows=1, flags=ROW_EXTENT
        with 64; version_op "build_id_with_room", 10, BUFFER, flags=ROW_EXTENT
        version_op "build_id_to_nowhere", 10, NOWHERE

        table_rule "VER-203"
        version_op "command_11_is_unknown", 11, BUFFER, flags=ROW_EXTENT
        version_op "command_12_is_unknown", 12, BUFFER, flags=ROW_EXTENT
        version_op "command_999_is_unknown", 999, BUFFER, flags=ROW_EXTENT
        version_op "command_-1_is_unknown", -1, BUFFER, flags=ROW_EXTENT
        version_op "command_1_to_nowhere", 1, NOWHERE
        version_op "command_1_to_a_non-canonical_address", 1, 0x1000000000000000
        version_op "command_2_to_nowhere", 2, NOWHERE
        version_op "command_2_to_a_non-canonical_address", 2, 0x1000000000000000
        version_op "command_3_to_nowhere", 3, NOWHERE
        version_op "command_3_to_a_non-canonical_address", 3, 0x1000000000000000
        version_op "command_4_to_nowhere", 4, NOWHERE
        version_op "command_4_to_a_non-canonical_address", 4, 0x1000000000000000
        version_op "command_5_to_nowhere", 5, NOWHERE
        version_op "command_5_to_a_non-canonical_address", 5, 0x1000000000000000
        version_op "command_6_to_nowhere", 6, NOWHERE
        version_op "command_6_to_a_non-canonical_address", 6, 0x1000000000000000
        version_op "command_8_to_nowhere", 8, NOWHERE
        version_op "command_8_to_a_non-canonical_address", 8, 0x1000000000000000
        version_op "command_9_to_nowhere", 9, NOWHERE
        version_op "command_9_to_a_non-canonical_address", 9, 0x1000000000000000
        call 0x100000011, "a_number_with_bit_32_set_is_another_number"
        call 0, "hypercall_0_does_not_exist"
        call 1, "hypercall_1_does_not_exist"
        call 6, "hypercall_6_does_not_exist"
        call 8, "hypercall_8_does_not_exist"
        call 22, "hypercall_22_does_not_exist"
        call 43, "hypercall_43_does_not_exist"
        call 59, "hypercall_59_does_not_exist"
        call 64, "hypercall_64_does_not_exist"
        call 0x10000000000, "hypercall_1099511627776_does_not_exist"
        call -1, "hypercall_-1_does_not_exist"
        table_end
#include "lib/end.S"
