/*
 * Calls that only a privileged domain may make, or that Xen/Arm does not have; and multicalls.
 */
#include "include/table.S"

        table_rule "PRV-201"
        call HYPERVISOR_platform_op, "hypercall_7_argument_nowhere", NOWHERE
        call HYPERVISOR_sysctl, "hypercall_35_argument_nowhere", NOWHERE
        call HYPERVISOR_domctl, "hypercall_36_argument_nowhere", NOWHERE
        with 0x100000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x1_command_1", BUFFER, flags=ROW_DOMU
        with 0x1000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x1_command_999", BUFFER
        with 0x200000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x2_command_1", BUFFER, flags=ROW_DOMU
        with 0x2000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x2_command_999", BUFFER
        with 0x300000100000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x3000001_command_1", BUFFER, flags=ROW_DOMU
        with 0x3000001000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x3000001_command_999", BUFFER
        with 0x1500000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x15_command_1", BUFFER, flags=ROW_DOMU
        with 0x15000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x15_command_999", BUFFER
        with 0x1400000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x14_command_1", BUFFER, flags=ROW_DOMU
        with 0x14000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x14_command_999", BUFFER
        with 0x1300000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x13_command_1", BUFFER, flags=ROW_DOMU
        with 0x13000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x13_command_999", BUFFER
        with 0x1700000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x17_command_1", BUFFER, flags=ROW_DOMU
        with 0x17000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_platform_op, "hypercall_7_interface_0x17_command_999", BUFFER
        with 0x100000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x1_command_1", BUFFER, flags=ROW_DOMU
        with 0x1000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x1_command_999", BUFFER
        with 0x200000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x2_command_1", BUFFER, flags=ROW_DOMU
        with 0x2000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x2_command_999", BUFFER
        with 0x300000100000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x3000001_command_1", BUFFER, flags=ROW_DOMU
        with 0x3000001000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x3000001_command_999", BUFFER
        with 0x1500000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x15_command_1", BUFFER, flags=ROW_DOMU
        with 0x15000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x15_command_999", BUFFER
        with 0x1400000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x14_command_1", BUFFER, flags=ROW_DOMU
        with 0x14000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x14_command_999", BUFFER
        with 0x1300000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x13_command_1", BUFFER, flags=ROW_DOMU
        with 0x13000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x13_command_999", BUFFER
        with 0x1700000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x17_command_1", BUFFER, flags=ROW_DOMU
        with 0x17000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_sysctl, "hypercall_35_interface_0x17_command_999", BUFFER
        with 0x100000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x1_command_1", BUFFER, flags=ROW_DOMU
        with 0x1000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x1_command_999", BUFFER
        with 0x200000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x2_command_1", BUFFER, flags=ROW_DOMU
        with 0x2000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x2_command_999", BUFFER
        with 0x300000100000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x3000001_command_1", BUFFER, flags=ROW_DOMU
        with 0x3000001000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x3000001_command_999", BUFFER
        with 0x1500000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x15_command_1", BUFFER, flags=ROW_DOMU
        with 0x15000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x15_command_999", BUFFER
        with 0x1400000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x14_command_1", BUFFER, flags=ROW_DOMU
        with 0x14000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x14_command_999", BUFFER
        with 0x1300000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x13_command_1", BUFFER, flags=ROW_DOMU
        with 0x13000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x13_command_999", BUFFER
        with 0x1700000001, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x17_command_1", BUFFER, flags=ROW_DOMU
        with 0x17000003e7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        call HYPERVISOR_domctl, "hypercall_36_interface_0x17_command_999", BUFFER

        table_rule "PRV-202"
        physdev_op "physdev_op_0", 0, BUFFER
        physdev_op "physdev_op_1", 1, BUFFER
        physdev_op "physdev_op_2", 2, BUFFER
        physdev_op "physdev_op_3", 3, BUFFER
        physdev_op "physdev_op_4", 4, BUFFER
        physdev_op "physdev_op_5", 5, BUFFER
        physdev_op "physdev_op_6", 6, BUFFER
        physdev_op "physdev_op_7", 7, BUFFER
        physdev_op "physdev_op_8", 8, BUFFER
        physdev_op "physdev_op_9", 9, BUFFER
        physdev_op "physdev_op_10", 10, BUFFER
        physdev_op "physdev_op_11", 11, BUFFER
        physdev_op "physdev_op_12", 12, BUFFER
        physdev_op "physdev_op_13", 13, BUFFER
        physdev_op "physdev_op_14", 14, BUFFER
        physdev_op "physdev_op_15", 15, BUFFER
        physdev_op "physdev_op_16", 16, BUFFER
        physdev_op "physdev_op_17", 17, BUFFER
        physdev_op "physdev_op_18", 18, BUFFER
        physdev_op "physdev_op_19", 19, BUFFER
        physdev_op "physdev_op_20", 20, BUFFER
        physdev_op "physdev_op_21", 21, BUFFER
        physdev_op "physdev_op_22", 22, BUFFER
        physdev_op "physdev_op_23", 23, BUFFER
        physdev_op "physdev_op_24", 24, BUFFER
        physdev_op "physdev_op_25", 25, BUFFER
        physdev_op "physdev_op_26", 26, BUFFER
        physdev_op "physdev_op_27", 27, BUFFER
        physdev_op "physdev_op_28", 28, BUFFER
        physdev_op "physdev_op_29", 29, BUFFER
        physdev_op "physdev_op_30", 30, BUFFER
        physdev_op "physdev_op_31", 31, BUFFER
        physdev_op "physdev_op_32", 32, BUFFER
        physdev_op "physdev_op_33", 33, BUFFER
        physdev_op "physdev_op_-1", -1, BUFFER
        physdev_op "physdev_op_4294967296", 0x100000000, BUFFER

        table_rule "PRV-203"
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_1_0_buffers", OWN, 0, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_1_1_buffers", OWN, 1, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_1_2_buffers", OWN, 2, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_1_3_buffers", OWN, 3, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_77_0_buffers", OTHER, 0, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_77_1_buffers", OTHER, 1, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_77_2_buffers", OTHER, 2, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_77_3_buffers", OTHER, 3, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_32752_0_buffers", DOMID_SELF, 0, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_32752_1_buffers", DOMID_SELF, 1, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_32752_2_buffers", DOMID_SELF, 2, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_32752_3_buffers", DOMID_SELF, 3, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_77_0_buffers.2", 77, 0, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_77_1_buffers.2", 77, 1, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_77_2_buffers.2", 77, 2, BUFFER
        with ARRAY, 32, ARRAY, 32; dm_op "dm_op_for_domain_77_3_buffers.2", 77, 3, BUFFER
        dm_op "dm_op_with_buffers_nowhere", 77, 1, NOWHERE
        dm_op "dm_op_with_a_count_of_33_bits", 77, 0x100000000, NOWHERE

        table_rule "PRV-204"
        hypfs_op "hypfs_op_0_arguments_none"
        hypfs_op "hypfs_op_0_arguments_nowhere", 0, NOWHERE, 5, NOWHERE, 5
        hypfs_op "hypfs_op_0_arguments_too_long", 0, BUFFER, 0x1000
        hypfs_op "hypfs_op_0_arguments_not_ended", 0, BUFFER, 4
        hypfs_op "hypfs_op_1_arguments_none", 1
        hypfs_op "hypfs_op_1_arguments_nowhere", 1, NOWHERE, 5, NOWHERE, 5
        hypfs_op "hypfs_op_1_arguments_too_long", 1, BUFFER, 0x1000
        hypfs_op "hypfs_op_1_arguments_not_ended", 1, BUFFER, 4
        hypfs_op "hypfs_op_2_arguments_none", 2
        hypfs_op "hypfs_op_2_arguments_nowhere", 2, NOWHERE, 5, NOWHERE, 5
        hypfs_op "hypfs_op_2_arguments_too_long", 2, BUFFER, 0x1000
        hypfs_op "hypfs_op_2_arguments_not_ended", 2, BUFFER, 4
        hypfs_op "hypfs_op_3_arguments_none", 3
        hypfs_op "hypfs_op_3_arguments_nowhere", 3, NOWHERE, 5, NOWHERE, 5
        hypfs_op "hypfs_op_3_arguments_too_long", 3, BUFFER, 0x1000
        hypfs_op "hypfs_op_3_arguments_not_ended", 3, BUFFER, 4
        hypfs_op "hypfs_op_99_arguments_none", 99
        hypfs_op "hypfs_op_99_arguments_nowhere", 99, NOWHERE, 5, NOWHERE, 5
        hypfs_op "hypfs_op_99_arguments_too_long", 99, BUFFER, 0x1000
        hypfs_op "hypfs_op_99_arguments_not_ended", 99, BUFFER, 4

        table_rule "PRV-205"
        multicall "a_list_of_nothing", BUFFER
        multicall "a_list_of_nothing_nowhere", NOWHERE
        multicall "a_list_nowhere", NOWHERE, 1
        multicall "a_list_of_2**32", NOWHERE, 0x100000000
        with 17, 0x7777, 0, 0, 0, 0, 0, 0; multicall "one_version", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with 17, 0x7777, 7, 0, 0, 0, 0, 0, 99, 0x7777, 0, 0, 0, 0, 0, 0
        multicall "a_version_and_what_is_unknown", BUFFER, 2, shows=8, looks=BUFFER_AT(8)
        with 0, 0x7777, 0, 0, 0, 0, 0, 0; multicall "hypercall_0x0_in_a_list", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with 6, 0x7777, 0, 0, 0, 0, 0, 0; multicall "hypercall_0x6_in_a_list", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with 43, 0x7777, 0, 0, 0, 0, 0, 0
        multicall "hypercall_0x2b_in_a_list", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with 64, 0x7777, 0, 0, 0, 0, 0, 0
        multicall "hypercall_0x40_in_a_list", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with 0x100000011, 0x7777, 0, 0, 0, 0, 0, 0
        multicall "hypercall_0x100000011_in_a_list", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with -1, 0x7777, 0, 0, 0, 0, 0, 0
        multicall "hypercall_-0x1_in_a_list", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with 13, 0x7777, ARRAY, 1, 0, 0, 0, 0
        with_array 17, 0x7777, 0, 0, 0, 0, 0, 0
        multicall "a_list_in_a_list", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with 13, 0x7777, ARRAY, 1, 0, 0, 0, 0, 17, 0x7777, 7, 0, 0, 0, 0, 0
        with_array 17, 0x7777, 0, 0, 0, 0, 0, 0
        multicall "a_list_and_a_call_after_it", BUFFER, 2, shows=8, looks=BUFFER_AT(8)
        with 12, 0x7777, 3, ARRAY, 0, 0, 0, 0
        with_array DOMID_SELF
        multicall "pages_in_a_list", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with 17, 0x7777, 0x100000000, 0, 0, 0, 0, 0
        multicall "bits_above_32_of_arguments", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        with 18, 0x7777, 0, 1, ARRAY, 0, 0, 0
        with_array 10
        multicall "console", BUFFER, 1, shows=8, looks=BUFFER_AT(8)
        put BUFFER_AT(8120), 17, 0x7777, 0, 0, 0, 0, 0, 0
        multicall "a_list_whose_second_entry_is_nowhere", BUFFER_AT(8120), 2
        table_end
#include "lib/end.S"
